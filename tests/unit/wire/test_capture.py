"""`with_response` of a method of the other colour."""

from __future__ import annotations

from typing import Any, cast

import pytest

from sdkbase import ConfigurationError, SyncHttpClient


async def coloured() -> int:
    return 1  # pragma: no cover - never run


def test_a_sync_client_takes_no_async_method() -> None:
    client = SyncHttpClient("https://api.example")
    with client, pytest.raises(ConfigurationError, match="no async def method"):
        client.with_response(cast("Any", coloured))
