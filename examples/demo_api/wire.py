"""HTTP/1.1 messages: requests read from a stream, responses turned into bytes."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .problem import MEDIA_TYPE, Problem

MAX_BODY = 16 * 1024 * 1024
_BODILESS = frozenset({204, 304})


@dataclass(slots=True)
class Request:
    """One request; header names are in lower case, *path* is still percent-encoded."""

    method: str
    target: str
    version: str
    headers: list[tuple[str, str]]
    body: bytes = b""
    path: str = ""
    query_string: str = ""
    params: Mapping[str, str] = field(default_factory=dict[str, str])

    def header(self, name: str) -> str | None:
        """Return the value of header *name* (lower case), or None."""
        values = [value for key, value in self.headers if key == name]
        return ", ".join(values) if values else None

    def query(self) -> list[tuple[str, str]]:
        """Decode the query string, keeping order and repetitions."""
        return parse_qsl(self.query_string, keep_blank_values=True)

    def argument(self, name: str) -> str | None:
        """Return the last value of query parameter *name*, or None."""
        return dict(self.query()).get(name)

    def json(self) -> Any:
        """
        Decode the body.

        Raises:
            Problem: 400 when the body is not JSON.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Problem(400, f"The body is not valid JSON: {error}", kind="json") from None

    def keeps_alive(self) -> bool:
        """Tell whether the connection outlives this exchange."""
        header = (self.header("connection") or "").lower()
        wishes = {wish.strip() for wish in header.split(",")}
        return "keep-alive" in wishes if self.version == "HTTP/1.0" else "close" not in wishes


@dataclass(slots=True)
class Response:
    """
    One response: *body* at once after *delay* seconds, or *chunks* as they come.

    The connection breaks after *cut* bytes of the body, or after so many chunks.
    """

    status: int = 200
    body: bytes = b""
    media_type: str = "application/json"
    headers: Sequence[tuple[str, str]] = ()
    delay: float = 0.0
    chunks: Sequence[bytes] | None = None
    cut: int | None = None

    @classmethod
    def of_json(
        cls, value: object, status: int = 200, headers: Sequence[tuple[str, str]] = ()
    ) -> "Response":
        """Encode *value*, in which dataclasses count as objects."""
        return cls(status, json.dumps(value, default=vars).encode(), headers=headers)

    @classmethod
    def of_problem(cls, problem: Problem) -> "Response":
        """Encode *problem* as problem+json."""
        return cls(problem.status, problem.to_json(), MEDIA_TYPE, problem.headers)

    def head(self, request_id: str, *, keep_alive: bool) -> bytes:
        """Build the status line and the headers."""
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"Date: {formatdate(usegmt=True)}", f"X-Request-Id: {request_id}"]
        lines += self._framing()
        lines += [f"{name}: {value}" for name, value in self.headers]
        if not keep_alive:
            lines.append("Connection: close")
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def _framing(self) -> list[str]:
        if self.status in _BODILESS:
            return []
        if self.chunks is not None:
            return [f"Content-Type: {self.media_type}", "Transfer-Encoding: chunked"]
        return [f"Content-Type: {self.media_type}", f"Content-Length: {len(self.body)}"]


async def read_request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Request | None:
    """
    Read the next request of a connection.

    Returns:
        The request, or None when the peer has closed the connection.

    Raises:
        Problem: The bytes are no request that can be served; the connection is to be closed.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError:
        raise Problem(431, "The request head is too long.") from None
    request = parse_head(head)
    if (request.header("expect") or "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    request.body = await _read_body(reader, request)
    return request


def parse_head(head: bytes) -> Request:
    """
    Parse a request line and its headers.

    Raises:
        Problem: 400 when they are malformed.
    """
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    match first.split(" "):
        case [method, target, ("HTTP/1.0" | "HTTP/1.1") as version] if method and target:
            request = Request(method, target, version, [_parse_header(line) for line in lines])
        case _:
            raise Problem(400, "The request line is malformed.")
    if version == "HTTP/1.1" and request.header("host") is None:
        raise Problem(400, "The Host header is missing.")
    request.path, _, request.query_string = _local(target).partition("?")
    return request


def decoded(path: str) -> str:
    """Undo the percent-encoding of *path*."""
    return unquote(path)


def _local(target: str) -> str:
    if target.startswith("/"):
        return target
    # A client that takes this server for its proxy sends the whole URL.
    try:
        return urlsplit(target)._replace(scheme="", netloc="", fragment="").geturl()
    except ValueError:
        raise Problem(400, "The request target is malformed.") from None


def _parse_header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise Problem(400, "A header line is malformed.")
    return name.lower(), value.strip(" \t")


async def _read_body(reader: asyncio.StreamReader, request: Request) -> bytes:
    coding, length = request.header("transfer-encoding"), request.header("content-length")
    if coding is not None:
        # Both at once is how requests are smuggled past a proxy.
        if coding.lower() != "chunked" or length is not None:
            raise Problem(400, "The body's framing is not supported.")
        return await _read_chunked(reader)
    if not (length or "0").isdecimal():
        raise Problem(400, "Content-Length is malformed.")
    return await reader.readexactly(_bounded(int(length or 0)))


async def _read_chunked(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while size := _chunk_size(await reader.readuntil(b"\r\n")):
        _bounded(len(body) + size)
        body += await reader.readexactly(size)
        if await reader.readexactly(2) != b"\r\n":
            raise Problem(400, "A chunk is longer than it says.")
    while await reader.readuntil(b"\r\n") != b"\r\n":
        continue
    return bytes(body)


def _chunk_size(line: bytes) -> int:
    try:
        size = int(line.partition(b";")[0], 16)
    except ValueError:
        size = -1
    if size < 0:
        raise Problem(400, "A chunk size is malformed.")
    return size


def _bounded(size: int) -> int:
    if size > MAX_BODY:
        raise Problem(413, f"The body is larger than {MAX_BODY} bytes.")
    return size
