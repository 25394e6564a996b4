# Generated from _async/test_smoke.py by sdkbase.codegen. Do not edit.
# sha256: afae08d2cc54c56c
"""The first call of all."""

from __future__ import annotations

from demo_api import DemoApi
from sdkbase import SyncHttpClient


def test_a_raw_call_returns_an_httpx_response(api: DemoApi) -> None:
    with SyncHttpClient(api.base_url) as client:
        response = client.get("/health")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
