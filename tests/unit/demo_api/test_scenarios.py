"""Open routes that show one behaviour each."""

import base64
import hashlib
from typing import Protocol

import httpx
import pytest

from demo_api import DemoApi


class MovableClock(Protocol):
    now: float


@pytest.fixture(name="anonymous")
def anonymous_fixture(client: httpx.Client) -> httpx.Client:
    del client.headers["Authorization"]
    return client


def test_health(anonymous: httpx.Client) -> None:
    response = anonymous.get("/health")
    assert response.json() == {"status": "ok"}
    assert response.headers["x-request-id"].startswith("req-")


def test_flaky_fails_twice_for_each_key(anonymous: httpx.Client) -> None:
    statuses = [anonymous.get(f"/flaky/{key}").status_code for key in "aaabaa"]
    assert statuses == [503, 503, 200, 503, 200, 200]


def test_limited_says_when_to_come_back(anonymous: httpx.Client, clock: MovableClock) -> None:
    assert [anonymous.get("/limited").status_code for _ in range(6)] == [200] * 5 + [429]
    refused = anonymous.get("/limited")
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["content-type"] == "application/problem+json"
    clock.now += 1
    assert anonymous.get("/limited").status_code == 200


def test_slow_answers_late(anonymous: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        anonymous.get("/slow?seconds=5", timeout=0.05)
    assert anonymous.get("/slow?seconds=0.01").json() == {"seconds": 0.01}


@pytest.mark.parametrize("seconds", ["-1", "nan", "soon"])
def test_slow_refuses_nonsense(anonymous: httpx.Client, seconds: str) -> None:
    assert anonymous.get("/slow", params={"seconds": seconds}).status_code == 400


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
def test_echo_shows_the_request(anonymous: httpx.Client, method: str) -> None:
    url = "/echo/a%2Fb?x=1&x=2&y=%20"
    seen = anonymous.request(method, url, headers={"X-Own": "v"}, content="body \u00e9").json()
    assert seen["method"] == method
    assert seen["path"] == "/echo/a/b"
    assert seen["target"] == url
    assert seen["query"] == {"x": ["1", "2"], "y": [" "]}
    assert seen["headers"]["x-own"] == "v"
    assert seen["body"] == "body \u00e9"


def test_redirects(anonymous: httpx.Client) -> None:
    response = anonymous.get("/redirect?to=/health", follow_redirects=True)
    assert response.json() == {"status": "ok"}
    params: dict[str, str | int] = {"to": "/echo", "status": 307}
    kept = anonymous.post("/redirect", params=params, content="x", follow_redirects=True)
    assert (kept.json()["method"], kept.json()["body"]) == ("POST", "x")


@pytest.mark.parametrize("query", ["", "to=/health&status=304", "to=/health&status=200"])
def test_redirect_refuses_nonsense(anonymous: httpx.Client, query: str) -> None:
    assert anonymous.get(f"/redirect?{query}").status_code == 400


def test_redirect_cannot_forge_a_header(anonymous: httpx.Client) -> None:
    response = anonymous.get("/redirect", params={"to": "/x\r\nX-Forged: 1"})
    assert "x-forged" not in response.headers


def test_bytes(anonymous: httpx.Client) -> None:
    body = anonymous.get("/bytes/1000000").content
    assert len(body) == 1_000_000
    assert body[254:258] == b"\xfe\xff\x00\x01"
    assert anonymous.get("/bytes/0").content == b""


@pytest.mark.parametrize("number", ["-1", "x", "16777217", "9" * 5000])
def test_bytes_has_bounds(anonymous: httpx.Client, number: str) -> None:
    assert anonymous.get(f"/bytes/{number}").status_code == 400


def test_bytes_are_a_file_with_a_name_and_a_digest(anonymous: httpx.Client) -> None:
    whole = anonymous.get("/bytes/1000")
    assert whole.headers["accept-ranges"] == "bytes"
    digest = base64.b64encode(hashlib.sha256(whole.content).digest()).decode()
    assert whole.headers["repr-digest"] == f"sha-256=:{digest}:"
    assert anonymous.get("/bytes/1000").headers["etag"] == whole.headers["etag"]
    assert anonymous.get("/bytes/1001").headers["etag"] != whole.headers["etag"]


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=300-599", 300, 599),
        ("bytes=999-", 999, 999),
        ("Bytes=300-5000", 300, 999),
    ],
)
def test_a_range_of_bytes(anonymous: httpx.Client, wanted: str, first: int, last: int) -> None:
    whole = anonymous.get("/bytes/1000")
    part = anonymous.get(
        "/bytes/1000", headers={"Range": wanted, "If-Range": whole.headers["etag"]}
    )
    assert part.status_code == 206
    assert part.headers["content-range"] == f"bytes {first}-{last}/1000"
    assert part.content == whole.content[first : last + 1]
    assert part.headers["etag"] == whole.headers["etag"]
    assert part.headers["repr-digest"] == whole.headers["repr-digest"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Range": "bytes=5-", "If-Range": '"another"'},
        {"Range": "bytes=5-4"},
        {"Range": "bytes=-5"},
        {"Range": "bytes=0-1,5-6"},
        {"Range": "lines=0-1"},
    ],
)
def test_a_range_that_is_not_served_gives_the_whole(
    anonymous: httpx.Client, headers: dict[str, str]
) -> None:
    response = anonymous.get("/bytes/1000", headers=headers)
    assert (response.status_code, len(response.content)) == (200, 1000)


def test_a_range_beyond_the_end_is_416(anonymous: httpx.Client) -> None:
    response = anonymous.get("/bytes/1000", headers={"Range": "bytes=1000-"})
    assert response.status_code == 416
    assert response.headers["content-range"] == "bytes */1000"
    assert anonymous.head("/bytes/1000", headers={"Range": "bytes=1000-"}).status_code == 200


def test_a_file_breaks_off_where_asked_and_goes_on_by_range(anonymous: httpx.Client) -> None:
    got = bytearray()
    with anonymous.stream("GET", "/bytes/1000?cut=400") as broken:
        assert broken.headers["content-length"] == "1000"
        with pytest.raises(httpx.RemoteProtocolError):
            for piece in broken.iter_raw():
                got += piece
    assert len(got) == 400
    rest = anonymous.get("/bytes/1000?cut=400", headers={"Range": "bytes=400-"})
    assert bytes(got) + rest.content == anonymous.get("/bytes/1000").content


def test_events_break_off_where_asked_and_go_on(anonymous: httpx.Client) -> None:
    got = bytearray()
    with (
        pytest.raises(httpx.RemoteProtocolError),
        anonymous.stream("GET", "/events?count=3&cut=2") as broken,
    ):
        for piece in broken.iter_raw():
            got += piece
    assert got.count(b"event: tick") == 2
    rest = anonymous.get("/events?count=3&cut=2", headers={"Last-Event-ID": "2"})
    assert rest.text.count("event: tick") == 1
    none = anonymous.get("/events?count=3", headers={"Last-Event-ID": "3"})
    assert (none.status_code, none.content) == (204, b"")


@pytest.mark.parametrize("path", ["/bytes/10?cut=x", "/events?cut=-1"])
def test_a_cut_is_a_number(anonymous: httpx.Client, path: str) -> None:
    assert anonymous.get(path).status_code == 400


def test_events_go_on_after_the_last_one_seen(anonymous: httpx.Client) -> None:
    response = anonymous.get("/events", headers={"Last-Event-ID": "2"})
    assert response.headers["content-type"] == "text/event-stream"
    event = 'id: 3\nevent: tick\ndata: {"number": 3,\ndata:  "of": 3}\n\n'
    assert response.text == ": welcome\nretry: 100\n\n" + event


def test_html_is_no_json(anonymous: httpx.Client) -> None:
    response = anonymous.get("/html")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")


def test_the_rate_can_be_chosen() -> None:
    with DemoApi(rate=1) as api:
        statuses = [httpx.get(f"{api.base_url}/limited").status_code for _ in range(2)]
    assert statuses == [200, 429]
