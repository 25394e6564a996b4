"""Fixtures of both colours, and the second run of the tests that go over the wire."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator

import pytest

from demo_api import DemoApi
from tests.backends import (
    backends_of,
    default_transport,
    is_httpx_only,
    is_of_clients,
    is_possible,
)
from tests.faults.answers import answer_of
from tests.faults.server import FaultServer


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known, and Ctrl-C work for what tests start."""
    config.addinivalue_line("markers", "wire: the test sends over a socket; see tests/backends.py")
    # A shell that starts the tests in the background lets them ignore it.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let a test that goes over the wire run on both transports."""
    if backends := backends_of(metafunc.definition, metafunc.fixturenames):
        metafunc.parametrize("backend", backends, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out the pairs of a transport and an event loop that it does not have."""
    items[:] = filter(is_possible, items)


@pytest.fixture(autouse=True)
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give clients that are made without a transport the one under test; yield its name."""
    if not is_of_clients(request.node):
        yield "httpx"
        return
    asked = getattr(request, "param", None)
    with default_transport(asked or "httpx") as used:
        yield asked or "httpx"
    if asked is None:
        assert not used or is_httpx_only(request.node), (
            "this test goes over the wire: mark it so (tests/backends.py)"
        )
    else:
        assert used == {asked}, f"this test sends nothing by {asked} (tests/backends.py)"


@pytest.fixture
def uncovered_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the programs that a test starts run without coverage, which triples their start."""
    for name in [name for name in os.environ if "COVERAGE" in name]:
        monkeypatch.delenv(name)


@pytest.fixture
def uncovered() -> Iterator[None]:
    """Let a test that repeats the same lines very often run without the cost of coverage."""
    # Its own stop and start would look at every module that is loaded: 20 ms for each test.
    here, in_new_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    yield
    threading.settrace(in_new_threads)
    sys.settrace(here)


@pytest.fixture
def eager_switches() -> Iterator[None]:
    """Switch threads as often as the interpreter can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.fixture
def faults() -> Iterator[FaultServer]:
    """Give a test that chooses its transport by itself a fault server of its own."""
    with FaultServer(answer_of) as running:
        yield running
    assert running.errors == []


@pytest.fixture
def full_url() -> Iterator[str]:
    """Give the URL of a listener whose queue is full: it does not answer who comes further."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        yield f"http://127.0.0.1:{full.getsockname()[1]}"
        for one in waiting:
            one.close()


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
