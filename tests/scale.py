"""How often tests repeat: as often as CI has time for, or as often as is promised."""

from __future__ import annotations

import os


def scaled(*, full: int, ci: int) -> int:
    """Return *full* where SDKBASE_FULL=1 asks for it, else *ci*."""
    return full if os.environ.get("SDKBASE_FULL") == "1" else ci
