"""Real calls, kept in a file without their secrets, and played again in tests."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Collection
from pathlib import Path

import httpx
import msgspec

from .._observe.redacted import redacted_text
from .._wire.redaction import redact_headers, redact_url
from ..errors import ConfigurationError
from ._masking import masked_body
from ._mock_api import UnexpectedCallError
from ._mock_call import AnsweringTransport, MockCall

# What holds for the connection or for the coded body, which is kept without its codings.
_NOT_KEPT = frozenset({"connection", "content-encoding", "content-length", "transfer-encoding"})


class _Exchange(msgspec.Struct, frozen=True, omit_defaults=True):
    """A call and its answer, as the file has them."""

    method: str
    url: str
    status: int
    headers: list[tuple[str, str]] = []
    text: str | None = None
    content: bytes | None = None
    """Of a body that is no UTF-8; Base64 in the file."""


class _File(msgspec.Struct, frozen=True):
    exchanges: list[_Exchange]
    version: int = 1


class Recorder(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """
    Send calls, and write them to a file for a `Cassette` when the client closes.

    Given as `transport=` to a client of either colour. Of an answer it keeps status, headers and
    body, with secrets masked: values of headers, query parameters and JSON or form fields whose
    names tell of one, user info, and what auth has sent. Of a request it keeps method and URL. Look
    at the file before you publish it: other people's data is not known to be secret.

    A streamed answer is read to its end before it is handed on.

    Args:
        path: The file, which is replaced.
        inner: Another httpx transport to send through, of the colour of the client.
        keep: Names of fields that hold no secret although they are called as if.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        inner: httpx.BaseTransport | httpx.AsyncBaseTransport | None = None,
        keep: Collection[str] = (),
    ) -> None:
        self._path = Path(path)
        self._inner = inner
        self._keep = frozenset(keep)
        self._exchanges: list[_Exchange] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of a sync client."""
        inner = self._inner = self._inner or httpx.HTTPTransport()
        if not isinstance(inner, httpx.BaseTransport):
            raise ConfigurationError("the Recorder's inner= is no transport for a sync client")
        response = inner.handle_request(request)
        try:
            response.read()
        finally:
            response.close()
        return self._noted(request, response)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of an async client."""
        inner = self._inner = self._inner or httpx.AsyncHTTPTransport()
        if not isinstance(inner, httpx.AsyncBaseTransport):
            raise ConfigurationError("the Recorder's inner= is no transport for an async client")
        response = await inner.handle_async_request(request)
        try:
            await response.aread()
        finally:
            await response.aclose()
        return self._noted(request, response)

    def _noted(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        kind = response.headers.get("content-type", "")
        text, content = _text_or_bytes(masked_body(response.content, kind, self._keep))
        exchange = _Exchange(
            request.method,
            redact_url(str(request.url)),
            response.status_code,
            _masked_headers(response.headers),
            text,
            content,
        )
        self._exchanges.append(exchange)
        return response

    def save(self) -> None:
        """Write what was recorded up to now."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        written = msgspec.json.encode(_File(self._exchanges))
        self._path.write_bytes(msgspec.json.format(written) + b"\n")

    def close(self) -> None:
        """Write the file and close the connections of a sync client."""
        self.save()
        if isinstance(self._inner, httpx.BaseTransport):
            self._inner.close()

    async def aclose(self) -> None:
        """Write the file and close the connections of an async client."""
        self.save()
        if isinstance(self._inner, httpx.AsyncBaseTransport):
            await self._inner.aclose()

    def __repr__(self) -> str:
        return f"<Recorder {str(self._path)!r}, {len(self._exchanges)} calls>"


class Cassette(AnsweringTransport):
    """
    Answer calls from the file of a `Recorder`; nothing is sent.

    Given as `transport=` to a client of either colour. Calls of the same method and URL get their
    answers in the order of the recording, each one once. Secrets in URLs do not count.

    Args:
        path: The file.

    Raises:
        ConfigurationError: It can not be read, or is no such file.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._waiting: dict[tuple[str, str], deque[_Exchange]] = {}
        for exchange in _exchanges_of(self._path):
            key = (exchange.method, exchange.url)
            self._waiting.setdefault(key, deque()).append(exchange)

    @property
    def left(self) -> list[str]:
        """Method and URL of what was recorded and not played yet."""
        return [f"{method} {url}" for (method, url), rest in self._waiting.items() for _ in rest]

    def answer(self, call: MockCall) -> httpx.Response:
        """Return what was recorded for a call."""
        method, url = call.method, redact_url(str(call.url))
        waiting = self._waiting.get((method, url))
        if not waiting:
            why = "not recorded" if waiting is None else "played as often as it was recorded"
            left = "".join(f"\n  {one}" for one in self.left) or " nothing"
            raise UnexpectedCallError(
                f"{method} {url} is {why} in {self._path.name}; left there:{left}"
            )
        exchange = waiting.popleft()
        body = exchange.content or (exchange.text or "").encode()
        return httpx.Response(
            exchange.status, headers=exchange.headers, content=body, request=call.request
        )

    def __repr__(self) -> str:
        return f"<Cassette {str(self._path)!r}, {len(self.left)} calls left>"


def _masked_headers(headers: httpx.Headers) -> list[tuple[str, str]]:
    # A URL may hold a secret by its query, as the one that a redirect leads to.
    return [
        (name, redact_url(value) if name == "location" else redacted_text(value))
        for name, value in redact_headers(headers.multi_items())
        if name not in _NOT_KEPT
    ]


def _text_or_bytes(content: bytes) -> tuple[str | None, bytes | None]:
    try:
        return content.decode() or None, None
    except UnicodeDecodeError:
        return None, content


def _exchanges_of(path: Path) -> list[_Exchange]:
    try:
        file = msgspec.json.decode(path.read_bytes(), type=_File)
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"cassette {str(path)!r} can not be played: {error}") from None
    if file.version != _File([]).version:
        raise ConfigurationError(f"cassette {str(path)!r} is of another version; record it again")
    return file.exchanges
