from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdkbase._policy.redirect import Redirects, drop_added_credentials
from sdkbase._wire.body import NO_BODY, Body, encode_body
from sdkbase._wire.call import Call
from sdkbase._wire.reply import Reply
from sdkbase.errors import RedirectError
from tests.scale import scaled
from tests.unit.wire.messages import fixed, make_call, make_reply

START = "https://api.example/a?page=1"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
FORM = Body(b"a=1", {"content-type": "application/x-www-form-urlencoded"})


def redirect(status: int = 302, location: str = "/b") -> Reply:
    return make_reply(status, b"", {"Location": location})


def follow(call: Call, reply: Reply, *, limit: int = 10) -> Call:
    followed = Redirects(limit).next_call(call, reply)
    assert followed is not None
    return followed


def with_body(method: str, body: Body = FORM) -> Call:
    return make_call(method, START, headers={"accept": "a", **body.headers}, body=body)


def refused(call: Call, reply: Reply) -> str:
    with pytest.raises(RedirectError) as caught:
        Redirects(10).next_call(call, reply)
    assert caught.value.template == call.template
    return str(caught.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", METHODS)
def test_method_and_body(status: int, method: str) -> None:
    followed = follow(with_body(method), redirect(status))
    changes = (status == 303 and method != "HEAD") or (status in (301, 302) and method == "POST")
    if changes:
        assert (followed.method, followed.body) == ("GET", NO_BODY)
        assert followed.headers == {"accept": "a"}
    else:
        assert (followed.method, followed.body) == (method, FORM)
        assert followed.headers == {"accept": "a", **FORM.headers}
    assert followed.url == "https://api.example/b"
    assert followed.template == "/users/{user_id}" and followed.trusted


@pytest.mark.parametrize("status", [200, 204, 300, 304, 305, 306, 309, 400, 503])
def test_other_statuses_are_no_redirects(status: int) -> None:
    assert Redirects(10).next_call(make_call(), redirect(status)) is None


def test_without_location_it_is_an_answer() -> None:
    assert Redirects(10).next_call(make_call(), make_reply(302)) is None


def test_every_field_of_the_body_goes_with_it() -> None:
    names = ["content-type", "content-length", "content-encoding", "transfer-encoding", "accept"]
    call = make_call("POST", START, headers=dict.fromkeys(names, "x"), body=FORM)
    assert follow(call, redirect(303)).headers == {"accept": "x"}


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_body_that_can_not_be_sent_again_is_not(status: int) -> None:
    once = encode_body(content=iter([b"x"]), event_loop=False)
    assert "the body can not be sent again" in refused(with_body("PUT", once), redirect(status))
    assert follow(with_body("PUT", once), redirect(303)).method == "GET"


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/b", "https://api.example/b"),
        ("b/c", "https://api.example/b/c"),
        ("../x", "https://api.example/x"),
        ("?page=2", "https://api.example/a?page=2"),
        ("//other.example/x", "https://other.example/x"),
        ("https://other.example:444/x", "https://other.example:444/x"),
        ("/a b", "https://api.example/a%20b"),
        ("/b#f", "https://api.example/b#f"),
        ("/caf\u00c3\u00a9", "https://api.example/caf%C3%A9"),
    ],
)
def test_where_it_leads(location: str, url: str) -> None:
    assert follow(make_call(url=START), redirect(location=location)).url == url


def test_a_fragment_is_inherited() -> None:
    call = make_call(url="https://api.example/a#top")
    assert follow(call, redirect(location="/b")).url == "https://api.example/b#top"
    assert follow(call, redirect(location="/b#own")).url == "https://api.example/b#own"


@pytest.mark.parametrize(
    "location",
    [
        "ftp://other.example/",
        "javascript:alert(1)",
        "mailto:a@b",
        "file:///etc/passwd",
        "https://h:99999/",
        "https://h:port/",
        "https://[::1/",
    ],
)
def test_a_location_that_is_no_url_is_refused(location: str) -> None:
    assert "to no valid URL" in refused(make_call(url=START), redirect(location=location))


@pytest.mark.parametrize("location", ["http://api.example/b", "http://other.example/", "HTTP://x/"])
def test_https_never_becomes_http(location: str) -> None:
    message = refused(make_call(url=START), redirect(location=location))
    assert "from https to http" in message


def test_http_may_become_https() -> None:
    followed = follow(
        make_call(url="http://api.example/a"), redirect(location="https://api.example/a")
    )
    assert followed.url == "https://api.example/a" and not followed.trusted


SENT = {
    "accept": "application/json",
    "user-agent": "own",
    "range": "bytes=0-",
    "authorization": "Bearer t",
    "cookie": "sid=1",
    "x-api-key": "k",
    "x-anything": "1",
    "host": "api.example",
    "idempotency-key": "1",
}


@pytest.mark.parametrize(
    "target",
    [
        "https://other.example/b",
        "https://api.example:444/b",
        "https://sub.api.example/b",
        "https://api.example.evil.example/b",
        "https://api.example@evil.example/b",
        "//evil.example/b",
    ],
)
@pytest.mark.parametrize("status", [302, 307])
def test_only_what_describes_the_wish_crosses_to_another_origin(target: str, status: int) -> None:
    call = make_call(url=START, headers=SENT, owned=frozenset({"user-agent"}))
    followed = follow(call, redirect(status, target))
    assert followed.headers == {"accept": "application/json", "range": "bytes=0-"}
    assert not followed.trusted


@pytest.mark.parametrize(
    "target", ["/b", "https://api.example/b", "https://API.example:443/b", "//api.example/b"]
)
def test_the_same_origin_sees_everything(target: str) -> None:
    followed = follow(make_call(url=START, headers=SENT), redirect(location=target))
    assert followed.headers == SENT and followed.trusted


def test_trust_does_not_come_back_with_the_origin() -> None:
    redirects = Redirects(10)
    away = redirects.next_call(
        make_call(url=START, headers=SENT), redirect(location="//evil.example")
    )
    assert away is not None
    back = redirects.next_call(away, redirect(location="https://api.example/b"))
    assert back is not None and not back.trusted
    assert "authorization" not in back.headers


@pytest.mark.parametrize("limit", [0, 1, 2, 10])
def test_the_limit(limit: int) -> None:
    redirects, call = Redirects(limit), make_call(url=START)
    for number in range(limit):
        followed = redirects.next_call(call, redirect(location=f"/{number}"))
        assert followed is not None
        call = followed
    with pytest.raises(RedirectError, match=f"more than {limit} redirects"):
        redirects.next_call(call, redirect(location="/last"))


def test_a_loop_is_found() -> None:
    redirects, call = Redirects(10), make_call(url="https://api.example/a")
    followed = redirects.next_call(call, redirect(location="/b"))
    assert followed is not None
    with pytest.raises(RedirectError, match=r"a loop: https://api\.example/a was asked before"):
        redirects.next_call(followed, redirect(location="/a"))
    with pytest.raises(RedirectError, match="a loop"):
        Redirects(10).next_call(call, redirect(location="/a"))


def test_the_same_url_with_another_method_is_no_loop() -> None:
    assert follow(with_body("POST"), redirect(303, START)).method == "GET"


def test_messages_show_no_secret() -> None:
    for location in (
        "http://u:canary-1@h/?token=canary-1",
        "//u:canary-1@h:99999/",
        "http://h/#access_token=canary-1",
    ):
        assert "canary-1" not in refused(make_call(url=START), redirect(location=location))


PIECES = (
    "https:", "http:", "HTTPS://", "//", "/", "\\", "@", ":", "?", "#", ".", "..", "%2e%2e", "%zz",
    "evil.example", "api.example", "xn--", "[::1]", "[", "]", "u:pw", "443", "99999", "-1", " ",
    "\t", "\r\n", "\0", ";", "ftp:", "javascript:", "data:", "*", "\xad", "\xff", "\xc3\xa9",
    "\xe2\x80\x8b", "1" * 64, "a" * 300, "|", "{}", "<a>", '"',
)  # fmt: skip
LOCATIONS = st.text(st.characters(max_codepoint=255), max_size=30) | st.lists(
    st.sampled_from(PIECES), min_size=1, max_size=8
).map("".join)


@pytest.mark.usefixtures("uncovered")
@given(LOCATIONS, st.sampled_from([301, 303, 307]))
@settings(fixed, max_examples=scaled(full=20_000, ci=1_000))
def test_any_location_is_followed_safely_or_refused(location: str, status: int) -> None:
    try:
        followed = Redirects(10).next_call(
            make_call(url=START, headers=SENT), redirect(status, location)
        )
    except RedirectError as error:
        assert len(str(error)) < 400
        return
    assert followed is not None
    assert followed.url.startswith("https://") and min(followed.url) > " "
    assert ("authorization" in followed.headers) is (followed.origin == make_call(url=START).origin)


def test_a_server_may_set_a_cookie_and_send_the_client_back() -> None:
    redirects, call = Redirects(3), make_call(url=START)
    reply = make_reply(302, b"", {"location": START, "set-cookie": "sid=1"})
    for _ in range(3):
        assert redirects.next_call(call, reply) is not None
    with pytest.raises(RedirectError, match="more than 3 redirects"):
        redirects.next_call(call, reply)


def test_what_an_interceptor_signs_stays_at_home() -> None:
    call = make_call(headers={"x-call-token": "own"}, owned=frozenset({"x-own"}))
    request = call.to_httpx()
    request.headers.update({"Authorization": "x", "X-Own": "x", "X-Trace": "1"})
    drop_added_credentials(call, request)
    assert {name for name in request.headers if name.startswith(("a", "x"))} == {
        "x-call-token",
        "x-trace",
    }
