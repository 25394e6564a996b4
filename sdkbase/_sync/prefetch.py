# Generated from _async/prefetch.py by sdkbase.codegen. Do not edit.
# sha256: 9898ea9c4c883570
"""Pages one after another, and those that are fetched before they are asked for."""

from __future__ import annotations

from collections import deque
from typing import Any, Generic, Protocol, TypeVar

from .._concurrency import SyncBackground, SyncOnly
from .._policy.pagination import Page, PageRequest, Walk
from .._wire.api_response import ApiResponse

T = TypeVar("T")


class SyncFetch(Protocol):
    """Sends the call for one page."""

    def __call__(self, request: PageRequest, /) -> ApiResponse[Any]:
        """Return the response, with the decoded body as its `data`."""
        ...


class SyncPages(SyncOnly, Generic[T]):
    """
    The pages of one walk, in order.

    Args:
        fetch: Sends the call for one page.
        walk: Says what to ask for.
        ahead: Number of pages at most that are in flight, or waiting to be taken.
    """

    def __init__(self, fetch: SyncFetch, walk: Walk[T], ahead: int) -> None:
        self._steps: deque[SyncBackground[Page[T] | None]] = deque()
        self._newest: SyncBackground[Page[T] | None] | None = None
        self._fetch = fetch
        self._walk = walk
        self._ahead = ahead
        # The first page comes alone: an error of every call comes once, and it may be the only one.
        self._room = 1
        self._guesses = walk.guesses()
        self._closed = False

    def __iter__(self) -> SyncPages[T]:
        return self

    def __next__(self) -> Page[T]:
        page = None
        if not self._closed:
            page = self._oldest() if self._ahead else _step(self._fetch, self._walk)
        if page is None:
            self._stop()
            raise StopIteration
        return page

    def _oldest(self) -> Page[T] | None:
        try:
            self._fill()
            page = self._steps[0].result() if self._steps else None
        except BaseException:
            self._stop()
            raise
        if page is not None:
            self._steps.popleft()
            self._room = self._ahead
            self._fill()
        return page

    def _fill(self) -> None:
        while len(self._steps) < self._room and not self._walk.over:
            # A plain function of what it needs: with a reference to this object, an iterator that
            # is dropped half-way would live on, and its steps with it.
            step: SyncBackground[Page[T] | None] = SyncBackground.start(
                _step,
                self._fetch,
                self._walk,
                self._newest,
                next(self._guesses),
            )
            self._newest = step
            self._steps.append(step)

    def _stop(self) -> None:
        self._closed = True
        while self._steps:
            self._steps.popleft().stop()

    def close(self) -> None:
        """Stop what is fetched ahead, and wait until it is over. Safe to repeat."""
        self._closed = True
        while self._steps:
            self._steps.popleft().cancel()

    def __del__(self) -> None:
        self._stop()


def _step(
    fetch: SyncFetch,
    walk: Walk[T],
    before: SyncBackground[Page[T] | None] | None = None,
    guess: PageRequest | None = None,
) -> Page[T] | None:
    """
    Return the next page of *walk*, or None after the last.

    Args:
        fetch: Sends the call for one page.
        walk: Is moved on, by one step at a time.
        before: The step before this one, if it may be still under way.
        guess: The call that will most likely be asked for; it is sent at once.
    """
    early = None if guess is None else _attempt(fetch, guess)
    if before is not None and before.result() is None:
        # The pages ended before this one: what came of the guess does not matter.
        return None
    request = walk.request()
    if request is None:
        return None
    came = early if early is not None and request == guess else _attempt(fetch, request)
    if isinstance(came, Exception):
        walk.failed(came)
        raise came
    return walk.take(came)


def _attempt(fetch: SyncFetch, request: PageRequest) -> ApiResponse[Any] | Exception:
    try:
        return fetch(request)
    except Exception as error:
        return error
