# Generated from _async/shared_lines.py by sdkbase.codegen. Do not edit.
# sha256: 6dcca16e03de3e03
"""Lines through a pool of someone else's: a shared httpx transport, or the user's own client."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import httpx

from .._concurrency import SyncShield
from .._policy.deadline import AttemptTimeout
from .._policy.redirect import foreign_names
from .._wire.call import Call
from .._wire.httpcore_request import content_of
from .._wire.reply import ResponseHead, response_head
from .._wire.sockets import shut_down
from ..errors import ClientClosedError, InvalidRequestError

_CONNECTS = ("connect_tcp.started", "connect_unix_socket.started")
_CONNECTED = ("connect_tcp.complete", "connect_unix_socket.complete", "start_tls.complete")


class SyncTracedLine:
    """
    One exchange on a connection that a pool of httpcore's chooses.

    The `trace` extension, which is public, tells whether that connection is new and, as long as
    nobody else is on it, which socket to shut down. Without httpcore below, nothing is known.
    """

    def __init__(self) -> None:
        self.reused: bool = False
        self._is_new = False
        self._is_private = False
        self._network: Any = None
        self._handshake: Any = None
        self._aborted = False

    @property
    def can_abort(self) -> bool:
        """Whether the socket is known and nobody else is on it."""
        return self._is_private and self._network is not None

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith(_CONNECTS):
            self._is_new = True
        elif event.endswith(_CONNECTED):
            self._network, self._handshake = info["return_value"], None
        elif event.endswith("start_tls.started"):
            self._handshake = self._network
        elif event.endswith("send_request_headers.started"):
            self.reused = not self._is_new
            self._is_private = event.startswith("http11")
        elif event.endswith("response_closed.started"):
            self._hand_back()
        elif self._aborted:
            self.abort()

    def _hand_back(self) -> None:
        # An abort that comes a moment later must not meet the next one on the connection. One that
        # came a moment before may not have got to the socket yet: it is shut down here.
        network, self._network = self._network, None
        if self._aborted and self._is_private:
            shut_down(network)

    def _head(self, response: Any) -> ResponseHead:
        head = response_head(response)
        self._network = head.extensions.get("network_stream", self._network)
        return head

    def finish(self, *, complete: bool) -> None:
        """Close what the pool does not know; the rest it takes back as the response is closed."""
        handshake, self._handshake = self._handshake, None
        if handshake is not None:
            # A handshake that was cut short leaves a socket that nobody else closes.
            with SyncShield(), suppress(Exception):
                handshake.close()

    def abort(self) -> None:
        """Shut the socket down, now or as soon as it is known."""
        self._aborted = True
        network = self._network
        if self._is_private:
            shut_down(network)


class SyncSharedLine(SyncTracedLine):
    def __init__(self, transport: httpx.BaseTransport) -> None:
        super().__init__()
        self._transport = transport

    def handle(self, call: Call, timeout: AttemptTimeout) -> ResponseHead:
        """Send the request and return the response when its headers are there."""
        request = call.to_httpx()
        given = request.extensions
        request.extensions = {"trace": self._trace, **given, "timeout": timeout.steps()}
        try:
            # Not `request`: loguru shows the variables of a line that failed, and the repr of an
            # httpx request has the secrets of its query.
            return self._head(self._transport.handle_request(call.to_httpx()))
        finally:
            request.extensions = given


class SyncClientLine(SyncTracedLine):
    def __init__(self, client: Any) -> None:
        super().__init__()
        self._client = client

    def handle(self, call: Call, timeout: AttemptTimeout) -> ResponseHead:
        """Send the request and return the response when its headers are there."""
        if self._client.is_closed:
            raise ClientClosedError("http_client= was closed; hand in an open one")
        try:
            request = self._client.build_request(
                call.method,
                call.url,
                headers=call.headers,
                content=content_of(call),
                extensions={"trace": self._trace, "timeout": timeout.steps()},
            )
        except UnicodeEncodeError:
            raise InvalidRequestError(
                "http_client= can not send a cookie or header that is not ASCII; a server may have "
                "set it: see its cookies"
            ) from None
        settings: dict[str, Any] = {"stream": True, "follow_redirects": False}
        if not call.trusted:
            # Redirects are followed by our loop, so what the client adds of its own stays at home.
            settings["auth"] = None
            for name in foreign_names(request.headers, call.headers):
                del request.headers[name]
            # The client's own `params=` may hold a key.
            request.url = type(request.url)(call.url)
        return self._head(self._client.send(request, **settings))
