# sync: skip
"""Run every coroutine test under asyncio and under trio."""

from __future__ import annotations

import pytest

#: Of what they test, there are lines for trio alone.
COVERED_ON_TRIO = {"test_hedging"}


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    # Under trio a test repeats lines that it has covered under asyncio.
    if request.param == "trio" and request.path.stem not in COVERED_ON_TRIO:
        request.getfixturevalue("uncovered")
    return str(request.param)
