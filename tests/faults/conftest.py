"""The fault server for tests."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.backends import COLOURS
from tests.faults.answers import answer_of
from tests.faults.server import FaultServer


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """Give a test a fault server of its own."""
    with FaultServer(answer_of) as running:
        yield running
    assert running.errors == []


@pytest.fixture(params=COLOURS["httpx"])
def colour(request: pytest.FixtureRequest) -> str:
    """Run a test under asyncio, trio and sync."""
    return str(request.param)


@pytest.fixture
def colours(backend: str) -> tuple[str, ...]:
    """Give a test that compares them the colours that its transport has."""
    return COLOURS[backend]


@pytest.fixture
def refused_url() -> Iterator[str]:
    """Give the URL of a port that refuses connections."""
    # Bound but not listening: nobody else can take the port meanwhile.
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{reserved.getsockname()[1]}"
