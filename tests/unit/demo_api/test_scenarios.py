"""Open routes that show one behaviour each."""

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
