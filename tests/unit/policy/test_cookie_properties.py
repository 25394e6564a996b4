"""Cookies of any text: one goes as the bytes it came as, or it does no harm."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase import InvalidRequestError, SyncHttpClient
from sdkbase._policy.cookies import cookie_header
from tests.unit.wire.messages import fixed, make_call

BASE = "https://api.example"
CALL = make_call(url=BASE)


@given(st.binary(max_size=12), st.binary(max_size=6))
@fixed
def test_no_cookie_of_a_server_breaks_later_calls(value: bytes, name: bytes) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        fields = [(b"set-cookie", b"a=" + value), (b"set-cookie", name + b"=1; path=/")]
        return httpx.Response(200, headers=[*fields, (b"set-cookie", b"whole=1")])

    with SyncHttpClient(BASE, transport=httpx.MockTransport(answer)) as client:
        client.get("/")
        client.get("/")
    raw = dict(sent[1].headers.raw)[b"cookie"]
    assert b"whole=1" in raw
    assert not set(raw) & {*range(9), *range(10, 32), 127}


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1))
@fixed
def test_a_cookie_of_the_user_goes_as_utf_8(value: str) -> None:
    header = cookie_header(httpx.Cookies({"a": value}), CALL)
    assert header is not None
    assert header.encode("latin-1") == f"a={value}".encode()


def test_what_a_server_set_as_utf_8_goes_back_as_it_came() -> None:
    cookies = httpx.Cookies()
    fields = [(b"set-cookie", "a=caf\u00e9\u2603".encode())]
    cookies.extract_cookies(httpx.Response(200, headers=fields, request=httpx.Request("GET", BASE)))
    header = cookie_header(cookies, CALL)
    assert header is not None and header.encode("latin-1") == "a=caf\u00e9\u2603".encode()


@pytest.mark.parametrize("value", ["a\r\nx: y", "a\0", "\x7f", "\ud800"])
def test_a_cookie_of_the_user_that_can_not_be_sent_is_refused(value: str) -> None:
    with pytest.raises(InvalidRequestError, match="cookie"):
        cookie_header(httpx.Cookies({"a": value}), CALL)
