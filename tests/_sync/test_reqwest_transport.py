# Generated from _async/test_reqwest_transport.py by sdkbase.codegen. Do not edit.
# sha256: ff8cc0fbeb284a1b
"""The fast transport: what goes out, what comes back, and what it refuses."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from sdkbase import (
    ConfigurationError,
    InvalidRequestError,
    PoolConfig,
    ProtocolError,
    RequestInterceptor,
    ServiceUnavailableError,
    SyncReqwestTransport,
    TimeoutConfig,
)
from tests.faults.answers import USER
from tests.faults.canary import Notebook, logged, show_client, show_error
from tests.faults.server import FaultServer
from tests.reqwest_client import ONE_PLACE, SyncEventually, SyncFastClient
from tests.stream_server import END, NO_CONTENT, PATH, chunk, head, plain, serving

CANARY = "cAnArY-7f3a"


class User(msgspec.Struct):
    id: int
    name: str


ADA = User(7, "Ada")


@pytest.fixture
def anyio_backend() -> str:  # sync: keep
    # The engine knows no other event loop.
    return "asyncio"  # sync: keep


# --- what comes back ----------------------------------------------------------------------------


def test_a_raw_response_is_one_of_httpx(faults: FaultServer) -> None:
    with SyncFastClient(faults.url) as client:
        response = client.get("/ok", params={"q": "1"})
    assert type(response) is httpx.Response
    assert (response.status_code, response.reason_phrase) == (200, "OK")
    assert response.http_version == "HTTP/1.1"
    assert response.json() == {"id": 7, "name": "Ada"}
    assert response.headers["content-length"] == str(len(USER))
    assert str(response.request.url) == f"{faults.url}/ok?q=1"
    assert response.request.method == "GET"
    assert timedelta(0) < response.elapsed < timedelta(seconds=5)
    assert faults.requests[0].headers["host"] == faults.url.removeprefix("http://")
    assert "accept-encoding" in faults.requests[0].headers


def refuse(*_args: Any, **_settings: Any) -> None:
    raise AssertionError("an httpx object was made")


def test_a_typed_call_makes_no_httpx_object(
    faults: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SyncFastClient(faults.url) as client:
        assert client.get("/ok", cast_to=User) == ADA
        with monkeypatch.context() as patch:
            for made in (httpx.Request, httpx.Response, httpx.Headers, httpx.URL):
                patch.setattr(made, "__init__", refuse)
            assert client.get("/ok", params={"page": 2}, cast_to=User) == ADA
            told = client.post("/echo", json_data={"id": 7, "name": "Ada"}, cast_to=User)
        assert told == ADA


def test_connections_are_used_again(faults: FaultServer) -> None:
    with SyncFastClient(faults.url) as client:
        for _ in range(5):
            client.get("/ok")
            client.post("/echo", content=b"null")
        assert faults.accepted == 1
    assert SyncEventually.holds(lambda: faults.open == 0)


def test_the_length_is_always_told_and_true(faults: FaultServer) -> None:
    wrong = {"content-length": "5"}
    with SyncFastClient(faults.url) as client:
        for method in ("POST", "PUT", "PATCH"):
            client.request(method, "/ok")
            client.request(method, "/echo", content=b"[1]", headers=wrong)
        client.get("/ok", headers=wrong)
    lengths = [seen.headers.get("content-length") for seen in faults.requests]
    assert lengths == ["0", "3"] * 3 + [None]


def test_answers_without_a_body(faults: FaultServer) -> None:
    with SyncFastClient(faults.url) as client:
        assert (client.get("/empty")).content == b""
        assert (client.get("/ok")).content == USER
    with serving(
        [b"HTTP/1.1 304 Not Modified\r\netag: x\r\ncontent-length: 24\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 24\r\n\r\n"],
        [NO_CONTENT],
    ) as server:
        with SyncFastClient(server.url) as client:
            unchanged = client.get(PATH)
            assert (unchanged.status_code, unchanged.headers["etag"]) == (304, "x")
            asked = client.head(PATH)
            assert (asked.content, asked.headers["content-length"]) == (b"", "24")
            assert (client.get(PATH)).status_code == 204
        assert server.accepted == 1


@pytest.mark.parametrize(
    ("coding", "code"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)]
)
def test_coded_bodies(coding: str, code: Callable[[bytes], bytes]) -> None:
    answer = plain("200 OK", code(USER), f"content-encoding: {coding}")
    with serving([answer]) as server:
        with SyncFastClient(server.url) as client:
            assert client.get(PATH, cast_to=User) == ADA
            raw = client.get(PATH)
            assert (raw.content, raw.headers["content-encoding"]) == (USER, coding)
            with client.stream("GET", PATH) as response:
                assert response.read() == USER


def test_a_coded_body_that_ends_too_early(faults: FaultServer) -> None:
    with SyncFastClient(faults.url) as client:
        with pytest.raises(ProtocolError, match="gzip"):
            client.get("/gzip-cut", cast_to=User)


def test_the_status_survives_a_body_that_breaks_off() -> None:
    answer = b"HTTP/1.1 503 No\r\ncontent-length: 100\r\n\r\nbusy"
    with serving([answer, "close"]) as server:
        with SyncFastClient(server.url) as client:
            with pytest.raises(ServiceUnavailableError) as caught:
                client.get(PATH, cast_to=User)
            with pytest.raises(ProtocolError, match="end of file before message length reached"):
                client.get(PATH)
    assert (caught.value.status_code, caught.value.body) == (503, "busy")


def test_headers_that_are_not_ascii_are_left_out() -> None:
    fields = ("x-name: caf\xe9", "set-cookie: a=1", "x-id: 7", "set-cookie: b=2")
    answer = "\r\n".join(("HTTP/1.1 200 OK", *fields, "content-length: 0", "", ""))
    with serving([answer.encode("latin-1")]) as server:
        with SyncFastClient(server.url) as client:
            response = client.get(PATH)
            assert "x-name" not in response.headers
            assert response.headers["x-id"] == "7"
            assert response.headers.get_list("set-cookie") == ["a=1", "b=2"]
            assert dict(client.cookies) == {"a": "1", "b": "2"}


def test_more_than_a_hundred_headers_are_refused() -> None:
    many = [f"x-{number}: 1" for number in range(101)]
    with serving([plain("200 OK", b"", *many)]) as server:
        with SyncFastClient(server.url) as client:
            with pytest.raises(ProtocolError, match="too large"):
                client.get(PATH)


# --- streams and uploads ------------------------------------------------------------------------


def test_a_stream_arrives_piece_by_piece() -> None:
    pieces = [chunk("one "), 0.02, chunk("two "), 0.02, chunk("three"), END]
    with serving([head("text/plain"), *pieces]) as server:
        with SyncFastClient(server.url, pool_config=ONE_PLACE) as client:
            for _ in range(2):
                with client.stream("GET", PATH) as response:
                    assert response.headers["content-type"] == "text/plain"
                    read = [piece for piece in response.iter_bytes()]
                assert b"".join(read) == b"one two three"
                assert len(read) == 3
        assert server.accepted == 1


@pytest.mark.parametrize("path", ["/drip", "/stalled", "/chunk-loris"])
def test_a_stream_that_is_left_gives_its_place_back(faults: FaultServer, path: str) -> None:
    with SyncFastClient(faults.url, pool_config=ONE_PLACE) as client:
        with client.stream("GET", path) as response:
            assert response.status_code == 200
        assert SyncEventually.holds(lambda: faults.busy == 0)
        assert (client.get("/ok")).status_code == 200


def test_an_error_can_be_read(faults: FaultServer) -> None:
    with SyncFastClient(faults.url) as client:
        with client.stream("GET", "/404") as response:
            assert b"told to" in response.read()
        assert "told to" in (client.get("/404")).text


def test_streamed_bodies_go_by_connections_of_their_own(
    faults: FaultServer, tmp_path: Path
) -> None:
    file = tmp_path / "body.json"
    file.write_bytes(b'{"id": 7, "name": "Ada"}')
    with SyncFastClient(faults.url) as client:
        assert client.get("/ok", cast_to=User) == ADA
        for _ in range(2):
            assert client.post("/echo", content=file, cast_to=User) == ADA
        client.post("/echo", files={"file": file})
    numbers = [seen.connection for seen in faults.requests]
    assert len({numbers[0]} | set(numbers[1:])) == 1 + len(set(numbers[1:]))
    assert b'name="file"' in faults.requests[-1].body
    assert SyncEventually.holds(lambda: faults.open == 0)


# --- what it is made of -------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["pyreqwest", "pyreqwest.client"])
def test_without_the_extra_it_says_what_to_install(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    if module == "pyreqwest":
        monkeypatch.delitem(sys.modules, "pyreqwest.client", raising=False)
    with pytest.raises(ConfigurationError, match=r"needs the extra: pip install 'sdkbase\[fast\]'"):
        SyncReqwestTransport()


def test_repr() -> None:
    client = SyncFastClient("http://h", pool_config=PoolConfig(max_connections=7))
    name = SyncReqwestTransport.__name__
    assert repr(client.fast) == f"<{name} max_connections=7>"
    assert "engines=0" in client.pool
    assert "free=7 waiting=0" in client.pool
    client.close()


# --- what lies above it -------------------------------------------------------------------------


def test_redirects_and_cookies_are_ours() -> None:
    moved = plain("302 Found", b"", "location: /stream?2", "set-cookie: sid=one; Path=/")
    with serving([moved], [plain("200 OK", b"here")]) as server:
        with SyncFastClient(server.url, cookies={"a": "1"}) as client:
            response = client.get(PATH)
        assert ([one.status_code for one in response.history], response.text) == ([302], "here")
        assert str(response.url) == f"{server.url}/stream?2"
        first, second = (seen.headers["cookie"] for seen in server.requests)
        assert (first, sorted(second.split("; "))) == ("a=1", ["a=1", "sid=one"])


class Changing(RequestInterceptor):
    """Changes what goes out, and sees what comes in."""

    def __init__(self, change: Callable[[httpx.Request], None]) -> None:
        self.change = change
        self.seen: list[str] = []

    def before_request(self, request: httpx.Request) -> None:
        self.change(request)

    def after_response(self, response: httpx.Response) -> None:
        self.seen.append(f"{response.status_code} {response.request.url.path}")


def test_interceptors_see_and_change(faults: FaultServer) -> None:
    def change(request: httpx.Request) -> None:
        request.url = request.url.copy_with(path="/echo", username="user", password="word")
        request.headers["x-added"] = "1"
        del request.headers["x-taken"]

    hooks = Changing(change)
    with SyncFastClient(faults.url, interceptors=[hooks]) as client:
        response = client.post("/nowhere", json_data=[1], headers={"x-taken": "1"})
    assert response.json() == [1]
    assert hooks.seen == ["200 /echo"]
    (seen,) = faults.requests
    assert seen.headers["x-added"] == "1"
    assert not {"x-taken", "authorization"} & seen.headers.keys()


def with_fields(*fields: tuple[bytes, bytes]) -> Callable[[httpx.Request], None]:
    def change(request: httpx.Request) -> None:
        request.headers = httpx.Headers([*request.headers.raw, *fields])

    return change


def with_url(url: str) -> Callable[[httpx.Request], None]:
    def change(request: httpx.Request) -> None:
        request.url = httpx.URL(url)

    return change


BREAKING = {
    "line break": with_fields((b"x-key", b"cAnArY\r\nx-more: 1")),
    "name": with_fields((b"x cAnArY", b"1")),
    "not ASCII": with_fields((b"x-key", b"cAnArY \xe9")),
    "path": with_url("http://api.example/%2e%2e/x?token=cAnArY"),
}


@pytest.mark.parametrize("what", BREAKING)
def test_what_an_interceptor_breaks_is_refused(faults: FaultServer, what: str) -> None:
    notebook, hooks = Notebook(), [Changing(BREAKING[what])]
    with SyncFastClient(faults.url, interceptors=hooks, pool_config=ONE_PLACE) as client:
        for _ in range(2):  # the place has to come back
            with logged(notebook), pytest.raises(InvalidRequestError) as caught:
                client.get("/ok")
        assert "free=1" in client.pool
    for place in (str(caught.value), repr(caught.value), caught.value.__cause__):
        notebook.write("error", place)
    assert notebook.leaks == []
    assert faults.requests == []


@pytest.mark.parametrize(
    "path", ["/lost", "/closed", "/garbage", "/short", "/chunk-cut", "/black-hole", "/stalled"]
)
def test_errors_show_no_secret(faults: FaultServer, path: str) -> None:
    notebook = Notebook()
    limits = TimeoutConfig(read=0.1)
    headers = {"authorization": f"Bearer {CANARY}", "x-api-key": CANARY}
    with logged(notebook):
        with SyncFastClient(faults.url, headers=headers, timeout_config=limits) as client:
            with pytest.raises(Exception) as caught:  # whichever it is
                client.get(path, params={"token": CANARY}, cast_to=User)
            show_error(notebook, caught.value)
            show_client(notebook, client)
            notebook.write("transport", f"{client.fast!r} {client.pool} {vars(client.fast)}")
    assert faults.requests[0].headers["x-api-key"] == CANARY
    assert notebook.pages
    assert notebook.leaks == []
