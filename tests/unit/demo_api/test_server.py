"""The server itself: life cycle, keep-alive, HTTP/1.1 framing, concurrency."""

import gc
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest

from demo_api import DemoApi
from demo_api.router import Router
from demo_api.wire import Request, Response

CLOSE = b"Host: x\r\nConnection: close\r\n"


def raw(api: DemoApi, sent: bytes) -> bytes:
    """Send bytes and read until the server closes."""
    with socket.create_connection(("127.0.0.1", api.port), timeout=5) as sock:
        sock.sendall(sent)
        sock.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: sock.recv(65536), b""))


def test_requests_are_recorded_until_reset(api: DemoApi, client: httpx.Client) -> None:
    client.post("/users?x=1", json={})
    client.get("/nowhere")
    assert api.requests == [("POST", "/users"), ("GET", "/nowhere")]
    api.reset()
    assert api.requests == []


def test_reset_brings_back_the_seed_data(api: DemoApi, client: httpx.Client) -> None:
    client.delete("/users/7")
    api.reset()
    assert client.get("/users/7").status_code == 200


def test_unknown_route_is_404(client: httpx.Client) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_wrong_method_is_405(client: httpx.Client) -> None:
    response = client.put("/users")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, POST"


def test_head_is_get_without_the_body(client: httpx.Client) -> None:
    head, get = client.head("/users/7"), client.get("/users/7")
    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]


def test_one_connection_serves_many_requests(api: DemoApi) -> None:
    one = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = raw(api, one * 3)
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert b"X-Request-Id" in answer


@pytest.mark.parametrize("head", [b"GET /health HTTP/1.0\r\n", b"GET /health HTTP/1.1\r\n" + CLOSE])
def test_a_connection_ends_when_asked(api: DemoApi, head: bytes) -> None:
    assert b"\r\nConnection: close\r\n" in raw(api, head + b"\r\n")


def test_a_chunked_body_is_read(client: httpx.Client) -> None:
    def parts() -> Iterator[bytes]:
        yield from (b"one ", b"two")

    assert client.post("/echo", content=parts()).json()["body"] == "one two"


def test_expect_continue_is_answered(api: DemoApi) -> None:
    head = b"POST /echo HTTP/1.1\r\n" + CLOSE + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    assert raw(api, head + b"hi").startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


def test_an_absolute_target_is_served(api: DemoApi) -> None:
    answer = raw(api, b"GET http://host/health?a=1 HTTP/1.1\r\n" + CLOSE + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET http://[ HTTP/1.1\r\n" + CLOSE + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", 431),
    ],
)
def test_bad_framing_is_refused(api: DemoApi, sent: bytes, status: int) -> None:
    answer = raw(api, sent)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert b"\r\nConnection: close\r\n" in answer


def test_a_peer_that_goes_away_does_no_harm(api: DemoApi, client: httpx.Client) -> None:
    assert raw(api, b"GET / HT") == b""
    assert raw(api, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab") == b""
    assert client.get("/health").status_code == 200


def test_many_connections_at_once(api: DemoApi) -> None:
    together = threading.Barrier(100)

    def visit(number: int) -> int:
        with httpx.Client(base_url=api.base_url, trust_env=False) as client:
            client.get("/health")
            together.wait(30)
            return int(client.get(f"/echo?n={number}").json()["query"]["n"][0])

    with ThreadPoolExecutor(100) as pool:
        assert list(pool.map(visit, range(100))) == list(range(100))


def test_a_defect_is_a_500(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> Response:
        raise ZeroDivisionError

    monkeypatch.setattr(Router, "dispatch", fail)
    assert client.get("/health").status_code == 500


def test_stopping_ends_open_connections_and_the_thread() -> None:
    before = set(threading.enumerate())
    with DemoApi() as api:
        idle = socket.create_connection(("127.0.0.1", api.port), timeout=5)
        busy = socket.create_connection(("127.0.0.1", api.port), timeout=5)
        busy.sendall(b"GET /slow?seconds=10 HTTP/1.1\r\nHost: x\r\n\r\n")
        stuck = socket.create_connection(("127.0.0.1", api.port), timeout=5)
        stuck.sendall(b"GET /bytes/16000000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        httpx.get(f"{api.base_url}/health")
    assert set(threading.enumerate()) <= before
    for sock in (idle, busy, stuck):
        sock.close()


def test_a_connection_that_comes_at_the_last_moment_is_closed() -> None:
    # asyncio alone loses the socket of some of them: a ResourceWarning when it is collected.
    for _ in range(20):
        with DemoApi() as api:
            late = [socket.create_connection(("127.0.0.1", api.port), 5) for _ in range(3)]
        for sock in late:
            with sock, suppress(ConnectionError):
                assert sock.recv(1) == b""
    gc.collect()


def test_it_can_be_entered_again_but_not_twice() -> None:
    api = DemoApi()
    for _ in range(2):
        with api:
            assert httpx.get(f"{api.base_url}/health").status_code == 200
            with pytest.raises(RuntimeError, match="already serving"):
                api.__enter__()


def test_a_port_that_is_taken_is_an_os_error(api: DemoApi) -> None:
    with pytest.raises(OSError, match="address"), DemoApi(port=api.port):
        raise AssertionError("not reached")


def test_connection_header_may_be_a_list() -> None:
    request = Request("GET", "/", "HTTP/1.1", [("connection", "Upgrade, Close")])
    assert not request.keeps_alive()
