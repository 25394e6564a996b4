"""What a client makes of the real httpbin: credentials, redirects, codings, slowness, cookies."""

from __future__ import annotations

from typing import Any, Literal

import httpx
import msgspec
import pytest

from sdkbase import (
    AsyncHttpClient,
    AuthenticationError,
    BasicAuth,
    BearerAuth,
    DeadlineExceededError,
    DecodeError,
    PreconditionFailedError,
    ReadTimeoutError,
    RedirectError,
    RequestOptions,
    RetryConfig,
    StatusError,
    SyncHttpClient,
)
from sdkbase.errors import status_error_class
from tests.faults.driver import ask, drive, in_thread, run_async


class Echo(msgspec.Struct):
    """What httpbin says it was sent."""

    url: str = ""
    headers: dict[str, str] = {}
    args: dict[str, str | list[str]] = {}
    form: dict[str, str] = {}
    files: dict[str, str] = {}
    json: Any = None
    gzipped: Literal[True] | None = None
    deflated: Literal[True] | None = None
    brotli: Literal[True] | None = None


class Welcome(msgspec.Struct):
    authenticated: bool
    user: str | None = None
    token: str | None = None


class Cookies(msgspec.Struct):
    cookies: dict[str, str]


# --- credentials ---------------------------------------------------------------------------------

ADA = repr(Welcome(True, user="ada"))
DIGEST = httpx.DigestAuth("ada", "word")
WRONG_DIGEST = httpx.DigestAuth("ada", "no")


@pytest.mark.parametrize(
    ("path", "auth", "wrong", "result"),
    [
        ("/basic-auth/ada/word", BasicAuth("ada", "word"), BasicAuth("ada", "no"), ADA),
        ("/basic-auth/ada/w%C3%B6rd", BasicAuth("ada", "wörd"), BasicAuth("ada", "wrd"), ADA),
        ("/bearer", BearerAuth("t-1"), None, repr(Welcome(True, token="t-1"))),
        *(
            (f"/digest-auth/{qop}/ada/word/{algorithm}", DIGEST, WRONG_DIGEST, ADA)
            for qop in ("auth", "none")
            for algorithm in ("MD5", "SHA-256", "SHA-512")
        ),
    ],
)
def test_credentials(
    httpbin: str, colour: str, path: str, auth: Any, wrong: Any, result: str
) -> None:
    wrong_for_one = RequestOptions(auth=wrong)
    asks = [
        ask("GET", path, cast_to=Welcome),
        ask("GET", path, cast_to=Welcome, options=wrong_for_one),
        ask("GET", path, cast_to=Welcome),
    ]
    first, refused, second = drive(colour, asks, base_url=httpbin, auth=auth)
    assert first.trace == second.trace == (result, 1)
    assert isinstance(refused.error, AuthenticationError)
    assert refused.attempts == 1


# --- redirects -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["redirect", "relative-redirect", "absolute-redirect"])
def test_redirects(httpbin: str, colour: str, kind: str) -> None:
    asks = [
        ask("GET", f"/{kind}/4", cast_to=Echo),
        ask("GET", f"/{kind}/5", cast_to=Echo),
        ask("GET", f"/{kind}/2", options=RequestOptions(follow_redirects=False)),
    ]
    followed, too_many, raw = drive(colour, asks, base_url=httpbin, max_redirects=4)
    assert "/get'" in followed.result
    assert isinstance(too_many.error, RedirectError)
    assert raw.trace == ("HTTP 302", 1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_of_a_post(httpbin: str, colour: str, status: int) -> None:
    """307 and 308 keep the method and the body, the others ask for what is there."""
    keeps = status > 303
    place = "/post" if keeps else "/get"
    query = {"url": place, "status_code": str(status)}
    asks = [ask("POST", "/redirect-to", params=query, json_data={"n": 1}, cast_to=Echo)]
    (outcome,) = drive(colour, asks, base_url=httpbin)
    assert f"{place}'" in outcome.result
    assert ("json={'n': 1}" in outcome.result) is keeps


def test_a_redirect_to_another_origin_takes_no_credentials_along(httpbin: str, colour: str) -> None:
    elsewhere = httpbin.replace("127.0.0.1", "localhost")
    asks = [
        ask("GET", "/redirect-to", params={"url": f"{place}/headers"}, cast_to=dict)
        for place in (httpbin, elsewhere)
    ]
    settings: dict[str, Any] = {
        "headers": {"x-api-key": "s3cret"},
        "cookies": {"session": "s3cret"},
    }
    here, there = drive(colour, asks, base_url=httpbin, auth=BearerAuth("s3cret-token"), **settings)
    assert here.result.count("s3cret") == 3
    assert "'Host'" in there.result and "s3cret" not in there.result


# --- statuses and bodies -------------------------------------------------------------------------

STATUSES = [400, 401, 403, 404, 405, 409, 410, 412, 413, 418, 422, 429, 500, 501, 502, 503, 504]


def test_every_status_has_its_error(httpbin: str, colour: str) -> None:
    """And nothing but a passing fault is asked for again."""
    asks = [ask("GET", f"/status/{status}", cast_to=Echo) for status in STATUSES]
    once = RetryConfig(max_retries=1, backoff_factor=0, retry_quota=None)
    outcomes = drive(colour, asks, base_url=httpbin, retry_config=once)
    for status, outcome in zip(STATUSES, outcomes, strict=True):
        assert isinstance(outcome.error, StatusError)
        assert outcome.error.status_code == status
        assert type(outcome.error) is status_error_class(status)
        assert outcome.attempts == 1 + (status in (429, 500, 502, 503, 504))


def test_a_server_that_fails_every_other_time(httpbin: str, colour: str) -> None:
    retries = RetryConfig(max_retries=60, backoff_factor=0, retry_quota=None)
    asks = [ask("GET", "/status/200,503")] * 20
    outcomes = drive(colour, asks, base_url=httpbin, retry_config=retries)
    assert {outcome.result for outcome in outcomes} == {"HTTP 200"}
    assert max(outcome.attempts for outcome in outcomes) > 1


@pytest.mark.parametrize("coding", ["gzip", "deflate", "brotli"])
def test_codings(httpbin: str, colour: str, coding: str) -> None:
    asks = [ask("GET", f"/{coding}", cast_to=Echo), ask("STREAM", f"/{coding}")]
    typed, stream = drive(colour, asks, base_url=httpbin)
    member = {"gzip": "gzipped", "deflate": "deflated", "brotli": "brotli"}[coding]
    assert f"{member}=True" in typed.result
    assert stream.trace == ("HTTP 200", 1)


@pytest.mark.parametrize("path", ["/xml", "/html", "/encoding/utf8", "/robots.txt", "/bytes/16"])
def test_a_body_that_is_no_json(httpbin: str, colour: str, path: str) -> None:
    asks = [ask("GET", path, cast_to=Echo), ask("GET", path, cast_to=bytes)]
    typed, raw = drive(colour, asks, base_url=httpbin)
    assert isinstance(typed.error, DecodeError)
    assert typed.attempts == 1 and len(str(typed.error)) < 300
    assert raw.error is None


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"json_data": {"n": [1, None, "ö"]}}, "json={'n': [1, None, 'ö']}"),
        ({"data": {"a": "1 &=ö"}}, "form={'a': '1 &=ö'}"),
        ({"files": {"f": ("a.txt", b"in it")}}, "files={'f': 'in it'}"),
        ({"params": {"a": ["1", "2"], "b": "ö&"}}, "args={'a': ['1', '2'], 'b': 'ö&'}"),
        ({"headers": {"X-Own": "yes"}}, "'X-Own': 'yes'"),
    ],
)
def test_what_is_sent_arrives(
    httpbin: str, colour: str, args: dict[str, Any], expected: str
) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        asks = [ask(method, f"/{method.lower()}", cast_to=Echo, **args)]
        (outcome,) = drive(colour, asks, base_url=httpbin)
        assert expected in outcome.result, outcome


# --- conditions and cookies ----------------------------------------------------------------------


def test_conditions(httpbin: str, colour: str) -> None:
    asks = [
        ask("GET", "/etag/v1", cast_to=Echo),
        ask("GET", "/etag/v1", headers={"if-none-match": "v1"}),
        ask("GET", "/etag/v1", headers={"if-match": "v2"}, cast_to=Echo),
    ]
    whole, unchanged, changed = drive(colour, asks, base_url=httpbin)
    assert whole.error is None
    assert unchanged.trace == ("HTTP 304", 1)
    assert isinstance(changed.error, PreconditionFailedError)


def test_cookies_are_kept_sent_and_forgotten(httpbin: str, colour: str) -> None:
    asks = [
        ask("GET", "/cookies/set?a=1&b=2", cast_to=Cookies),
        ask("GET", "/cookies/delete?a=", cast_to=Cookies),
        ask("GET", "/cookies", cast_to=Cookies),
    ]
    outcomes = drive(colour, asks, base_url=httpbin, cookies={"own": "0"})
    assert [outcome.result for outcome in outcomes] == [
        repr(Cookies({"a": "1", "b": "2", "own": "0"})),
        repr(Cookies({"b": "2", "own": "0"})),
        repr(Cookies({"b": "2", "own": "0"})),
    ]


# --- time ----------------------------------------------------------------------------------------


def test_a_slow_answer(httpbin: str, colour: str) -> None:
    """Each attempt has a limit, and the call has one."""
    asks = [
        ask("GET", "/delay/0.05", cast_to=Echo),
        ask("GET", "/delay/0.5", options=RequestOptions(timeout=0.05, max_retries=1)),
        ask("POST", "/delay/0.5", options=RequestOptions(timeout=0.05)),
        ask("GET", "/delay/0.5", options=RequestOptions(deadline=0.05)),
    ]
    well, late, posted, past = drive(colour, asks, base_url=httpbin)
    assert well.error is None
    assert (type(late.error), late.attempts) == (ReadTimeoutError, 2)
    assert (type(posted.error), posted.attempts) == (ReadTimeoutError, 1)
    assert (type(past.error), past.attempts) == (DeadlineExceededError, 1)


def test_a_body_that_drips(httpbin: str, colour: str) -> None:
    """Every byte comes in time for the limit of a read; only the deadline ends it."""
    drip = "/drip?numbytes=20&duration=0.2"
    limits = RequestOptions(timeout=0.15, max_retries=0)
    bounded = RequestOptions(timeout=0.15, deadline=0.05)
    asks = [
        ask("GET", drip, cast_to=bytes, options=limits),
        ask("GET", drip, cast_to=bytes, options=bounded),
        ask("STREAM", drip, options=bounded),
    ]
    whole, typed, stream = drive(colour, asks, base_url=httpbin)
    assert whole.trace == (repr(b"*" * 20), 1)
    assert isinstance(typed.error, DeadlineExceededError)
    assert isinstance(stream.error, DeadlineExceededError)


# --- streams -------------------------------------------------------------------------------------


def test_a_stream_of_json(httpbin: str, colour: str) -> None:
    def read_sync() -> list[Any]:
        with (
            SyncHttpClient(httpbin, trust_env=False) as client,
            client.stream_json("GET", "/stream/20", cast_to=dict) as stream,
        ):
            return [item["id"] for item in stream]

    async def read_async() -> list[Any]:
        async with (
            AsyncHttpClient(httpbin, trust_env=False) as client,
            client.stream_json("GET", "/stream/20", cast_to=dict) as stream,
        ):
            return [item["id"] async for item in stream]

    ids = in_thread(read_sync if colour == "sync" else lambda: run_async(colour, read_async))
    assert ids == list(range(20))
