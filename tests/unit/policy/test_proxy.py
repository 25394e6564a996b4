from __future__ import annotations

import ssl
from importlib.util import find_spec
from typing import Any

import httpx
import pytest

from sdkbase._policy import proxy as proxy_module
from sdkbase._policy.proxy import EnvironmentProxies, checked_proxy, engine_proxy
from sdkbase._wire.url import Origin
from sdkbase.errors import ConfigurationError

HTTP: Origin = ("http", "api.example", 80)
HTTPS: Origin = ("https", "api.example", 443)
NAMES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"]


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize(
    ("variables", "http", "https"),
    [
        ({}, None, None),
        ({"HTTP_PROXY": "http://p:1"}, "http://p:1", None),
        ({"HTTPS_PROXY": "http://p:1"}, None, "http://p:1"),
        ({"https_proxy": "http://p:1"}, None, "http://p:1"),
        ({"ALL_PROXY": "socks5://p:1"}, "socks5://p:1", "socks5://p:1"),
        ({"ALL_PROXY": "http://a", "HTTPS_PROXY": "http://b"}, "http://a", "http://b"),
        ({"HTTP_PROXY": "p:1"}, "http://p:1", None),
        ({"HTTP_PROXY": "user:pw@p:1"}, "http://user:pw@p:1", None),
        ({"HTTP_PROXY": ""}, None, None),
    ],
)
def test_which_proxy(
    variables: dict[str, str],
    http: str | None,
    https: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    proxies = EnvironmentProxies()
    assert (proxies.proxy_for(HTTP), proxies.proxy_for(HTTPS)) == (http, https)


@pytest.mark.parametrize(
    ("no_proxy", "origin", "direct"),
    [
        ("api.example", HTTP, True),
        (".example", HTTP, True),
        ("example", HTTP, True),
        ("*", HTTPS, True),
        ("other.example, api.example", HTTP, True),
        ("ple", HTTP, False),
        ("api.example.evil", HTTP, False),
        ("api.example:80", HTTP, True),
        ("api.example:8080", HTTP, False),
        ("127.0.0.1", ("http", "127.0.0.1", 8000), True),
        ("localhost", ("http", "localhost", 8000), True),
        ("::1", ("http", "::1", 8000), True),
        ("", HTTP, False),
    ],
)
def test_no_proxy(
    no_proxy: str, origin: Origin, direct: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://p:1")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert (EnvironmentProxies().proxy_for(origin) is None) is direct


def test_proxies_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    proxies = EnvironmentProxies()
    monkeypatch.setenv("ALL_PROXY", "http://p:1")
    assert proxies.proxy_for(HTTP) is None


def test_proxies_by_scheme() -> None:
    proxies = EnvironmentProxies({"http": "http://p:1", "all": "http://q:1"})
    assert proxies.proxy_for(HTTP) == "http://p:1"
    assert proxies.proxy_for(HTTPS) == "http://q:1"


@pytest.mark.parametrize(
    "proxy", ["http://p:1", httpx.URL("http://p:1"), httpx.Proxy("http://p:1")]
)
def test_a_proxy_as_httpx_takes_it(proxy: Any) -> None:
    checked = checked_proxy(proxy)
    assert checked is not None and checked.url == "http://p:1"
    assert checked_proxy(None) is None


@pytest.mark.parametrize("proxy", ["", "p", "ftp://p", "http://p:port", 5, object()])
def test_what_is_no_proxy_is_refused(proxy: Any) -> None:
    with pytest.raises(ConfigurationError, match="^proxy must be"):
        checked_proxy(proxy)


@pytest.mark.parametrize(
    "proxy", ["canary-pw1@p", "ftp://u:canary-pw1@p", "http://u:canary-pw1@p:x"]
)
def test_an_error_shows_no_password(proxy: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        checked_proxy(proxy)
    assert "canary" not in str(caught.value)


@pytest.mark.skipif(find_spec("socksio") is not None, reason="SOCKS is installed")
def test_socks_has_to_be_installed() -> None:
    with pytest.raises(ConfigurationError, match=r"httpx\[socks\]"):
        checked_proxy("socks5://p:1")


def test_variables_count_in_any_case_and_as_they_are_when_a_client_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not EnvironmentProxies()
    monkeypatch.setenv("Http_Proxy", "http://p:1")
    assert EnvironmentProxies().proxy_for(HTTP) == "http://p:1"
    monkeypatch.setenv("Http_Proxy", "http://q:1")
    assert EnvironmentProxies().proxy_for(HTTP) == "http://q:1"


def test_without_a_variable_the_systems_settings_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy_module, "_SYSTEM_SETTINGS", True)
    monkeypatch.setattr(proxy_module, "getproxies", lambda: {"http": "http://system:1"})
    assert EnvironmentProxies().proxy_for(HTTP) == "http://system:1"


def test_the_fast_transport_refuses_the_context_of_a_proxy() -> None:
    context = ssl.create_default_context()
    with pytest.raises(ConfigurationError, match="ssl_context of a proxy"):
        engine_proxy(httpx.Proxy("https://p:1", ssl_context=context))
    assert engine_proxy(None) is None
