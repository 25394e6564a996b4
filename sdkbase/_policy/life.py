"""Whether a client is still open."""

from __future__ import annotations

from ..errors import ClientClosedError


class Life:
    """
    Whether a client is still open; that of a copy ends with its *parent's*.

    Args:
        name: What to call the client in the error.
        parent: Life of the client that a copy was made from.
    """

    __slots__ = ("_ended", "_name", "_parent")

    def __init__(self, name: str, parent: Life | None = None) -> None:
        self._name = name
        self._parent = parent
        self._ended = False

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._ended or (self._parent is not None and self._parent.is_over)

    def check(self) -> None:
        """
        Make sure that the client is open.

        Raises:
            ClientClosedError: It is not.
        """
        if self.is_over:
            raise ClientClosedError(f"this {self._name} was closed; make a new one")

    def end(self) -> bool:
        """End it, and tell whether this was the first time."""
        first, self._ended = not self._ended, True
        return first
