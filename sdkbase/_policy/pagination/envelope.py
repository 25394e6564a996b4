"""The type that a page is decoded into: only what the pagination reads, in one pass."""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from itertools import takewhile
from typing import Any, cast

import msgspec

from ..._wire.codec import type_name
from ..._wire.pointer import Path, is_index
from ...errors import ConfigurationError

_Tree = dict[str, Any]


def envelope_type(item_type: Any, items: Path, reads: Iterable[Path], *, optional: bool) -> Any:
    """
    Return the type of a page's body.

    Args:
        item_type: Type of an item.
        items: Path to the list of items.
        reads: Paths to the values that the pagination reads.
        optional: Whether the list may be missing.

    Returns:
        Nested structs, or `Any` if *items* leads through an array.

    Raises:
        ConfigurationError: A path leads into the items, or through what is no object.
    """
    if any(map(is_index, items)):
        return Any
    leaf = list[item_type] | None if optional else list[item_type]
    # The body is an object, so the first name is not an index; from an index on, it stays as it is.
    reads = [(path[0], *takewhile(lambda name: not is_index(name), path[1:])) for path in reads]
    if not items:
        if reads:
            raise ConfigurationError(
                f"the body is the list of items, so {shown(reads[0])} is not in it; say in items= "
                "where the items are"
            )
        return leaf
    tree: _Tree = {}
    _plant(tree, items, leaf)
    # The shorter path holds the longer one.
    for path in sorted(reads, key=len):
        _plant(tree, path, Any)
    return _struct(f"PageOf{type_name(item_type)}", tree, items, optional=optional)


def _plant(tree: _Tree, path: Path, leaf: Any) -> None:
    *way, last = path
    for name in way:
        branch = tree.setdefault(name, {})
        if branch is Any:
            return
        if not isinstance(branch, dict):
            raise _conflict(path)
        tree = cast("_Tree", branch)
    if last in tree and tree[last] is not Any:
        raise _conflict(path)
    tree[last] = leaf


def _conflict(path: Path) -> ConfigurationError:
    return ConfigurationError(
        f"path {shown(path)} holds the items or leads into them; name a value beside them"
    )


def shown(path: Path) -> str:
    """Return a path as it stands in messages: as a JSON pointer."""
    return repr("/" + "/".join(path))


def _struct(name: str, tree: _Tree, items: Path, *, optional: bool) -> Any:
    required: list[Any] = []
    others: list[Any] = []
    names: dict[str, str] = {}
    for number, (key, value) in enumerate(tree.items()):
        attribute = key if _usable(key) else f"_{number}"
        names[attribute] = key
        holds_items = key == items[0] if items else False
        if isinstance(value, dict):
            rest = items[1:] if holds_items else ()
            value = _struct(f"{name}_{number}", cast("_Tree", value), rest, optional=optional)
            if optional or not holds_items:
                value = value | None
        if holds_items and not optional:
            required.append((attribute, value))
        else:
            others.append((attribute, value, None))
    return msgspec.defstruct(name, [*required, *others], rename=names)


def _usable(key: str) -> bool:
    return key.isidentifier() and not keyword.iskeyword(key) and not key.startswith("_")


def check_page_type(page_type: Any, paths: Iterable[Path]) -> None:
    """
    Make sure that the author's own type for a page has all *paths*.

    Raises:
        ConfigurationError: It has not, or msgspec does not know it.
    """
    try:
        info = msgspec.inspect.type_info(page_type)
    except (TypeError, ValueError, NameError) as error:
        raise ConfigurationError(f"page={type_name(page_type)}: {error}") from None
    for path in paths:
        if not _has(info, path):
            raise ConfigurationError(
                f"{type_name(page_type)} has no {shown(path)}, which the pagination reads"
            )


def _has(info: Any, path: Path) -> bool:
    if not path or isinstance(info, msgspec.inspect.AnyType | msgspec.inspect.DictType):
        return True
    if isinstance(info, msgspec.inspect.UnionType):
        return any(_has(one, path) for one in info.types)
    if isinstance(info, msgspec.inspect.ListType | msgspec.inspect.VarTupleType):
        return is_index(path[0]) and _has(info.item_type, path[1:])
    return any(
        path[0] in (field.name, field.encode_name) and _has(field.type, path[1:])
        for field in getattr(info, "fields", ())
    )
