"""Real servers, each started once a session, on free ports of 127.0.0.1."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.backends import COLOURS
from tests.servers.haproxy import HaProxy, haproxy_server
from tests.servers.nginx import Nginx, nginx_server
from tests.servers.oauth2 import OAuth2Server
from tests.servers.python_app import python_app


@pytest.fixture(params=COLOURS["httpx"])
def colour(request: pytest.FixtureRequest) -> str:
    """Run a test under asyncio, trio and sync."""
    return str(request.param)


@pytest.fixture
def colours(backend: str) -> tuple[str, ...]:
    """Give a test that runs them side by side the colours that its transport has."""
    return COLOURS[backend]


@pytest.fixture(scope="session")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """Run nginx."""
    with nginx_server(tmp_path_factory.mktemp("nginx")) as server:
        yield server


@pytest.fixture(scope="session")
def haproxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HaProxy]:
    """Run HAProxy."""
    with haproxy_server(tmp_path_factory.mktemp("haproxy")) as server:
        yield server


@pytest.fixture(scope="session")
def httpbin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run httpbin; give its URL."""
    with python_app("httpbin:app", tmp_path_factory.mktemp("httpbin")) as url:
        yield url


@pytest.fixture(scope="session")
def oauth2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OAuth2Server]:
    """Run an OAuth 2.0 server and an API that trusts it."""
    with (
        python_app("oauth2_app:app", tmp_path_factory.mktemp("oauth2")) as url,
        httpx.Client(base_url=url, trust_env=False) as asker,
    ):
        yield OAuth2Server(url, asker)
