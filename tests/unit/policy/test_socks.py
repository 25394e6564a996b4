"""SOCKS proxies, without the package that speaks their protocol."""

from __future__ import annotations

import ssl
from importlib import util
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import httpcore
import httpx
import pytest

from sdkbase._async import connect as async_connect
from sdkbase._policy import proxy
from sdkbase._sync import connect as sync_connect


class Recorded:
    def __init__(self, **settings: Any) -> None:
        self.settings = settings


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
@pytest.mark.parametrize(
    ("module", "name"), [(async_connect, "AsyncSOCKSProxy"), (sync_connect, "SOCKSProxy")]
)
def test_a_socks_proxy_gets_its_own_kind_of_connection(
    module: ModuleType, name: str, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(httpcore, name, Recorded)
    monkeypatch.setattr(util, "find_spec", lambda package: ModuleSpec(package, None))
    checked = proxy.checked_proxy(f"{scheme}://ada:word@localhost:1080")
    context = ssl.create_default_context()
    connection = module.proxied_connection(checked, None, context)._connection
    assert isinstance(connection, Recorded)
    assert connection.settings["proxy_auth"] == (b"ada", b"word")
    assert connection.settings["proxy_url"].host == b"localhost"
    assert connection.settings["max_connections"] == 1
    assert connection.settings["ssl_context"] is context


@pytest.mark.parametrize("module", [async_connect, sync_connect])
def test_any_other_proxy_speaks_http(module: ModuleType) -> None:
    connection = module.proxied_connection(
        httpx.Proxy("http://localhost:3128"), None, ssl.create_default_context()
    )._connection
    assert type(connection).__name__.endswith("HTTPProxy")
