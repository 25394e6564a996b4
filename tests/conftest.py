"""Fixtures of both colours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo_api import DemoApi


@pytest.fixture(scope="session")
def demo_server() -> Iterator[DemoApi]:
    """Run the demo API on a free port for the whole session."""
    with DemoApi() as api:
        yield api


@pytest.fixture
def api(demo_server: DemoApi) -> DemoApi:
    """Give a test the demo API in its first state."""
    demo_server.reset()
    return demo_server
