"""The socket below one connection: known from its first moment on, and listened to."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Self

from .._concurrency import AsyncShield
from .._concurrency._network import AsyncNetworkBackend
from .._wire.response_end import ResponseEnd
from .._wire.sockets import holds_more, shut_down


class AsyncNetwork:
    """Open the socket of one connection, and be its stream: what httpcore calls a backend."""

    def __init__(self) -> None:
        self._received = ResponseEnd()
        self._stream: Any = None
        self._tls: Any = None
        self._multiplexes = False
        self._aborted = False

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Self:
        """Open the socket; the arguments are those of httpcore, also below."""
        backend = AsyncNetworkBackend.of_this_loop()
        return self._take(
            await backend.connect_tcp(host, port, timeout, local_address, socket_options)
        )

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> Self:
        """Go on inside of TLS."""
        return self._take(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def _take(self, stream: Any) -> Self:
        self._stream = stream
        self._tls = tls = stream.get_extra_info("ssl_object")
        self._multiplexes = tls is not None and tls.selected_alpn_protocol() == "h2"
        if self._aborted:
            self.abort()
        return self

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come."""
        data: bytes = await self._stream.read(max_bytes, timeout)
        if not self._multiplexes:
            self._received.feed(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send *buffer*; what is received from now on answers it."""
        self._received.restart()
        await self._stream.write(buffer, timeout)

    def get_extra_info(self, info: str) -> Any:
        """Return what is known of the socket."""
        return None if self._stream is None else self._stream.get_extra_info(info)

    @property
    def is_readable(self) -> bool:
        """Whether something waits to be read, if only the end."""
        return bool(self.get_extra_info("is_readable"))

    def has_more_than(self, method: str, status: int) -> bool:
        """Tell whether more was received than the response with *status* to *method*."""
        # HTTP/2 numbers what belongs together; what takes the place of httpcore opens no socket.
        if self._multiplexes or self._stream is None:
            return False
        return not self._received.is_exact(method, status) or holds_more(self._tls)

    def abort(self) -> None:
        """Shut the socket down, now or as soon as there is one, which wakes a blocked read."""
        self._aborted = True
        shut_down(self)

    async def aclose(self) -> None:
        """Close the socket, whatever state it is in."""
        if self._stream is not None:
            with AsyncShield(), suppress(Exception):
                await self._stream.aclose()
