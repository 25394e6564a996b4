"""
What a side is, and the sides whose calls look the same in both colours.

A missing library raises `ImportError` when the side is made; its name is then told, and it is left
out.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

import sdkbase

from .pages import Page
from .pages import User as Listed
from .server import Site
from .users import NOTE, Receipt, User
from .workload import HEADERS, NOTE_PATH, PAGE_PATH, USER_PATH, pydantic_models

TIMEOUT = 600
"""Seconds: with httpx's own 5 s in line for a connection, calls of 500 tasks fail."""


class Peer(NamedTuple):
    """A client that is there already: what it returns is awaited if it is async."""

    user: Callable[[], Any]
    page: Callable[[], Any]
    note: Callable[[], Any]
    close: Callable[[], Any]


def stainless(module: str, client_name: str, wire_name: str, site: Site) -> Peer:
    """Return the base client of an SDK that Stainless generates, with pydantic models."""
    sdk: Any = import_module(module)
    wire = getattr(sdk, wire_name)(verify=site.context) if site.authority else None
    client = getattr(sdk, client_name)(api_key="bench", base_url=site.url, http_client=wire)
    models = pydantic_models(sdk.BaseModel)
    return Peer(
        lambda: client.get(USER_PATH, cast_to=models.user),
        lambda: client.get(PAGE_PATH, cast_to=models.page),
        lambda: client.post(NOTE_PATH, body=NOTE, cast_to=models.receipt),
        client.close,
    )


def httpware(client_name: str, close_name: str, site: Site) -> Peer:
    """Return httpware's client with its msgspec decoder."""
    library: Any = import_module("httpware")
    client = getattr(library, client_name)(
        base_url=site.url,
        decoders=[import_module("httpware.decoders.msgspec").MsgspecDecoder()],
        headers=HEADERS,
        verify=site.context or True,
        timeout=TIMEOUT,
    )
    return Peer(
        lambda: client.get(USER_PATH, response_model=User),
        lambda: client.get(PAGE_PATH, response_model=Page[Listed]),
        lambda: client.post(NOTE_PATH, json=NOTE, response_model=Receipt),
        getattr(client, close_name),
    )


def stripe_client(site: Site) -> Any:
    """Return stripe's client; whom it trusts is a setting of the module."""
    stripe: Any = import_module("stripe")
    if site.authority:
        stripe.ca_bundle_path = str(site.authority)
    return stripe.StripeClient("sk_test_bench", base_addresses={"api": site.url})


def fast_transport(name: str, site: Site) -> Any:
    """Return the transport on the Rust engine."""
    import_module("pyreqwest")
    kind = getattr(sdkbase, name)
    return kind(verify=str(site.authority)) if site.authority else kind()
