# Generated from _async/test_testing.py by sdkbase.codegen. Do not edit.
# sha256: 7fa273db98811ba4
"""The test kit as an SDK author uses it: a mock API, a virtual clock, recordings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from demo_api import DemoApi
from sdkbase import (
    BadRequestError,
    BearerAuth,
    ConfigurationError,
    ConnectError,
    ConnectionLostError,
    ConnectTimeoutError,
    DeadlineExceededError,
    ProtocolError,
    RateLimiter,
    ReadTimeoutError,
    RequestOptions,
    RetryConfig,
    SdkError,
    SyncHttpClient,
    SyncResource,
    TimeoutConfig,
)
from sdkbase.testing import (
    Answer,
    Cassette,
    Fault,
    MockApi,
    MockCall,
    Recorder,
    SyncVirtualClock,
    UnexpectedCallError,
)

ONCE = RequestOptions(max_retries=0)


class User(msgspec.Struct):
    id: int
    name: str


ADA = User(7, "Ada")


class SyncUsers(SyncResource[User]):
    path = "/users"

    def retrieve(self, user_id: int | str) -> User:
        return self._get("/{user_id}", user_id)

    def create(self, name: str) -> User:
        return self._post(json_data={"name": name, "email": "ada@example.com"})


class Bench:
    """A mock API, its clock, and a client of both."""

    def __init__(self, **settings: Any) -> None:
        self.clock = SyncVirtualClock()
        self.api = MockApi("https://api.test/v1", clock=self.clock)
        self.client = SyncHttpClient(
            self.api.base_url, transport=self.api, clock=self.clock, **settings
        )
        self.users = SyncUsers(self.client)


# --- routes ----------------------------------------------------------------------------------


def test_a_route_answers_and_notes_its_calls() -> None:
    bench = Bench(auth=BearerAuth("token-of-the-kit"))
    reading = bench.api.add("GET", "/users/{user_id}", Answer(json=ADA))
    writing = bench.api.add("POST", "/users", Answer(201, json=ADA))
    assert bench.users.retrieve("a/b") == ADA
    assert bench.users.create("Ada") == ADA
    (read,), (written,) = reading.calls, writing.calls
    assert read.path_args == {"user_id": "a/b"}
    assert read.path == "/v1/users/a%2Fb"
    assert read.headers["authorization"] == "Bearer token-of-the-kit"
    assert written.json() == {"name": "Ada", "email": "ada@example.com"}
    assert bench.api.calls == [read, written]
    bench.api.assert_all_called()


def test_answers_follow_each_other_and_the_last_one_repeats() -> None:
    bench = Bench()
    route = bench.api.add("GET", "/users/7", 503, Fault.CONNECTION_LOST, Answer(json=ADA))
    assert bench.users.retrieve(7) == ADA
    assert len(bench.clock.sleeps) == 2
    assert bench.users.retrieve(7) == ADA
    route.assert_called(times=4)
    with pytest.raises(AssertionError, match=r"GET /users/7 was to be called 3 times, and .* 4"):
        route.assert_called(times=3)


def test_what_was_added_last_goes_first() -> None:
    bench = Bench()
    general = bench.api.add("GET", "/users/{id}", 404)
    special = bench.api.add("GET", "/users/7", Answer(json=ADA))
    whole = bench.api.add("GET", "https://cdn.test/{+path}", 204)
    assert bench.users.retrieve(7) == ADA
    assert (bench.client.get("/users/8")).status_code == 404
    assert (bench.client.get("https://cdn.test/a/b")).status_code == 204
    assert [len(route.calls) for route in (general, special, whole)] == [1, 1, 1]
    assert whole.calls[0].path_args == {"path": "a/b"}


def test_functions_match_and_answer() -> None:
    def second_page(call: MockCall) -> bool:
        return call.query == {"page": ["2"]}

    def echo(call: MockCall) -> Answer:
        return Answer(content=call.content or "nothing", headers={"x-own": "1"})

    bench = Bench()
    bench.api.add("POST", "/echo", echo)
    bench.api.add("GET", second_page, 404)
    response = bench.client.post("/echo", content=b"hello")
    assert (response.text, response.headers["x-own"]) == ("hello", "1")
    assert (bench.client.get("/any", params={"page": 2})).status_code == 404
    assert str(bench.api.routes[-1]) == "GET second_page"


def test_a_call_without_a_route_says_which_there_are() -> None:
    bench = Bench()
    with pytest.raises(UnexpectedCallError, match="there are: none"):
        bench.client.get("/users")
    bench.api.add("GET", "/users/{id}", 204)
    with pytest.raises(UnexpectedCallError) as raised:
        bench.client.get("/users", params={"api_key": "canary"})
    assert "GET https://api.test/v1/users?api_key=***" in str(raised.value)
    assert str(raised.value).endswith("there are:\n  GET /users/{id}")
    assert not isinstance(raised.value, SdkError)
    with pytest.raises(AssertionError, match=r"never called: GET /users/\{id\}"):
        bench.api.assert_all_called()
    with pytest.raises(AssertionError, match="at least once, and was called 0 times"):
        bench.api.routes[0].assert_called()


# --- faults and time -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error", "seconds"),
    [
        (Fault.CONNECT_ERROR, ConnectError, 0),
        (Fault.CONNECT_TIMEOUT, ConnectTimeoutError, 2),
        (Fault.READ_TIMEOUT, ReadTimeoutError, 3),
        (Fault.CONNECTION_LOST, ConnectionLostError, 0),
        (Fault.PROTOCOL_ERROR, ProtocolError, 0),
        (Answer(latency=9), ReadTimeoutError, 3),
        (Answer(chunks=[b"be", Fault.CONNECTION_LOST]), ConnectionLostError, 0),
        (httpx.ProxyError("no proxy"), httpx.ProxyError, 0),
    ],
)
def test_faults_take_their_time_and_are_the_sdks_errors(
    fault: Any, error: type[Exception], seconds: float
) -> None:
    bench = Bench(timeout_config=TimeoutConfig(connect=2, read=3))
    began = bench.clock.now
    bench.api.add("GET", "/x", fault)
    with pytest.raises(error):
        bench.client.get("/x", options=ONCE)
    assert bench.clock.now - began == seconds


def test_latency_passes_on_the_clock() -> None:
    bench = Bench()
    bench.api.add("GET", "/x", Answer(204, latency=1.5))
    began = bench.clock.now
    assert (bench.client.get("/x")).status_code == 204
    assert bench.clock.now - began == 1.5
    with pytest.raises(DeadlineExceededError):
        bench.client.get("/x", options=RequestOptions(deadline=1, max_retries=0))


def test_a_latency_without_a_clock_is_refused() -> None:
    api = MockApi()
    api.add("GET", "/x", Answer(latency=1))
    api.add("GET", "/timeout", Fault.READ_TIMEOUT)
    with SyncHttpClient(api.base_url, transport=api) as client:
        with pytest.raises(ConfigurationError, match=r"MockApi\(clock=\.\.\.\)"):
            client.get("/x")
        with pytest.raises(ReadTimeoutError):
            client.get("/timeout", options=ONCE)


def test_limits_and_retries_take_no_time() -> None:
    limiter = RateLimiter(max_requests=1, time_window=3600)
    bench = Bench(rate_limiter=limiter, retry_config=RetryConfig(max_retries=5))
    route = bench.api.add("GET", "/x", Answer(429, headers={"retry-after": "30"}), 429, 204)
    assert (bench.client.get("/x")).status_code == 204
    route.assert_called(times=3)
    assert sum(bench.clock.sleeps) >= 7200


def test_streams_come_in_the_pieces_given() -> None:
    bench = Bench()
    bench.api.add("GET", "/x", Answer(chunks=[b"data: 1\n", b"\ndata: 2\n\n"], headers=EVENTS))
    with bench.client.stream_events("GET", "/x", cast_to=int) as events:
        assert [event for event in events] == [1, 2]


EVENTS = {"content-type": "text/event-stream"}


# --- recordings ------------------------------------------------------------------------------


def converse(client: SyncHttpClient) -> list[object]:
    users = SyncUsers(client)
    created = users.create("Ada")
    got = users.retrieve(created.id)
    query: dict[str, str] = {"api_key": "canary-query"}
    listed = client.get("/users", params=query)
    again = client.get("/users", params=query)
    return [created, got, listed.json(), again.json(), listed.status_code]


def test_what_was_recorded_can_be_played_without_secrets(
    demo_server: DemoApi, tmp_path: Path
) -> None:
    demo_server.reset()
    base_url = demo_server.base_url
    file = tmp_path / "new" / "users.json"
    auth = BearerAuth("demo-token")
    recorder = Recorder(file)
    with SyncHttpClient(base_url, transport=recorder, auth=auth) as client:
        recorded = converse(client)
    assert repr(recorder).endswith("4 calls>")
    written = file.read_text()
    assert "canary" not in written
    assert "demo-token" not in written

    cassette = Cassette(file)
    other = BearerAuth("another-token")
    with SyncHttpClient(base_url, transport=cassette, auth=other) as client:
        played = converse(client)
        assert played == recorded
        assert cassette.left == []
        with pytest.raises(UnexpectedCallError, match=r"played as often as it was recorded.*"):
            client.get("/users", params={"api_key": "canary"})
        with pytest.raises(UnexpectedCallError, match=r"GET http\S+/nope is not recorded in users"):
            client.get("/nope")


def test_a_recorder_may_send_by_another_transport(tmp_path: Path) -> None:
    mock = MockApi()
    jpeg = Answer(content=b"\xff\xd8", headers={"content-type": "image/jpeg", "link": LINK})
    mock.add("GET", "/picture", jpeg)
    mock.add("GET", "/old", Answer(302, headers={"location": "/new?token=canary-location"}))
    mock.add("GET", "/new", Answer(json={"session_day": "2026-01-01", "pin_code": 5}))
    recorder = Recorder(tmp_path / "file", inner=mock, keep=["session_day"])
    with SyncHttpClient(mock.base_url, transport=recorder) as client:
        client.get("/picture")
        client.get("/old")
    assert "canary" not in (tmp_path / "file").read_text()
    with SyncHttpClient(mock.base_url, transport=Cassette(tmp_path / "file")) as client:
        picture = client.get("/picture")
        assert picture.content == b"\xff\xd8"
        assert picture.links["next"]["url"] == "https://api.test/2?token=***"
        assert (client.get("/old")).json() == {"session_day": "2026-01-01", "pin_code": 5}


LINK = '<https://api.test/2?token=canary-link>; rel="next"'


def test_a_recorder_of_the_wrong_colour_says_so(tmp_path: Path) -> None:
    wrong: Any = object()
    with SyncHttpClient(
        "https://api.test", transport=Recorder(tmp_path / "file", inner=wrong)
    ) as client:
        with pytest.raises(ConfigurationError, match=r"inner= is no transport for an? \w+ client"):
            client.get("/x")


@pytest.mark.parametrize("text", [None, "", "[]", '{"exchanges": [], "version": 9}'])
def test_what_is_no_cassette_is_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "file").write_text(text)
    with pytest.raises(ConfigurationError, match="cassette"):
        Cassette(tmp_path / "file")


def test_a_secret_that_is_a_word_does_not_hide_the_field_of_that_name() -> None:
    bench = Bench(auth=BearerAuth("quarrel"))
    bench.api.add("GET", "/users/7", Answer(400, json={"quarrel": "no quarrel", "code": "x"}))
    with pytest.raises(BadRequestError) as raised:
        bench.users.retrieve(7)
    assert raised.value.body == {"quarrel": "no ***", "code": "x"}
