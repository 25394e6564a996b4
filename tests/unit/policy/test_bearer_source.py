"""Functions that return a secret: plain ones for both colours, async ones where they can run."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial
from typing import Any

import httpx
import pytest

from sdkbase import (
    ApiKeyAuth,
    AsyncHttpClient,
    BearerAuth,
    ConfigurationError,
    OAuth2RefreshToken,
    OAuth2Tokens,
    RequestOptions,
    SyncHttpClient,
)
from sdkbase._policy.auth import Auth

BASE = "https://api.example"


async def token(prefix: str = "waited-for") -> str:
    return f"{prefix}-token"


class Source:
    async def __call__(self) -> str:
        return await token("object")

    async def method(self) -> str:
        return await token("method")


class OwnCredentials:
    async def auth_headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {await token('own')}"}


async def store(tokens: OAuth2Tokens) -> None:
    assert isinstance(tokens, OAuth2Tokens)


ASYNC: dict[str, Any] = {
    "function": BearerAuth(token),
    "partial": BearerAuth(partial(token, "partial")),
    "partial of a partial": BearerAuth(partial(partial(token), "nested")),
    "object": BearerAuth(Source()),
    "method": BearerAuth(Source().method),
    "key": ApiKeyAuth(token, header="authorization"),
    "own": OwnCredentials(),
}


@pytest.mark.parametrize("kind", ASYNC)
def test_a_sync_client_refuses_an_async_function_when_it_is_made(kind: str) -> None:
    wire = httpx.MockTransport(lambda request: httpx.Response(200))
    with pytest.raises(ConfigurationError, match="is async def, which a sync client can't await"):
        SyncHttpClient(BASE, auth=ASYNC[kind], transport=wire)
    with (
        SyncHttpClient(BASE, transport=wire) as client,
        pytest.raises(ConfigurationError, match="can't await"),
    ):
        client.with_options(auth=ASYNC[kind])


@pytest.mark.parametrize("kind", ASYNC)
def test_a_sync_call_refuses_an_async_function_too(kind: str) -> None:
    wire = httpx.MockTransport(lambda request: httpx.Response(200))
    options = RequestOptions(auth=ASYNC[kind])
    with (
        SyncHttpClient(BASE, transport=wire) as client,
        pytest.raises(ConfigurationError, match="can't await"),
    ):
        client.get("/me", options=options)


@pytest.mark.parametrize("kind", ASYNC)
def test_the_colour_is_checked_when_it_is_known(kind: str) -> None:
    with pytest.raises(ConfigurationError):
        Auth(ASYNC[kind], event_loop=False)
    assert Auth(ASYNC[kind], event_loop=True).ask is not None
    assert Auth(ASYNC[kind]).ask is not None


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
@pytest.mark.parametrize("kind", ASYNC)
async def test_an_async_client_waits_for_it(kind: str) -> None:
    wire = httpx.MockTransport(
        lambda request: httpx.Response(200, text=request.headers["authorization"])
    )
    async with AsyncHttpClient(BASE, auth=ASYNC[kind], transport=wire) as client:
        assert (await client.get("/me")).text.endswith("-token")


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_a_plain_function_may_return_what_has_to_be_waited_for() -> None:
    wire = httpx.MockTransport(
        lambda request: httpx.Response(200, text=request.headers["authorization"])
    )
    auth = BearerAuth(lambda: token("lambda"))
    async with AsyncHttpClient(BASE, auth=auth, transport=wire) as client:
        assert (await client.get("/me")).text == "Bearer lambda-token"


class Ready:
    def __await__(self) -> Any:
        yield


def ready() -> Awaitable[str]:
    return Ready()


@pytest.mark.parametrize("source", [token, ready, lambda: token("lambda")])
def test_headers_alone_can_not_wait(source: Any) -> None:
    with pytest.raises(ConfigurationError, match="^BearerAuth token: the function has to be wait"):
        BearerAuth(source).auth_headers()
    with pytest.raises(ConfigurationError, match="^ApiKeyAuth key: the function has to be waited"):
        ApiKeyAuth(source).auth_headers()


def test_on_refresh_has_a_colour_too() -> None:
    grant = OAuth2RefreshToken("https://login.example", "refresh-1", "client", on_refresh=store)
    with pytest.raises(ConfigurationError, match="on_refresh of OAuth2RefreshToken is async def"):
        SyncHttpClient(BASE, auth=grant)
    assert Auth(grant, event_loop=True).grant is grant


def test_a_plain_function_serves_both() -> None:
    auth = BearerAuth(lambda: "plain-token")
    assert Auth(auth, event_loop=False).ask is not None
    assert auth.auth_headers() == {"authorization": "Bearer plain-token"}


class Signed(BearerAuth):
    """A class of a user's own that adds to what ours does."""

    def auth_headers(self) -> dict[str, str]:
        return {**super().auth_headers(), "X-Signed": "yes"}


@pytest.mark.parametrize("source", ["known-token", lambda: "known-token"])
def test_a_subclass_may_say_more(source: Any) -> None:
    wire = httpx.MockTransport(
        lambda request: httpx.Response(200, headers={"x-saw": repr(request.headers.raw)})
    )
    with SyncHttpClient(BASE, auth=Signed(source), transport=wire) as client:
        saw = client.get("/me").headers["x-saw"]
    assert "Bearer known-token" in saw and "x-signed" in saw.lower()


def test_a_function_of_a_request_may_not_have_to_wait() -> None:
    given: Any = token
    with pytest.raises(ConfigurationError, match="auth takes a plain function; for one that waits"):
        Auth(given)
