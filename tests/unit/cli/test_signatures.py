# mypy: disable-error-code="empty-body"
# Only the signatures of what is defined here matter.
"""Signatures in the words of the sync half, whatever the two halves are written like."""

from __future__ import annotations

import typing
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Generator
from functools import cached_property, wraps
from typing import Any, NoReturn

import msgspec
import pytest

from sdkbase.cli._signatures import is_coloured, members, shared_members


def convert(name: str) -> str:
    words = {"AsyncIterator": "Iterator", "AsyncGenerator": "Generator", "__aenter__": "__enter__"}
    return words.get(name) or name.replace("Async", "Sync")


def same(word: str) -> str:
    return word


class AsyncPager: ...


PAGER = AsyncPager()


async def coroutine(a: int, *rest: str, b: AsyncPager | None = None, **more: Any) -> list[int]: ...
def awaitable(a: int) -> Awaitable[list[int]]: ...
def coroutine_type(a: Callable[[int], Coroutine[Any, Any, list[int]]]) -> None: ...
def qualified(a: typing.Awaitable[int]) -> AsyncIterator[AsyncPager]: ...
def generator(a: int) -> AsyncGenerator[int, None]: ...
def kinds(a: int, /, b: int, *, c: int = 3) -> None: ...
def plain_generator(a: int) -> Generator[int, None, str]: ...


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (kinds, "(a: int, /, b: int, *, c: int = 3) -> None"),
        (coroutine, "(a: int, *rest: str, b: SyncPager | None = None, **more: Any) -> list[int]"),
        (awaitable, "(a: int) -> list[int]"),
        (coroutine_type, "(a: Callable[[int], list[int]]) -> None"),
        (qualified, "(a: int) -> Iterator[SyncPager]"),
        (generator, "(a: int) -> Generator[int, None]"),
        (plain_generator, "(a: int) -> Generator[int, None]"),
    ],
)
def test_functions(function: Any, text: str) -> None:
    assert members(function, convert) == {"": text}


def test_annotations_that_are_no_text_give_the_same() -> None:
    def function(a: Any) -> Any: ...

    function.__annotations__ = {"a": AsyncPager, "return": AsyncIterator[AsyncPager]}
    assert members(function, convert) == {"": "(a: SyncPager) -> Iterator[SyncPager]"}


def test_what_is_no_type_is_compared_as_text() -> None:
    def function(a: Any = PAGER, b: Any = AsyncPager) -> Any: ...

    function.__annotations__ = {"a": "1 + AsyncPager =", "return": 3}
    text = members(function, convert)[""]
    assert text.startswith("(a: 1 + SyncPager = = <")
    assert text.endswith("SyncPager'>) -> 3")
    assert " at 0x" not in text


class AsyncThing:
    limit = 3

    def __init__(self, name: str) -> None: ...

    async def __aenter__(self) -> AsyncThing: ...

    @classmethod
    def make(cls) -> AsyncThing: ...

    @staticmethod
    def parse(text: str) -> int: ...

    @property
    def size(self) -> int: ...

    @cached_property
    def pager(self) -> AsyncPager: ...

    def _hidden(self) -> None: ...


def test_classes() -> None:
    assert members(AsyncThing, convert) == {
        "": "(name: str) -> None",
        "__enter__": "(self) -> SyncThing",
        "limit": "int",
        "make": "(cls) -> SyncThing",
        "pager": "(self) -> SyncPager",
        "parse": "(text: str) -> int",
        "size": "(self) -> int",
    }


def test_values_without_a_signature_have_their_kind() -> None:
    assert members(len, same) == {"": "builtin_function_or_method"}

    class Odd:
        __signature__ = "not one"

    assert members(Odd, same)[""] == "type"


def test_decorated_functions_are_looked_into() -> None:
    @wraps(coroutine)
    def wrapper(*args: Any) -> Any: ...

    assert members(wrapper, convert) == members(coroutine, convert)
    assert is_coloured(wrapper)
    assert not is_coloured(awaitable)


def test_asynchronous_generators_are_coloured() -> None:
    async def generate() -> AsyncIterator[int]:
        yield 1

    assert is_coloured(generate)
    assert is_coloured(staticmethod(generate))
    assert not is_coloured(3)


class Both:
    """A library's class that serves both colours."""

    def __init__(self, text: str) -> None: ...
    def close(self) -> None: ...
    async def aclose(self) -> None: ...


class AsyncOwn(Both):
    async def aclose(self) -> None: ...


class SyncOwn(Both):
    def close(self) -> None: ...


class Record(msgspec.Struct):
    a: int


class OtherRecord(msgspec.Struct):
    a: str


def test_what_two_classes_inherit_is_shared() -> None:
    shared = shared_members(AsyncOwn, SyncOwn)
    assert "__init__" in shared
    assert not {"close", "aclose"} & shared
    assert "" not in members(AsyncOwn, same, shared)
    assert shared_members(Both, len) == frozenset()


def test_the_fields_of_a_struct_are_not_shared() -> None:
    shared = shared_members(Record, OtherRecord)
    assert members(Record, same, shared)[""] == "(a: int)"
    assert members(OtherRecord, same, shared)[""] == "(a: str)"


class AsyncItems:
    def __iter__(self) -> NoReturn:
        raise TypeError("use `async for`")

    def __aiter__(self) -> AsyncIterator[int]: ...


def test_the_coloured_name_comes_first() -> None:
    words = {"__aiter__": "__iter__", "AsyncIterator": "Iterator"}
    found = members(AsyncItems, lambda word: words.get(word, word))
    assert found["__iter__"] == "(self) -> Iterator[int]"
