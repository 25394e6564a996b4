# Generated from _async/transport.py by sdkbase.codegen. Do not edit.
# sha256: bc3e55d0bcb71c95
"""The seam between the engine and the wire."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from .._exports import publish
from .._policy.deadline import AttemptTimeout
from .._wire.call import Call
from .._wire.reply import Reply


@runtime_checkable
class SyncTransport(Protocol):
    """Sends one request and returns its answer: the one thing that knows the wire."""

    def send(self, call: Call, timeout: AttemptTimeout, *, stream: bool = False) -> Reply:
        """
        Send *call* once.

        Args:
            call: The request.
            timeout: Limits of the attempt, in seconds.
            stream: Return when the headers are there, and leave the body in `Reply.stream`,
                whose `close` frees the connection.

        Raises:
            TransportError: No complete answer came.
        """
        ...

    def close(self) -> None:
        """Close every connection. Safe to repeat."""
        ...


publish(SyncTransport)
