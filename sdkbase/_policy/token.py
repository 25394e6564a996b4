"""Access tokens that run out: the current one, when to renew it, and who is renewing it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from .._concurrency import LockOwner, Outcome
from .._wire.redaction import Secret

# A token that lives shorter than the margin asks for would be renewed for every call.
_LARGEST_SHARE = 0.2


class Token:
    """
    An access token.

    Attributes:
        value: The token itself.
        renew_at: When to get another one, on the monotonic clock; None for never.
    """

    __slots__ = ("renew_at", "value")

    def __init__(self, value: Secret, renew_at: float | None) -> None:
        self.value: Secret = value
        self.renew_at: float | None = renew_at

    def is_fresh(self, now: float) -> bool:
        """Tell whether it may still be sent."""
        return self.renew_at is None or now < self.renew_at


class TokenState:
    """
    The current access token; time is passed in.

    Args:
        margin: Seconds before a token's end at which it is renewed, but never more than a fifth
            of its lifetime.
        first: A token from earlier and the seconds that it lives from its first use, or None.
    """

    def __init__(self, margin: float, first: tuple[Secret, float | None] | None = None) -> None:
        self._margin = margin
        self._first = first
        self.token: Token | None = None

    def current(self, now: float) -> Token | None:
        """Return the token if it may still be sent."""
        first, self._first = self._first, None
        if first is not None:
            self.renew(*first, now)
        return self.token if self.token is not None and self.token.is_fresh(now) else None

    def renew(self, value: Secret, lifetime: float | None, now: float) -> Token:
        """Put a token that was asked for at *now* in the place of the old one."""
        renew_at = None
        if lifetime is not None:
            renew_at = now + lifetime - min(self._margin, lifetime * _LARGEST_SHARE)
        self.token = Token(value, renew_at)
        return self.token

    def reject(self, token: Token) -> None:
        """Give up *token*, which a server refused, unless another one is current by now."""
        if self.token is token:
            self.token = None


class Flight:
    """
    One request for a token, and what all who wait for it get: the token or the error.

    Args:
        ends_by: When it must be over, on the monotonic clock. An event loop that was left with the
            request under way would never end it.
    """

    __slots__ = ("ends_by", "outcome")

    def __init__(self, ends_by: float) -> None:
        self.ends_by: float = ends_by
        #: None if it was given up; then whoever still needs a token asks again.
        self.outcome: Outcome[Token | Exception | None] = Outcome()

    def is_over(self, now: float) -> bool:
        """Tell whether nobody needs to wait for it any more."""
        return self.outcome.done or now >= self.ends_by

    def abandon(self) -> None:
        """Wake all who wait without a result; nothing if there is one."""
        self.outcome.settle(None)


class SharedToken(LockOwner):
    """
    A token state for any number of threads and event loops, of which one at a time renews it.

    A copy is the same object: two that renew by one refresh token would put each other out.
    """

    def __init__(self, state: TokenState) -> None:
        super().__init__()
        self._state = state
        self._flight: Flight | None = None

    def current(self, now: float) -> Token | None:
        """Return the token if it may still be sent; takes no lock."""
        token = self._state.token
        return token if token is not None and token.is_fresh(now) else None

    def board(self, flight: Flight, now: float) -> Token | Flight:
        """
        Return a usable token, or else the flight to wait for.

        If that is *flight* itself, the caller has to carry it out.
        """
        with self._lock:
            token = self._state.current(now)
            if token is not None:
                return token
            if self._flight is None or self._flight.is_over(now):
                self._flight = flight
            return self._flight

    def land(self, value: Secret, lifetime: float | None, now: float) -> Token:
        """Take in the token that a flight, which began at *now*, brought."""
        with self._lock:
            self._flight = None
            return self._state.renew(value, lifetime, now)

    def reject(self, token: Token) -> None:
        """Give up *token*, which a server refused, unless another one is current by now."""
        with self._lock:
            self._state.reject(token)

    def reset_lock(self) -> None:
        """Replace the lock; nobody carries out the flight in a forked child."""
        super().reset_lock()
        self._flight = None

    def __copy__(self) -> SharedToken:
        return self

    def __deepcopy__(self, memo: object) -> SharedToken:
        return self

    def __reduce__(self) -> tuple[Callable[..., SharedToken], tuple[TokenState]]:
        return SharedToken, (self._state,)


def own_copy(error: Exception) -> Exception:
    """Return an error like *error* for one of several who raise it; each adds to its traceback."""
    try:
        twin = copy.copy(error)
    except Exception:  # its class has a constructor of its own
        return error
    notes: list[Any] = getattr(error, "__notes__", [])
    twin.__dict__.pop("__notes__", None)
    for note in notes:
        twin.add_note(note)
    twin.__cause__ = error.__cause__
    twin.__suppress_context__ = error.__suppress_context__
    return twin.with_traceback(error.__traceback__)
