"""One answer on its way in: light, and turned into an httpx response only when someone looks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol, TypeAlias

import httpx

from .._exports import publish
from ..errors import REQUEST_ID_HEADERS, Attempt, CallError
from .call import Call
from .content_coding import decode_content, decode_partly
from .redaction import redact_bytes, redact_headers, redact_text

_REQUEST_ID_HEADERS = tuple(name.encode("ascii") for name in REQUEST_ID_HEADERS)

# More than any body has, and few enough for int().
_LENGTH_DIGITS = 20

RawHeaders: TypeAlias = list[tuple[bytes, bytes]]


class LazyHeaders(Protocol):
    """Header fields that are turned into bytes only when someone looks at all of them."""

    def get(self, name: bytes) -> str | None:
        """Return the first field called *name* (in lower case), or None."""
        ...

    def raw(self) -> RawHeaders:
        """Return all fields, in the order they came."""
        ...


class ResponseHead:
    """A response whose headers are there and whose body is still to be read."""

    __slots__ = ("extensions", "headers", "reason", "status_code", "stream")

    def __init__(
        self,
        status_code: int,
        headers: RawHeaders,
        stream: Any,
        extensions: Mapping[str, Any],
        reason: str | None = None,
    ) -> None:
        self.status_code: int = status_code
        self.headers: RawHeaders = headers
        self.stream: Any = stream
        self.extensions: Mapping[str, Any] = extensions
        phrase = extensions.get("reason_phrase", b"")
        self.reason: str = phrase.decode("ascii", "replace") if reason is None else reason

    @property
    def http_version(self) -> str:
        """Such as `HTTP/1.1`."""
        return str(self.extensions.get("http_version", b"HTTP/1.1"), "ascii")


class Reply:
    """
    A response: status, headers, and the body as bytes or as a stream.

    Attributes:
        content: The body as it came over the wire, or None if it is streamed.
        stream: The stream of the body, or None if it was read.
        http_version: Such as `HTTP/1.1`.
        elapsed: Seconds from sending to the end of what was read.
        response_class: What a streamed response becomes.
        max_bytes: Bytes that the body may have, coded and decoded; None for no limit.
        broken: What cut the body of an error short, which then is only what came before; else None.
    """

    __slots__ = (
        "_body",
        "_fields",
        "_headers",
        "_response",
        "_response_class",
        "broken",
        "call",
        "content",
        "elapsed",
        "give_up_reason",
        "history",
        "http_version",
        "max_bytes",
        "reason",
        "redirects",
        "status_code",
        "stream",
    )

    def __init__(
        self,
        status_code: int,
        headers: RawHeaders | LazyHeaders,
        content: bytes | None,
        *,
        stream: httpx.AsyncByteStream | httpx.SyncByteStream | None = None,
        http_version: str = "HTTP/1.1",
        reason: str = "",
        elapsed: float = 0.0,
        response_class: type[httpx.Response] = httpx.Response,
        max_bytes: int | None = None,
    ) -> None:
        self.status_code: int = status_code
        self._headers = headers
        self._fields: LazyHeaders | dict[bytes, bytes] | None = None
        if not isinstance(headers, list):
            self._fields = headers
        self.content = content
        self.stream = stream
        self.http_version: str = http_version
        self.reason: str = reason
        self.elapsed: float = elapsed
        self._response_class = response_class
        self.max_bytes: int | None = max_bytes
        self._body: bytes | None = None
        self._response: httpx.Response | None = None
        self.call: Call | None = None
        self.history: tuple[Attempt, ...] = ()
        self.redirects: list[httpx.Response] = []
        self.give_up_reason: str = ""
        self.broken: CallError | None = None

    @property
    def headers(self) -> RawHeaders:
        """Raw fields, in the order they came."""
        headers = self._headers
        if not isinstance(headers, list):
            headers = self._headers = headers.raw()
        return headers

    def header(self, name: bytes) -> str | None:
        """Return the first field called *name* (in lower case), or None."""
        value = (self._fields or self._index()).get(name)
        return value.decode("latin-1") if isinstance(value, bytes) else value

    def first(self, names: tuple[bytes, ...]) -> str | None:
        """Return the first of the fields called *names* that is there and not empty, or None."""
        fields = self._fields or self._index()
        for name in names:
            if value := fields.get(name):
                return value.decode("latin-1") if isinstance(value, bytes) else value
        return None

    def _index(self) -> dict[bytes, bytes]:
        # From the last to the first, so that the first of several fields stays.
        fields = self._fields = {key.lower(): value for key, value in self.headers[::-1]}
        return fields

    @property
    def announced_too_large(self) -> int:
        """Bytes that the body has by its Content-Length, if it may not have so many; else 0."""
        limit, told = self.max_bytes, (self._fields or self._index()).get(b"content-length")
        # A digit is less than four bits: nearly always that is enough to know.
        if limit is None or told is None or limit >> 4 * len(told) or not told.isdigit():
            return 0
        size = int(told[:_LENGTH_DIGITS])
        return size if size > limit else 0

    @property
    def request_id(self) -> str | None:
        """The id that the server gave the request, if it sent one."""
        return self.first(_REQUEST_ID_HEADERS)

    @property
    def body(self) -> bytes:
        """
        The body without its content codings.

        Raises:
            BodyError: It is broken, ends too early or is too large, or nothing here decodes it.
        """
        if self._body is None:
            codings = self.header(b"content-encoding")
            content = self.content or b""
            self._body = decode_content(content, codings, self.max_bytes) if codings else content
        return self._body

    def check_body(self, method: str) -> None:
        """
        Make sure that the body can be decoded.

        Raises:
            BodyError: It can not.
        """
        if method != "HEAD":
            _ = self.body

    def to_httpx(self) -> httpx.Response:
        """Return the response as httpx knows it, read unless it is streamed; made once."""
        if self._response is None:
            if self.call is None:  # pragma: no cover - the engine sets it at once
                raise RuntimeError("a reply without its call")
            request = self.call.to_httpx()
            if self.stream is None:
                self._response = self._read_response(self.headers, self.body_or_content(), request)
            else:
                self._response = self._response_class(
                    self.status_code,
                    headers=self.headers,
                    stream=self.stream,
                    request=request,
                    extensions=self._extensions(),
                )
                self._response.elapsed = timedelta(seconds=self.elapsed)
        self._response.history = self.redirects
        return self._response

    def replaced_by(self, response: httpx.Response) -> Reply:
        """Return the reply as an interceptor left it."""
        reply = Reply(
            response.status_code,
            response.headers.raw,
            self.content,
            stream=self.stream,
            http_version=self.http_version,
            reason=response.reason_phrase,
            elapsed=self.elapsed,
            max_bytes=self.max_bytes,
        )
        reply.call = self.call
        reply.broken = self.broken
        reply._response = response
        reply._body = response.content if self.stream is None else None
        return reply

    def redirect_response(self, call: Call) -> httpx.Response:
        """Return the response to a request that was redirected, for `Response.history`."""
        self.stream, self.content = None, self.content or b""
        self._response = None
        self.call = self.call or call
        return self.to_httpx()

    def redacted_response(self, call: Call, *, with_body: bool = True) -> httpx.Response:
        """Return the response with every secret masked, for errors."""
        fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self.headers]
        headers = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in redact_headers(fields)]
        body = redact_bytes(self.body_or_content()) if with_body else b""
        return self._read_response(
            headers, body, call.redacted_request(), reason=redact_text(self.reason)
        )

    def body_or_content(self) -> bytes:
        """Return the body, or what of it can be decoded, or else what came over the wire."""
        try:
            return self.body
        except ValueError:
            content = self.content or b""
            codings = self.header(b"content-encoding") or ""
            return decode_partly(content, codings, self.max_bytes) or content

    def _read_response(
        self,
        headers: RawHeaders,
        body: bytes,
        request: httpx.Request,
        *,
        reason: str | None = None,
    ) -> httpx.Response:
        # The coding is put back after reading: httpx would decode the decoded body once more.
        plain = _without_coding(headers)
        response = httpx.Response(
            self.status_code,
            headers=plain,
            stream=httpx.ByteStream(body),
            request=request,
            extensions=self._extensions(reason),
        )
        response.read()
        if len(plain) != len(headers):
            response.headers = httpx.Headers(headers)
        response.elapsed = timedelta(seconds=self.elapsed)
        return response

    def _extensions(self, reason: str | None = None) -> dict[str, bytes]:
        return {
            "http_version": self.http_version.encode("ascii"),
            "reason_phrase": (self.reason if reason is None else reason).encode("ascii", "replace"),
        }


def response_head(response: Any) -> ResponseHead:
    """
    Return what an httpx or httpx2 response, whose body may have been read already, comes to.

    A body that was read is decoded; then its content coding is undone, and neither that nor the
    length that it had with it is named any longer.
    """
    headers: RawHeaders = response.headers.raw
    if not response.is_stream_consumed:
        return ResponseHead(
            response.status_code,
            headers,
            response.stream,
            response.extensions,
            response.reason_phrase,
        )
    return ResponseHead(
        response.status_code,
        # Without a body, as HEAD has none, the length is what was asked for.
        _decoded_headers(headers) if response.content else _without_coding(headers),
        httpx.ByteStream(response.content),
        response.extensions,
        response.reason_phrase,
    )


def _decoded_headers(headers: RawHeaders) -> RawHeaders:
    plain = _without_coding(headers)
    if len(plain) == len(headers):
        return headers
    return [field for field in plain if field[0].lower() != b"content-length"]


def _without_coding(headers: RawHeaders) -> RawHeaders:
    return [field for field in headers if field[0].lower() != b"content-encoding"]


publish(Reply)
