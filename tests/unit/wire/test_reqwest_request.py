from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote_to_bytes

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyreqwest.http import HeaderMap, Url

from sdkbase._wire.body import Body
from sdkbase._wire.call import Call, call_from_httpx
from sdkbase._wire.path_template import PathTemplate
from sdkbase._wire.query import add_query, encode_query
from sdkbase._wire.reqwest_request import (
    EngineHeaders,
    duration,
    http_version,
    known_body,
    reason_phrase,
    sent_headers,
    sent_url,
)
from sdkbase._wire.url import parse_url
from sdkbase.errors import InvalidRequestError

from .messages import fixed, make_call

CANARY = "cAnArY"


def url_sent(text: str) -> str:
    return str(sent_url(make_call(url=text), Url))


# --- the URL ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://h/x?y=1", "https://h/x?y=1"),
        ("https://h", "https://h/"),
        ("https://h?y=1", "https://h/?y=1"),
        ("https://h/?", "https://h/?"),
        ("https://h//a//b/", "https://h//a//b/"),
        ("https://h/a%2Fb%2fc%zz", "https://h/a%2Fb%2fc%zz"),
        ("https://h/v1.0/..x/.y", "https://h/v1.0/..x/.y"),
        ("https://h/x?a=..%2f..", "https://h/x?a=..%2f.."),
        ("http://h:80/x", "http://h/x"),
        ("https://H:8443/X", "https://h:8443/X"),
        ("https://[::1]:8/x", "https://[::1]:8/x"),
        ("https://h/\xe4?\xf6=1", "https://h/%C3%A4?%C3%B6=1"),
        ("https://h/x?q='a'", "https://h/x?q=%27a%27"),
        ('https://h/a"b`', "https://h/a%22b%60"),
        # httpx resolves these as well.
        ("https://h/a/../b/./c", "https://h/b/c"),
    ],
)
def test_a_url_goes_out_as_it_was_written(written: str, sent: str) -> None:
    assert url_sent(written) == sent


def test_a_fragment_is_not_sent() -> None:
    url = sent_url(make_call(url="https://h/x?y=1#part"), Url)
    assert (url.path, url.query_string) == ("/x", "y=1")


@pytest.mark.parametrize(
    "tail",
    [
        "/v1/%2e%2e/admin",
        "/%2e/admin",
        "/v1/.%2E",
        "/v1/%2E./%2e%2e/admin?x=1",
        "/v1/..\\admin",
        "\\admin",
        "/a\\b",
        "/a\\..\\b",
    ],
)
def test_what_would_be_sent_to_another_path_is_refused(tail: str) -> None:
    with pytest.raises(InvalidRequestError, match="would be sent as .* default transport"):
        url_sent(f"https://api.example{tail}")


def test_a_refused_url_is_told_without_its_secrets() -> None:
    with pytest.raises(InvalidRequestError) as caught:
        url_sent(f"https://u:{CANARY}@h/%2e%2e/x?token={CANARY}&api_key={CANARY}&page=2")
    assert CANARY not in str(caught.value)
    assert "page=2" in str(caught.value)


@pytest.mark.parametrize("url", ["nowhere", "http://", "http://h:99999/", "http://[h/"])
def test_what_the_engine_takes_for_no_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidRequestError, match="is not valid"):
        url_sent(f"{url}?token={CANARY}")


def test_an_invalid_url_is_told_without_its_secrets() -> None:
    with pytest.raises(InvalidRequestError) as caught:
        url_sent(f"http://u:{CANARY}@h:99999/?token={CANARY}")
    assert CANARY not in str(caught.value)


def changed(call: Call, change: Callable[[httpx.Request], None]) -> Call:
    """Return *call* as an interceptor that makes *change* leaves it."""
    request = call.to_httpx()
    change(request)
    return call_from_httpx(call, request)


def moved(call: Call, url: str) -> Call:
    def move(request: httpx.Request) -> None:
        request.url = httpx.URL(url)

    return changed(call, move)


def test_an_interceptor_may_change_the_url() -> None:
    assert str(sent_url(moved(make_call(), "http://other/y"), Url)) == "http://other/y"
    with pytest.raises(InvalidRequestError, match="would be sent as"):
        sent_url(moved(make_call(), "http://other/v1/%2e%2e/y"), Url)


@pytest.mark.parametrize("userinfo", ["user:word", "user", ":word", "a%40b:c%3Ad"])
def test_user_info_is_not_sent(userinfo: str) -> None:
    url = sent_url(moved(make_call(), f"http://{userinfo}@h/x?y=1"), Url)
    assert str(url) == "http://h/x?y=1"


# What a path argument or a query value may be: any text, and what is special in URLs more often.
TRICKY = st.lists(
    st.one_of(
        st.sampled_from(
            ["/", "\\", "..", ".", "%2e", "%", "?", "#", "@", "'", '"', ";", "//", "|"]
        ),
        st.text(max_size=4),
    ),
    max_size=5,
).map("".join)


def check_sent(text: str) -> None:
    """What of a URL goes out is what httpx would send, byte for byte or but for escapes."""
    wanted = parse_url(text)
    try:
        url = sent_url(make_call(url=text), Url)
    except InvalidRequestError as error:
        assert "would be sent as" in str(error)
        return
    target = url.path if url.query_string is None else f"{url.path}?{url.query_string}"
    if target.encode() != wanted.raw_path:
        assert unquote_to_bytes(target) == unquote_to_bytes(wanted.raw_path)
    assert url.origin_ascii == f"{wanted.scheme}://{wanted.netloc.decode()}"


@pytest.mark.usefixtures("uncovered")
@fixed
@given(TRICKY, TRICKY, st.dictionaries(TRICKY, TRICKY, max_size=2))
def test_templates_and_queries_arrive(one: str, more: str, query: dict[str, str]) -> None:
    try:
        path = PathTemplate("/v1/{one}/x/{+more}").expand([one, more])
        encoded = encode_query(query)
    except InvalidRequestError:
        return
    text = add_query(f"https://api.example{path}", encoded)
    # These are never refused, and need no escape more.
    url = sent_url(make_call(url=text), Url)
    assert str(url).replace("%27", "'") == text.replace("%27", "'")
    check_sent(text)


@pytest.mark.usefixtures("uncovered")
@fixed
@given(TRICKY, TRICKY)
def test_any_other_url_arrives_or_is_refused(path: str, query: str) -> None:
    text = f"https://api.example/{path}?{query}"
    try:
        parse_url(text)
    except InvalidRequestError:  # before it comes here
        return
    check_sent(text)


# --- the headers --------------------------------------------------------------------------------

SOME = {"accept": "*/*", "x-a": "1"}


def test_headers_of_a_plain_call_are_sent_as_they_are() -> None:
    call = make_call(headers=SOME)
    assert sent_headers(call) is call.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
@pytest.mark.parametrize("content", [None, b""])
def test_methods_that_have_a_body_say_that_there_is_none(
    method: str, content: bytes | None
) -> None:
    call = make_call(method, headers=SOME, body=Body(content, {}))
    assert sent_headers(call) == {"content-length": "0", **SOME}
    assert call.headers == SOME


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "OPTIONS"])
def test_other_methods_do_not(method: str) -> None:
    assert sent_headers(make_call(method, headers=SOME)) == SOME


@pytest.mark.parametrize("framing", ["content-length", "transfer-encoding"])
@pytest.mark.parametrize("content", [None, b"abc"])
def test_the_length_is_the_engines_business(framing: str, content: bytes | None) -> None:
    call = make_call("GET", headers={**SOME, framing: "5"}, body=Body(content, {}))
    assert sent_headers(call) == SOME
    call = make_call("POST", headers={**SOME, framing: "5"}, body=Body(content, {}))
    assert sent_headers(call) == (SOME if content else {"content-length": "0", **SOME})
    assert framing in call.headers


@pytest.mark.parametrize("made", [False, True])
def test_a_value_that_is_not_ascii_is_refused_by_its_name(made: bool) -> None:
    call = make_call(headers={**SOME, "x-name": f"caf\xe9 {CANARY}"})
    if made:
        call = changed(call, lambda _request: None)
    with pytest.raises(InvalidRequestError, match="header 'x-name' is not ASCII") as caught:
        sent_headers(call)
    assert CANARY not in str(caught.value)


def fields_of(call: Call) -> list[tuple[str, str]]:
    headers = sent_headers(call)
    assert isinstance(headers, list)
    return headers


def test_headers_that_an_interceptor_left_are_sent_without_host_and_length() -> None:
    call = make_call("POST", headers=SOME, body=Body(b"abc", {"content-type": "a/b"}))
    made = changed(call, lambda request: request.headers.update({"x-b": "2"}))
    assert fields_of(made) == [("accept", "*/*"), ("x-a", "1"), ("x-b", "2")]


def test_repeated_fields_of_an_interceptor_stay_apart() -> None:
    def repeat(request: httpx.Request) -> None:
        request.headers = httpx.Headers([*request.headers.raw, (b"X-A", b"2")])

    assert fields_of(changed(make_call(headers=SOME), repeat))[-2:] == [("x-a", "1"), ("x-a", "2")]


def test_a_host_that_an_interceptor_set_is_sent() -> None:
    made = changed(make_call(), lambda request: request.headers.update({"host": "inner"}))
    assert ("host", "inner") in fields_of(made)


def test_the_host_follows_a_url_that_an_interceptor_changed() -> None:
    def move(request: httpx.Request) -> None:
        request.url = httpx.URL("http://other/y")
        request.headers["host"] = "other"

    assert "host" not in dict(fields_of(changed(make_call(), move)))


@pytest.mark.parametrize("length", [None, "0", "7"])
def test_an_interceptors_request_without_a_body_says_so(length: str | None) -> None:
    def set_length(request: httpx.Request) -> None:
        request.headers.pop("content-length", None)
        if length is not None:
            request.headers["content-length"] = length

    post = fields_of(changed(make_call("POST", headers=SOME), set_length))
    assert [value for name, value in post if name == "content-length"] == ["0"]
    get = fields_of(changed(make_call("GET", headers=SOME), set_length))
    assert "content-length" not in dict(get)


# --- the response -------------------------------------------------------------------------------

TOLD = HeaderMap([("Set-Cookie", "a=1"), ("X-Id", "7"), ("set-cookie", "b=2")])
# The engine writes UTF-8, and reads only ASCII.
FOREIGN = HeaderMap(
    [("x-id", "7"), ("x-name", "caf\xe9"), ("set-cookie", "a"), ("set-cookie", "b")]
)


def test_response_headers_keep_repeated_fields() -> None:
    raw = EngineHeaders(TOLD).raw()
    assert sorted(raw) == [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"x-id", b"7")]
    assert [value for name, value in raw if name == b"set-cookie"] == [b"a=1", b"b=2"]


def test_response_headers_that_are_not_ascii_are_left_out() -> None:
    headers = EngineHeaders(FOREIGN)
    assert sorted(headers.raw()) == [(b"set-cookie", b"a"), (b"set-cookie", b"b"), (b"x-id", b"7")]
    assert headers.get(b"x-name") is None


def test_a_response_header_by_its_name() -> None:
    headers = EngineHeaders(TOLD)
    assert headers.get(b"set-cookie") == "a=1"
    assert headers.get(b"x-id") == "7"
    assert headers.get(b"x-none") is None


def test_a_response_may_have_no_headers() -> None:
    assert EngineHeaders(HeaderMap()).raw() == []


def test_versions_are_named_as_httpx_does() -> None:
    told = ("HTTP/1.0", "HTTP/1.1", "HTTP/2.0")
    assert [http_version(name) for name in told] == ["HTTP/1.0", "HTTP/1.1", "HTTP/2"]


def test_reasons_are_the_usual_ones() -> None:
    assert [reason_phrase(status) for status in (200, 404, 599)] == ["OK", "Not Found", ""]


@pytest.mark.parametrize(("seconds", "taken"), [(1.5, 1500), (0.0, 1), (-3.0, 1), (1e-9, 1)])
def test_no_time_left_is_not_no_limit(seconds: float, taken: int) -> None:
    assert duration(seconds) == timedelta(milliseconds=taken)


def test_which_bodies_are_known() -> None:
    assert [known_body(content) for content in (None, b"", b"x")] == [True] * 3
    assert not known_body(httpx.ByteStream(b"x"))
