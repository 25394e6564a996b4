"""Types as they are written in messages."""

from __future__ import annotations

import re
from typing import Any

from .open_models import LENIENT


def type_name(cast_to: Any) -> str:
    """Return how the type is written, without module names."""
    if isinstance(cast_to, type) and not getattr(cast_to, "__args__", None):
        return cast_to.__qualname__
    text = str(cast_to).replace(repr(LENIENT), "LENIENT")
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", text)
