"""A transport made by hand, closed while clients still have it."""

from __future__ import annotations

import pytest

from demo_api import DemoApi
from sdkbase import AsyncHttpClient, AsyncHttpxTransport, ClientClosedError


async def test_a_closed_transport_says_so(api: DemoApi) -> None:
    transport = AsyncHttpxTransport()
    async with (
        AsyncHttpClient(api.base_url, transport=transport) as first,
        AsyncHttpClient(api.base_url, transport=transport) as second,
    ):
        assert (await second.get("/health")).status_code == 200
        await first.aclose()
        with pytest.raises(ClientClosedError, match="the client was closed; make a new one"):
            await second.get("/health")
    assert len(api.requests) == 1


async def test_closing_a_transport_twice_is_allowed() -> None:
    transport = AsyncHttpxTransport()
    await transport.aclose()
    await transport.aclose()
