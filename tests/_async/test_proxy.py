"""Proxies: the one handed in, those of the environment, and hosts that need none."""

from __future__ import annotations

import pytest

from demo_api import DemoApi
from sdkbase import AsyncHttpClient

FAR = "http://far.invalid/echo"
VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"]


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


async def test_a_proxy_handed_in_is_used(api: DemoApi) -> None:
    async with AsyncHttpClient(proxy=api.base_url) as client:
        response = await client.get(FAR)
    # The demo API, taken for a proxy, answers what it is asked in absolute form.
    assert len(api.requests) == 1
    assert response.request.url.host == "far.invalid"


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", [True, False])
async def test_a_proxy_of_the_environment_is_used(
    name: str, scheme: bool, api: DemoApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = api.base_url if scheme else api.base_url.removeprefix("http://")
    monkeypatch.setenv(name, url)
    async with AsyncHttpClient() as client:
        await client.get(FAR)
    assert len(api.requests) == 1


async def test_no_proxy_names_hosts_to_reach_directly(
    api: DemoApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://nowhere.invalid:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with AsyncHttpClient(api.base_url) as client:
        assert (await client.get("/health")).status_code == 200


async def test_the_environment_may_be_ignored(
    api: DemoApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://nowhere.invalid:1")
    async with AsyncHttpClient(api.base_url, trust_env=False) as client:
        assert (await client.get("/health")).status_code == 200
