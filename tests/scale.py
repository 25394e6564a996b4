"""How often tests repeat, and how strict their bounds are: as CI allows, or as is promised."""

from __future__ import annotations

import os
from typing import TypeVar

N = TypeVar("N", int, float)


def scaled(*, full: N, ci: N) -> N:
    """Return *full* where SDKBASE_FULL=1 asks for it, else *ci*."""
    return full if os.environ.get("SDKBASE_FULL") == "1" else ci
