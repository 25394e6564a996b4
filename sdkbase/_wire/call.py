"""One call on its way out: light, and turned into an httpx object only when someone looks."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
import msgspec

from .._exports import publish
from .body import Body
from .headers import Headers, check_request, raw_headers
from .redaction import redact_headers, redact_url
from .url import Origin, origin_of, parse_url


class Call(msgspec.Struct, eq=False):
    """A request: method, absolute URL, headers, body and the label it has in logs and metrics."""

    method: str
    url: str
    template: str
    """Path template, or path without query if there is none."""
    headers: Headers
    body: Body
    owned: frozenset[str] = frozenset()
    """Names of the headers that the client set; they stay with the origin."""
    given: frozenset[str] = frozenset()
    """Names of the headers that this call set, or took away."""
    trusted: bool = True
    """Whether the client's credentials may go to this URL."""
    key_header: str = "idempotency-key"
    """Name of the header that an idempotency key stands in."""
    http_request: httpx.Request | None = None
    """The httpx request, if one was made; then it is what is sent."""

    @property
    def origin(self) -> Origin:
        """Scheme, host and port of the URL."""
        return origin_of(self.url)

    @property
    def has_idempotency_key(self) -> bool:
        """Whether the server can tell a repeated request from a new one."""
        return self.key_header in self.headers

    def with_headers(self, headers: Mapping[str, str]) -> Call:
        """Return a copy with *headers* put over its own."""
        return self.replace(headers={**self.headers, **headers})

    def with_auth(self, headers: Mapping[str, str]) -> Call:
        """Return a copy with *headers* put over those of the client, not those of this call."""
        return self.with_headers({n: v for n, v in headers.items() if n not in self.given})

    def replace(
        self,
        *,
        method: str | None = None,
        url: str | None = None,
        headers: Headers | None = None,
        body: Body | None = None,
        trusted: bool | None = None,
    ) -> Call:
        """Return a copy with other parts."""
        return Call(
            self.method if method is None else method,
            self.url if url is None else url,
            self.template,
            self.headers if headers is None else headers,
            self.body if body is None else body,
            owned=self.owned,
            given=self.given,
            trusted=self.trusted if trusted is None else trusted,
            key_header=self.key_header,
        )

    def to_httpx(self) -> httpx.Request:
        """Return the request as httpx knows it; made once."""
        if self.http_request is None:
            raw = raw_headers(self.headers)
            url, body = parse_url(self.url), self.body
            if body.stream is None:
                request = httpx.Request(self.method, url, headers=raw, content=body.content)
            else:
                # With a stream, httpx leaves all headers to the caller.
                if "host" not in self.headers:
                    raw.insert(0, (b"host", url.netloc))
                request = httpx.Request(self.method, url, headers=raw, stream=body.stream)
            self.http_request = request
        return self.http_request

    def redacted_request(self) -> httpx.Request:
        """Return the request without its body and with every secret masked, for errors."""
        masked = raw_headers(dict(redact_headers(self.headers.items())))
        return httpx.Request(self.method, redact_url(self.url), headers=masked)

    def __repr__(self) -> str:
        return f"<Call {self.method} {redact_url(self.url)}>"


def call_from_httpx(call: Call, request: httpx.Request) -> Call:
    """
    Return *call* as an interceptor or an auth flow of httpx left it.

    Raises:
        InvalidRequestError: It is no valid request any longer.
    """
    check_request(request)
    headers = {name: value for name, value in request.headers.items() if name != "host"}
    changed = call.replace(method=request.method, url=str(request.url), headers=headers)
    host = request.headers.get("host")
    if host is not None and host != _host_of(request.url):
        changed.headers["host"] = host
    changed.http_request = request
    return changed


def _host_of(url: httpx.URL) -> str:
    return url.netloc.decode("ascii")


publish(Call)
