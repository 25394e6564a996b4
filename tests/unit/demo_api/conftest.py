"""A demo API on a real socket, and a client that is logged in."""

from collections.abc import Iterator

import httpx
import pytest

from demo_api import DemoApi


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="package")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(scope="package")
def _served(_clock: Clock) -> Iterator[DemoApi]:
    with DemoApi(clock=_clock) as api:
        yield api


@pytest.fixture(name="clock")
def clock_fixture(_clock: Clock) -> Clock:
    return _clock


@pytest.fixture(name="api")
def api_fixture(_served: DemoApi) -> DemoApi:
    _served.reset()
    return _served


@pytest.fixture(name="client")
def client_fixture(api: DemoApi) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {api.token}"}
    with httpx.Client(base_url=api.base_url, headers=headers, trust_env=False) as client:
        yield client
