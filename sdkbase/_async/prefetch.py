"""Pages one after another, and those that are fetched before they are asked for."""

from __future__ import annotations

from collections import deque
from typing import Any, Generic, Protocol, TypeVar

from .._concurrency import AsyncBackground, AsyncOnly
from .._policy.pagination import Page, PageRequest, Walk
from .._wire.api_response import ApiResponse

T = TypeVar("T")


class AsyncFetch(Protocol):
    """Sends the call for one page."""

    async def __call__(self, request: PageRequest, /) -> ApiResponse[Any]:
        """Return the response, with the decoded body as its `data`."""
        ...


class AsyncPages(AsyncOnly, Generic[T]):
    """
    The pages of one walk, in order.

    Args:
        fetch: Sends the call for one page.
        walk: Says what to ask for.
        ahead: Number of pages at most that are in flight, or waiting to be taken.
    """

    def __init__(self, fetch: AsyncFetch, walk: Walk[T], ahead: int) -> None:
        self._steps: deque[AsyncBackground[Page[T] | None]] = deque()
        self._newest: AsyncBackground[Page[T] | None] | None = None
        self._fetch = fetch
        self._walk = walk
        self._ahead = ahead
        # The first page comes alone: an error of every call comes once, and it may be the only one.
        self._room = 1
        self._guesses = walk.guesses()
        self._closed = False

    def __aiter__(self) -> AsyncPages[T]:
        return self

    async def __anext__(self) -> Page[T]:
        page = None
        if not self._closed:
            page = await self._oldest() if self._ahead else await _step(self._fetch, self._walk)
        if page is None:
            self._stop()
            raise StopAsyncIteration
        return page

    async def _oldest(self) -> Page[T] | None:
        try:
            self._fill()
            page = await self._steps[0].result() if self._steps else None
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
            step: AsyncBackground[Page[T] | None] = AsyncBackground.start(
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

    async def aclose(self) -> None:
        """Stop what is fetched ahead, and wait until it is over. Safe to repeat."""
        self._closed = True
        while self._steps:
            await self._steps.popleft().cancel()

    def __del__(self) -> None:
        self._stop()


async def _step(
    fetch: AsyncFetch,
    walk: Walk[T],
    before: AsyncBackground[Page[T] | None] | None = None,
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
    early = None if guess is None else await _attempt(fetch, guess)
    if before is not None and await before.result() is None:
        # The pages ended before this one: what came of the guess does not matter.
        return None
    request = walk.request()
    if request is None:
        return None
    came = early if early is not None and request == guess else await _attempt(fetch, request)
    if isinstance(came, Exception):
        walk.failed(came)
        raise came
    return walk.take(came)


async def _attempt(fetch: AsyncFetch, request: PageRequest) -> ApiResponse[Any] | Exception:
    try:
        return await fetch(request)
    except Exception as error:
        return error
