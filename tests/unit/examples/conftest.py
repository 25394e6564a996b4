"""The demo API and the SDK for it, in both colours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from acme_sdk import Acme, AsyncAcme
from demo_api import DemoApi
from sdkbase import BearerAuth, RetryConfig

QUICK = RetryConfig(backoff_factor=0.001)


@pytest.fixture(name="acme")
def acme_fixture(api: DemoApi) -> Iterator[Acme]:
    with Acme(api.base_url, auth=BearerAuth(api.token), retry_config=QUICK) as acme:
        yield acme


@pytest.fixture(name="async_acme")
async def async_acme_fixture(api: DemoApi) -> AsyncIterator[AsyncAcme]:
    auth = BearerAuth(api.token)
    async with AsyncAcme(api.base_url, auth=auth, retry_config=QUICK) as acme:
        yield acme
