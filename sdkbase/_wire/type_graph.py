"""What a type is made of, as msgspec sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias, cast, get_origin

from msgspec import inspect

Node: TypeAlias = inspect.Type | inspect.Field
"""A type, or a field of one. Recursive types make a graph with circles."""


def children(node: Node) -> Iterator[Node]:
    """Give the types and fields that *node* is directly made of."""
    for name in node.__struct_fields__:
        part: Any = getattr(node, name)
        for item in cast("tuple[Any, ...]", part) if isinstance(part, tuple) else (part,):
            if isinstance(item, Node):
                yield item


def nodes_of(root: Node) -> list[Node]:
    """Return *root* and everything it is made of, each once."""
    found: dict[int, Node] = {}
    stack = [root]
    while stack:
        node = stack.pop()
        if id(node) not in found:
            found[id(node)] = node
            stack.extend(children(node))
    return list(found.values())


def nodes_above(root: Node, wanted: Callable[[Node], bool]) -> set[int]:
    """Return the ids of the nodes that are *wanted*, and of those that hold one at any depth."""
    nodes = nodes_of(root)
    found = {id(node) for node in nodes if wanted(node)}
    grown = bool(found)
    while grown:
        above = {id(n) for n in nodes if any(id(child) in found for child in children(n))} - found
        found |= above
        grown = bool(above)
    return found


def is_a(node: Node, *classes: type) -> bool:
    """Return whether *node* is a subclass of one of *classes*, or one with its parameters bound."""
    cls = getattr(node, "cls", None)
    cls = get_origin(cls) or cls
    return isinstance(cls, type) and issubclass(cls, classes)
