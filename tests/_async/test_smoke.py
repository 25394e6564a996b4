"""The first call of all."""

from __future__ import annotations

from demo_api import DemoApi
from sdkbase import AsyncHttpClient


async def test_a_raw_call_returns_an_httpx_response(api: DemoApi) -> None:
    async with AsyncHttpClient(api.base_url) as client:
        response = await client.get("/health")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
