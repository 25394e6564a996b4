"""What has a limit of its own: hosts, templates, credentials, and what a function says."""

from __future__ import annotations

import httpx
import pytest

from sdkbase import (
    ApiKeyAuth,
    BasicAuth,
    BearerAuth,
    Call,
    OAuth2ClientCredentials,
    RateLimiter,
    SyncRateLimitStore,
)
from sdkbase._policy.auth import Auth, AuthInput
from sdkbase._policy.rate_limit import limiter as limiters
from sdkbase._wire.body import NO_BODY
from sdkbase.errors import ConfigurationError, InvalidRequestError

TOKEN = "canary-token-canary"


class Granting(SyncRateLimitStore):
    def acquire(self, key: str, cost: float, max_requests: int, time_window: float) -> float:
        return 0.0


def call(
    url: str = "https://api.example/users/1",
    given: bool = False,
    trusted: bool = True,
    **headers: str,
) -> Call:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    owned = frozenset(fields)
    return Call(
        "GET",
        url,
        "/users/{id}",
        fields,
        NO_BODY,
        owned=owned,
        given=owned if given else frozenset(),
        trusted=trusted,
    )


def credential(auth: AuthInput | None = None, sent: Call | None = None, **limiter: object) -> str:
    given = None if auth is None else Auth(auth)
    store = Granting() if limiter.get("shared") else None
    key = RateLimiter(key="credential", store=store).key_of(sent or call(), given)
    assert key is not None
    return key


def test_one_limit_for_all_by_default() -> None:
    assert RateLimiter().key_of(call()) is None


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://api.example/users/1?a=b", "api.example"),
        ("https://api.example:8443/", "api.example:8443"),
        ("http://[::1]:80/", "[::1]"),
        ("https://b\u00fccher.example/", "xn--bcher-kva.example"),
    ],
)
def test_hosts(url: str, key: str) -> None:
    assert RateLimiter(key="host").key_of(call(url)) == key


def test_templates_with_their_methods() -> None:
    assert RateLimiter(key="template").key_of(call()) == "GET /users/{id}"


def test_a_function_of_the_call() -> None:
    limiter = RateLimiter(key=lambda call: call.headers["x-tenant"])
    assert limiter.key_of(call(x_tenant="acme")) == "acme"
    assert repr(limiter) == "RateLimiter(max_requests=10, time_window=1, key=...)"


@pytest.mark.parametrize("key", ["hosts", "", 1, b"host"])
def test_no_such_key(key: object) -> None:
    with pytest.raises(ConfigurationError, match=r"^RateLimiter\.key must be 'host', "):
        RateLimiter(key=key)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_function_that_returns_no_string() -> None:
    async def key(call: Call) -> str:
        return "late"

    limiter = RateLimiter(key=lambda call: 1)  # type: ignore[arg-type, return-value]  # pyright: ignore[reportArgumentType]
    with pytest.raises(
        InvalidRequestError, match=r"RateLimiter\.key must return a string, got int"
    ):
        limiter.key_of(call())
    with pytest.raises(ConfigurationError, match="plain function"):
        RateLimiter(key=key)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def rotating() -> str:
    return TOKEN


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        (BearerAuth(TOKEN), BearerAuth(TOKEN), BearerAuth(f"{TOKEN}2")),
        (ApiKeyAuth(TOKEN), ApiKeyAuth(TOKEN, query="key"), ApiKeyAuth(f"{TOKEN}2")),
        (BasicAuth("ann", TOKEN), ("ann", TOKEN), BasicAuth("bob", TOKEN)),
        (
            OAuth2ClientCredentials("https://id.example/token", "me", TOKEN),
            OAuth2ClientCredentials("https://id.example/token", "me", "renewed-secret"),
            OAuth2ClientCredentials("https://id.example/token", "you", TOKEN),
        ),
    ],
    ids=["bearer", "key", "basic", "grant"],
)
@pytest.mark.parametrize("shared", [False, True])
def test_credentials_are_told_apart_by_hash(
    one: AuthInput, same: AuthInput, other: AuthInput, shared: bool
) -> None:
    keys = [credential(auth, shared=shared) for auth in (one, same, other)]
    assert keys[0] == keys[1] != keys[2]
    assert all(len(key) == 16 and int(key, 16) for key in keys)


@pytest.mark.parametrize("one", [BearerAuth(rotating), httpx.Auth()])
def test_others_are_told_apart_as_objects(one: AuthInput) -> None:
    other = BearerAuth(rotating)
    assert credential(one) == credential(one) != credential(other)
    with pytest.raises(InvalidRequestError, match="with a store, give a function of a Call"):
        credential(one, shared=True)


def test_credentials_in_headers() -> None:
    anonymous = credential()
    assert anonymous == "anonymous" == credential(sent=call(trusted=False, authorization=TOKEN))
    assert Auth(None).credentials is None
    client = call(authorization=f"Bearer {TOKEN}")
    own = call(authorization="Bearer of this call", given=True)
    auth = BearerAuth("of the client")
    keys = [
        credential(sent=client),
        credential(sent=own),
        credential(sent=call(x_api_key=TOKEN)),
        credential(auth, sent=client),  # puts its own over the client's
    ]
    assert len({anonymous, *keys}) == 5
    assert keys[3] == credential(auth)
    assert keys[1] == credential(auth, sent=own)
    key = RateLimiter(key="credential").key_of(client, Auth(None))
    assert key == keys[0]


def test_hashes_of_another_process_need_the_store() -> None:
    auth = BearerAuth(TOKEN)
    assert credential(auth) != credential(auth, shared=True)
    assert credential(auth, shared=True) == "efff040e5e851247"


def keys_of(limiter: RateLimiter, now: float) -> list[str | None]:
    return [bucket.key for bucket in limiter.snapshot(now).buckets]


def test_each_key_has_its_own_bucket() -> None:
    limiter = RateLimiter(1, 1.0, key="host")
    assert [limiter.reserve(0.0, key=key).ready_at for key in "abab"] == [0, 0, 1, 1]


def test_full_buckets_make_room_and_debts_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiters, "_MOST_KEYS", 3)
    limiter = RateLimiter(1, 10.0, key="host")
    for key in ("a", "b", "c"):
        limiter.reserve(0.0, key=key)
    limiter.pause(60.0, now=1.0, key="b")
    # None is full: further keys share one bucket, which is on top of the three.
    assert [limiter.reserve(5.0, key=key).ready_at for key in "xyx"] == [5.0, 15.0, 25.0]
    assert keys_of(limiter, 5.0) == [
        "a",
        "c",
        "b",
        "(further keys)",
    ]
    assert limiter.reserve(5.0, key="a").ready_at == 10.0
    # By then "c" is full again, and "a" has someone in line.
    assert limiter.reserve(20.0, key="d").ready_at == 20.0
    assert {bucket.key for bucket in limiter.snapshot(20.0).buckets} == {
        "a",
        "b",
        "d",
        "(further keys)",
    }
    assert limiter.reserve(20.0, key="b").ready_at == 61.0


def test_many_keys_take_bounded_memory(uncovered: None) -> None:
    limiter = RateLimiter(1, 1.0, key="host")
    for number in range(30_000):
        limiter.reserve(number / 1000, key=str(number))
    assert len(limiter.snapshot(30.0).buckets) <= 10_001
