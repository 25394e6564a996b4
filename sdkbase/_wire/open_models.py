"""Models that keep what they do not know: unknown kinds of a union, unknown members."""

from __future__ import annotations

from typing import Any, cast

import msgspec

from .formats import EXTRA, MARK, WHOLE
from .type_graph import Node, is_a

LENIENT = msgspec.Meta(extra={MARK: "lenient"})
"""Mark a type as decoded leniently: `Annotated[User, LENIENT]`, see `Lenient`."""


class Lenient:
    """
    Let numbers and booleans of a model come as strings, as some APIs send them.

    A mixin: `class User(Lenient, msgspec.Struct): ...`. It is what msgspec calls `strict=False`:
    "12" is taken for an `int`, "true" for a `bool`, "null" for None, a number for a `datetime`.
    It goes for the whole body that the model is in. For a model of somebody else's there is
    `Annotated[User, LENIENT]`; a resource or a call can be lenient too.
    """

    __slots__ = ()


def asks_leniency(node: Node) -> bool:
    """Return whether a type is marked as lenient, by a base or by `LENIENT`."""
    if isinstance(node, msgspec.inspect.Metadata):
        return MARK in (cast("dict[str, Any] | None", node.extra) or {})  # pyright: ignore[reportUnknownMemberType]  # bare in msgspec
    return is_a(node, Lenient)


class Unknown(msgspec.Struct, tag=f"{MARK}.unknown"):
    """
    Stand in a union of tagged structs for the kinds that the SDK does not know.

    With `Shape = Circle | Square | Unknown`, an object with another tag is kept as it came instead
    of being an error, in a field, a list, a dict, a page or as the result itself; it is encoded
    as it came. An object without a tag is an error all the same. Encode it with `encode_json` or
    as `json_data=`: msgspec alone does not know its form.

    msgspec wants the same `tag_field` and the same kind of tag in a whole union. If that is not
    `type` with strings, subclass: `class UnknownEvent(Unknown, tag_field="kind"): ...`, and for
    tags that are numbers with any `tag=` that the API does not use, such as -1.
    """

    fields: dict[str, Any] = msgspec.field(name=WHOLE)
    """The object as it came, its tag among the members."""

    @property
    def tag(self) -> str | int:
        """What the object says it is."""
        tag: str | int = self.fields[self.__struct_config__.tag_field or "type"]
        return tag


def unknown_members() -> Any:
    """
    Declare the field of a struct that keeps the members which the struct does not declare.

    `extra: dict[str, Any] = unknown_members()` holds them by name; the field may be called
    anything, and has no name of its own on the wire. A struct that is read, changed and sent back
    then loses nothing: they are encoded with the others, except under a name that the struct has
    itself. `msgspec.structs.replace(user, extra={})` leaves them out.

    Decoding takes a second pass, so this is for models that need it. Encode them with
    `encode_json` or as `json_data=`: msgspec alone does not know their form.
    """
    return msgspec.field(default_factory=dict[str, Any], name=EXTRA)


def captures(node: Node) -> bool:
    """Return whether a type is a struct that keeps unknown members."""
    return isinstance(node, msgspec.inspect.StructType) and any(
        field.encode_name == EXTRA for field in node.fields
    )
