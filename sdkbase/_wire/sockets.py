"""The socket behind a network stream of httpcore, to shut it down from another thread."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any


def shut_down(network: Any) -> None:
    """Shut the socket of *network* down, if there is one: whoever blocks on it wakes up."""
    connection = _socket_of(network)
    if connection is not None:
        with suppress(OSError):
            # Not the method of a TLS socket, which is not made for a second thread.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _socket_of(network: Any) -> socket.socket | None:
    connection = None if network is None else network.get_extra_info("socket")
    return connection if isinstance(connection, socket.socket) else None
