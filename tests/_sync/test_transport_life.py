# Generated from _async/test_transport_life.py by sdkbase.codegen. Do not edit.
# sha256: d7502d4bbcba63dc
"""A transport made by hand, closed while clients still have it."""

from __future__ import annotations

import pytest

from demo_api import DemoApi
from sdkbase import ClientClosedError, SyncHttpClient, SyncHttpxTransport


def test_a_closed_transport_says_so(api: DemoApi) -> None:
    transport = SyncHttpxTransport()
    with (
        SyncHttpClient(api.base_url, transport=transport) as first,
        SyncHttpClient(api.base_url, transport=transport) as second,
    ):
        assert (second.get("/health")).status_code == 200
        first.close()
        with pytest.raises(ClientClosedError, match="the client was closed; make a new one"):
            second.get("/health")
    assert len(api.requests) == 1


def test_closing_a_transport_twice_is_allowed() -> None:
    transport = SyncHttpxTransport()
    transport.close()
    transport.close()
