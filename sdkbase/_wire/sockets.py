"""What is behind a network stream of httpcore: its socket, and its TLS."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from typing import Any


def shut_down(network: Any) -> None:
    """Shut the socket of *network* down, if there is one: whoever blocks on it wakes up."""
    connection = _socket_of(network)
    if connection is not None:
        with suppress(OSError):
            # Not the method of a TLS socket, which is not made for a second thread.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)


def holds_more(tls: Any) -> bool:
    """
    Tell whether something was received that was not decrypted yet.

    Args:
        tls: The TLS of a stream that nobody reads; what it holds is lost.
    """
    # Over a socket, what was not decrypted was not received either.
    if not isinstance(tls, ssl.SSLObject):
        return False
    try:
        tls.read(1)
    except ssl.SSLWantReadError:
        return False
    except ssl.SSLError:  # it has ended
        return True
    return True


def _socket_of(network: Any) -> socket.socket | None:
    connection = None if network is None else network.get_extra_info("socket")
    return connection if isinstance(connection, socket.socket) else None
