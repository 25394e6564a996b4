"""Say in plain words that an iterable is of the other colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn


class AsyncOnly:
    """Refuse a plain `for`, which would otherwise fail with words that do not help."""

    __slots__ = ()

    # Type checkers do not see these: for them the object has no such method, so they report it.
    if not TYPE_CHECKING:  # pragma: no branch  # it is false when this runs

        def __iter__(self) -> NoReturn:
            raise TypeError(
                f"{type(self).__name__} is asynchronous: write `async for ... in` instead of `for`"
            )

        def __await__(self) -> NoReturn:
            raise TypeError(
                f"{type(self).__name__} is not awaited itself: write `async for ... in`, or await "
                "one of its methods"
            )


class SyncOnly:
    """Refuse `async for` and `await`, which would otherwise fail with words that do not help."""

    __slots__ = ()

    if not TYPE_CHECKING:  # pragma: no branch  # it is false when this runs

        def __aiter__(self) -> NoReturn:
            raise TypeError(
                f"{type(self).__name__} is synchronous: write `for ... in` instead of `async for`"
            )

        def __await__(self) -> NoReturn:
            raise TypeError(
                f"{type(self).__name__} is synchronous: leave `await` out, write `for ... in`"
            )


class AsyncOnlyBlock:
    """Refuse a plain `with`, which would otherwise fail with words that do not help."""

    __slots__ = ()

    # Without `__await__`, or what a function returns would count as something to wait for.
    if not TYPE_CHECKING:  # pragma: no branch  # it is false when this runs

        def __enter__(self) -> NoReturn:
            raise TypeError(
                f"{type(self).__name__} is asynchronous: write `async with` instead of `with`"
            )

        # Python looks for both before it calls the first.
        __exit__ = __enter__


class SyncOnlyBlock:
    """Refuse `async with`, which would otherwise fail with words that do not help."""

    __slots__ = ()

    if not TYPE_CHECKING:  # pragma: no branch  # it is false when this runs

        def __aenter__(self) -> NoReturn:
            raise TypeError(
                f"{type(self).__name__} is synchronous: write `with` instead of `async with`"
            )

        __aexit__ = __aenter__


class AsyncOnlyEntered(AsyncOnlyBlock):
    """Refuse `await` and a plain `with` of what is of no use but in `async with`."""

    __slots__ = ()

    if not TYPE_CHECKING:  # pragma: no branch  # it is false when this runs

        def __await__(self) -> NoReturn:
            raise TypeError(f"{type(self).__name__} is not awaited itself: write `async with`")


class SyncOnlyEntered(SyncOnlyBlock):
    """Refuse `await` and `async with` of what is of no use but in `with`."""

    __slots__ = ()

    if not TYPE_CHECKING:  # pragma: no branch  # it is false when this runs

        def __await__(self) -> NoReturn:
            raise TypeError(
                f"{type(self).__name__} is synchronous: leave `await` out, write `with`"
            )
