"""The formats that bodies are written in: JSON and MessagePack, with everything models add."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any, Final, cast

import msgspec

from .hooks import dec_hook, enc_hook

MARK = f"$sdkbase.{os.urandom(6).hex()}"
"""
What a name starts with that msgspec writes and the wire never sees.

It differs from process to process, so that no document can hold it: what came from outside is
never taken for it.
"""

EXTRA = f"{MARK}.extra"
"""Where members that a model does not know stand between the two passes."""

WHOLE = f"{MARK}.whole"
"""Where an object of an unknown kind stands between the two passes."""

UNREADABLE: Final = (msgspec.MsgspecError, RecursionError, ValueError)
"""
What decoding raises: ValueError if it is not UTF-8, or if a number that is read as a moment leads
to no year that a `datetime` can be in.
"""

_MARK_BYTES = MARK.encode("ascii")
_MSGPACK = r"application/(?:x-|vnd\.)?msgpack|[^/;\s]+/[^/;\s]+\+msgpack"


class Format:
    """
    A format that msgspec reads and writes.

    Attributes:
        tree: Decodes a document into plain values, with nothing lost.
        untree: Encodes such plain values again.
    """

    __slots__ = ("_encode", "_module", "tree", "untree")

    def __init__(
        self,
        module: Any,
        *,
        tree: Callable[[bytes | str], Any],
        untree: Callable[[Any], bytes],
    ) -> None:
        self.tree: Callable[[bytes | str], Any] = tree
        self.untree: Callable[[Any], bytes] = untree
        self._module = module
        self._encode: Callable[[Any], bytes] = module.Encoder(enc_hook=enc_hook).encode

    def decoder(self, cast_to: Any, *, strict: bool) -> Any:
        """Return msgspec's decoder of a type."""
        return self._module.Decoder(cast_to, strict=strict, dec_hook=dec_hook)

    def encode(self, value: object) -> bytes:
        """
        Return *value* as it goes over the wire; what models captured is put back in its place.

        Raises:
            TypeError, ValueError, OverflowError, RecursionError: It holds something that has no
                such form.
        """
        content = self._encode(value)
        if _MARK_BYTES in content:
            return self.untree(_put_back(self.tree(content)))
        return content


JSON = Format(
    msgspec.json,
    # Raw, a number keeps every digit that it came with.
    tree=msgspec.json.Decoder(float_hook=msgspec.Raw).decode,
    untree=msgspec.json.Encoder().encode,
)
MSGPACK = Format(
    msgspec.msgpack,
    tree=cast("Callable[[bytes | str], Any]", msgspec.msgpack.Decoder().decode),
    untree=msgspec.msgpack.Encoder().encode,
)


def format_of(content_type: str | None) -> Format:
    """Return MessagePack for its media types, and JSON whatever else *content_type* claims."""
    lowered = content_type.lower() if content_type else ""
    if "msgpack" in lowered and re.fullmatch(_MSGPACK, lowered.partition(";")[0].strip()):
        return MSGPACK
    return JSON


def _put_back(tree: Any) -> Any:
    if isinstance(tree, list):
        return [_put_back(item) for item in cast("list[Any]", tree)]
    if not isinstance(tree, dict):
        return tree
    fields = cast("dict[Any, Any]", tree)
    if WHOLE in fields:
        return _put_back(fields[WHOLE])
    extra = fields.pop(EXTRA, {})
    known = {name: _put_back(item) for name, item in fields.items()}
    return {**known, **{n: _put_back(item) for n, item in extra.items() if n not in known}}
