"""Between two passes of msgspec: put what a model does not know where its type can hold it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

from msgspec import inspect

from ..errors import ConfigurationError
from .formats import EXTRA, WHOLE
from .open_models import Unknown, captures
from .type_graph import Node, is_a, nodes_above, nodes_of
from .type_names import type_name

Step: TypeAlias = Callable[[Any], Any]
"""Takes a plain value, which it may change, and returns what stands for it."""


class Reshaping:
    """
    How documents of one type are reshaped.

    Attributes:
        step: Reshapes a document that is decoded into plain values.
        always: Whether a document may need it although it fits the type.
    """

    __slots__ = ("always", "step")

    def __init__(self, root: Node, step: Step) -> None:
        self.step: Step = step
        self.always: bool = any(captures(node) for node in nodes_of(root))


def reshaping_of(root: Node) -> Reshaping | None:
    """
    Return how documents of a type are reshaped, or None if its models are all closed.

    Raises:
        ConfigurationError: An open model is declared so that it could hold nothing.
    """
    for node in nodes_of(root):
        if _is_open(node):
            _check(node)
    step = _Steps(root).of(root)
    return None if step is None else Reshaping(root, step)


def _is_open(node: Node) -> bool:
    return captures(node) or is_a(node, Unknown)


def _check(node: Any) -> None:
    if node.array_like:
        raise ConfigurationError(
            f"{type_name(node.cls)} can not be array_like: its members have no names"
        )
    for field in node.fields:
        if field.encode_name in (EXTRA, WHOLE) and not hasattr(field.type, "value_type"):
            raise ConfigurationError(
                f"{type_name(node.cls)}.{field.name} has to be a dict, to hold members by name"
            )


class _Steps:
    """Makes the steps of a type, each once, and none where nothing is to be done."""

    def __init__(self, root: Node) -> None:
        self._open = nodes_above(root, _is_open)
        self._made: dict[int, Step] = {}

    def of(self, node: Any) -> Step | None:
        if isinstance(node, inspect.Metadata):
            return self.of(node.type)
        key = id(node)
        if key not in self._open:
            return None
        if key not in self._made:
            # A recursive type comes back here, and finds the step once it is made.
            self._made[key] = lambda value: self._made[key](value)
            self._made[key] = self._make(node)
        return self._made[key]

    def _make(self, node: Any) -> Step:
        if isinstance(node, inspect.UnionType) or is_a(node, Unknown):
            return self._union(getattr(node, "types", (node,)))
        if hasattr(node, "fields"):
            return self._members(node)
        if hasattr(node, "item_types"):
            return _each_position([self.of(item) for item in node.item_types])
        if hasattr(node, "value_type"):
            return _each_value(self._needed(node.value_type))
        return _each_item(self._needed(node.item_type))

    def _needed(self, node: Any) -> Step:
        return cast("Step", self.of(node))

    def _members(self, node: Any) -> Step:
        if _is_array(node):
            # A tag stands before the fields.
            tag: list[Step | None] = [None] if getattr(node, "tag", None) is not None else []
            return _each_position(tag + [self.of(field.type) for field in node.fields])
        steps = {field.encode_name: step for field in node.fields if (step := self.of(field.type))}
        if not captures(node):
            return _each_member(steps)
        known = {field.encode_name for field in node.fields}
        return _capture(steps, frozenset({*known, node.tag_field}))

    def _union(self, types: tuple[Any, ...]) -> Step:
        options: list[Any] = [n.type if isinstance(n, inspect.Metadata) else n for n in types]
        tagged = [n for n in options if getattr(n, "tag", None) is not None]
        others = [n for n in options if getattr(n, "tag", None) is None]
        return _by_kind(
            tagged,
            {n.tag: None if is_a(n, Unknown) else self.of(n) for n in tagged},
            next(filter(None, [self.of(n) for n in others if not _is_array(n)]), None),
            next(filter(None, [self.of(n) for n in others if _is_array(n)]), None),
        )


def _is_array(node: Any) -> bool:
    return (
        getattr(node, "array_like", False)
        or isinstance(node, inspect.NamedTupleType)
        or hasattr(node, "item_type")
        or hasattr(node, "item_types")
    )


def _each_item(step: Step) -> Step:
    def reshape(value: Any) -> Any:
        return [step(item) for item in _items(value)] if isinstance(value, list) else value

    return reshape


def _each_value(step: Step) -> Step:
    def reshape(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: step(item) for name, item in _members(value).items()}

    return reshape


def _items(value: Any) -> list[Any]:
    return cast("list[Any]", value)


def _members(value: Any) -> dict[Any, Any]:
    return cast("dict[Any, Any]", value)


def _each_position(steps: list[Step | None]) -> Step:
    def reshape(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        items = _items(value)
        for index, step in enumerate(steps[: len(items)]):
            if step is not None:
                items[index] = step(items[index])
        return items

    return reshape


def _each_member(steps: Mapping[str, Step]) -> Step:
    def reshape(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        members = _members(value)
        for name, step in steps.items():
            if name in members:
                members[name] = step(members[name])
        return members

    return reshape


def _capture(steps: Mapping[str, Step], known: frozenset[str | None]) -> Step:
    reshape_members = _each_member(steps)

    def reshape(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        members = _members(reshape_members(value))
        extra = {name: members.pop(name) for name in [*members] if name not in known}
        if extra:
            members[EXTRA] = extra
        return members

    return reshape


def _by_kind(
    tagged: list[inspect.StructType],
    steps: Mapping[Any, Step | None],
    in_object: Step | None,
    in_array: Step | None,
) -> Step:
    """Return the step of a union: its structs are told apart by their tags, the rest by shape."""
    unknown = next((node for node in tagged if is_a(node, Unknown)), None)
    # msgspec lets no union mix structs that are objects with structs that are arrays.
    place: Any = 0 if any(map(_is_array, tagged)) else tagged and tagged[0].tag_field

    def reshape(value: Any) -> Any:
        tag = _member(value, place)
        if isinstance(tag, str | int) and tag in steps:
            step = steps[tag]
        elif unknown is not None and type(tag) is type(unknown.tag):
            return {place: unknown.tag, WHOLE: value}
        else:
            is_array = isinstance(value, list)
            step = in_array if is_array else in_object
        return step(value) if step else value

    return reshape


def _member(value: Any, place: Any) -> Any:
    """Return what stands in an object or an array, or None if there is no such place."""
    if isinstance(value, dict):
        return _members(value).get(place) if isinstance(place, str) else None
    if isinstance(value, list) and place == 0:
        return next(iter(_items(value)), None)
    return None
