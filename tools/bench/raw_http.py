"""The least that HTTP/1.1 needs: what the raw sides send, and where an answer ends."""

from __future__ import annotations

from .workload import HEADERS, JSON


class RawRequests:
    """Makes requests to one *host*."""

    def __init__(self, host: str) -> None:
        self._head = _lines({"host": host} | HEADERS)

    def make(self, method: str, target: str, body: bytes | None) -> bytes:
        """Return the request as it goes over the wire."""
        start = f"{method} {target} HTTP/1.1\r\n".encode() + self._head
        if body is None:
            return start + b"\r\n"
        return start + _lines(JSON) + b"content-length: %d\r\n\r\n" % len(body) + body


def body_length(head: bytes) -> int:
    """Return how many bytes follow this *head*."""
    _, _, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0])


def _lines(headers: dict[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
