"""What would break a message or leave its path is refused before a socket opens (B19 to B21)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
import pytest

from sdkbase import (
    ApiKeyAuth,
    AsyncHttpClient,
    AsyncResource,
    BearerAuth,
    ConfigurationError,
    InvalidRequestError,
    RequestInterceptor,
    RequestOptions,
    SyncHttpClient,
    SyncResource,
)
from tests.faults.driver import in_thread, run_async
from tests.faults.server import FaultServer

# It repeats the same lines very often.
pytestmark = pytest.mark.usefixtures("uncovered")

BREAKS = ["a\r\nx-evil: 1", "a\nb", "a\rb", "a\x00b", "a\x1fb", "a\x7fb"]
HOSTS = ["https://evil.test/x", "//evil.test/x", "\\\\evil.test", "/\\evil.test", "http:/evil.test"]
DOTS = ["/..", "../x", "/%2e%2e/x", "/a/%2E./x", "/..%2fx", "/..\\x", "/a/..;/x", "/./x"]


class AsyncThings(AsyncResource[Any]):
    path = "/things"


class SyncThings(SyncResource[Any]):
    path = "/things"


def things(client: Any) -> Any:
    return AsyncThings(client) if isinstance(client, AsyncHttpClient) else SyncThings(client)


class Sets(RequestInterceptor):
    """Changes a request as it is told to."""

    def __init__(self, change: Callable[[httpx.Request], object]) -> None:
        self._change = change

    def before_request(self, request: httpx.Request) -> None:
        self._change(request)


def auth_flow(text: str) -> Callable[[httpx.Request], httpx.Request]:
    def sign(request: httpx.Request) -> httpx.Request:
        request.headers["x-signature"] = text
        return request

    return sign


def hooked(change: Callable[[httpx.Request, str], object]) -> Callable[[str], dict[str, Any]]:
    return lambda text: {"interceptors": [Sets(lambda request: change(request, text))]}


class Place(NamedTuple):
    """Where a text may stand: in a call, or in the settings of the client."""

    call: Callable[[Any, str], Any] = lambda client, text: client.get("/ok")
    settings: Callable[[str], dict[str, Any]] = lambda text: {}
    texts: list[str] = BREAKS


EVENTS: dict[str, Any] = {"cast_to": str, "reconnect": True}

PLACES: dict[str, Place] = {
    "method": Place(lambda c, text: c.request(text, "/ok")),
    "header name": Place(lambda c, text: c.get("/ok", headers={text: "1"})),
    "header value": Place(lambda c, text: c.get("/ok", headers={"x-a": text})),
    "header of options": Place(
        lambda c, text: c.get("/ok", options=RequestOptions(headers={"x-a": text}))
    ),
    "header of the client": Place(settings=lambda text: {"headers": {"x-a": text}}),
    "cookie of a call": Place(lambda c, text: c.get("/ok", headers={"cookie": f"a={text}"})),
    "cookie of the client": Place(settings=lambda text: {"cookies": {"a": text}}),
    "idempotency key": Place(
        lambda c, text: c.post("/ok", options=RequestOptions(idempotency_key=text))
    ),
    "Last-Event-ID": Place(
        lambda c, text: c.stream_events(
            "GET", "/ok", headers={"last-event-id": text}, **EVENTS
        ).collect()
    ),
    "path": Place(lambda c, text: c.get(f"/{text}")),
    "query in a URL": Place(lambda c, text: c.get(f"/ok?a={text}")),
    "argument of a path": Place(lambda c, text: things(c)._get("/{id}", text)),
    "argument of several segments": Place(lambda c, text: things(c)._get("/{+id}", text)),
    "template": Place(lambda c, text: things(c)._get(f"/{text}")),
    "URL of the server": Place(lambda c, text: things(c)._get(url=f"/{text}")),
    "host": Place(lambda c, text: c.get(f"http://{text}/")),
    "base_url": Place(settings=lambda text: {"base_url": f"http://h/{text}"}),
    "proxy": Place(settings=lambda text: {"proxy": f"http://{text}:1"}),
    "password of a proxy": Place(settings=lambda text: {"proxy": f"http://u:{text}@h:1"}),
    "content type of a file": Place(
        lambda c, text: c.post("/ok", files={"f": ("name", b"x", text)})
    ),
    "header of a file": Place(
        lambda c, text: c.post("/ok", files={"f": ("name", b"x", None, {"x-a": text})})
    ),
    "token": Place(settings=lambda text: {"auth": BearerAuth(text)}),
    "token of a function": Place(settings=lambda text: {"auth": BearerAuth(lambda: text)}),
    "key": Place(settings=lambda text: {"auth": ApiKeyAuth(text)}),
    "key in a cookie": Place(settings=lambda text: {"auth": ApiKeyAuth(text, cookie="a")}),
    "header of an auth flow": Place(settings=lambda text: {"auth": auth_flow(text)}),
    "header of an interceptor": Place(
        settings=hooked(lambda request, text: request.headers.update({"x-a": text}))
    ),
    "header name of an interceptor": Place(
        settings=hooked(lambda request, text: request.headers.update({text: "1"}))
    ),
    "method of an interceptor": Place(
        settings=hooked(lambda request, text: setattr(request, "method", text))
    ),
    # B19, B20: a path stays below the base URL, and below its resource.
    "path out of the base": Place(lambda c, text: c.get(text), texts=[*HOSTS[1:], *DOTS]),
    "template out of the base": Place(
        lambda c, text: things(c)._get(text), texts=[*HOSTS, *DOTS, "/a//evil.test"]
    ),
    "path of a class": Place(
        lambda c, text: things(c).__class__.__class__(
            "Bad", (type(things(c)),), {"path": text, "__module__": __name__}
        ),
        texts=[*HOSTS, *DOTS],
    ),
    "segments out of the path": Place(
        lambda c, text: things(c)._get("/{+id}", text), texts=[*DOTS, "", "/"]
    ),
    "argument that is no segment": Place(
        lambda c, text: things(c)._get("/{id}", text), texts=["", ".", ".."]
    ),
}


def attempt(colour: str, place: Place, text: str, base_url: str) -> None:
    """Make a client and a call with *text* in a place; raise what that raises."""

    def settings() -> dict[str, Any]:
        return {"base_url": base_url, "trust_env": False, **place.settings(text)}

    async def in_loop() -> None:
        async with AsyncHttpClient(**settings()) as client:
            result = place.call(client, text)
            if inspect.isawaitable(result):
                await result

    def without_loop() -> None:
        with SyncHttpClient(**settings()) as client:
            place.call(client, text)

    in_thread(without_loop if colour == "sync" else lambda: run_async(colour, in_loop))


def problem(colour: str, name: str, text: str, base_url: str) -> str | None:
    try:
        attempt(colour, PLACES[name], text, base_url)
    except (InvalidRequestError, ConfigurationError) as error:
        return "is shown as it is" if text in BREAKS and text in str(error) else None
    except Exception as error:
        return repr(error)
    return "was not refused"


def test_no_socket_opens_for_what_can_not_be_sent(
    server: FaultServer, colour: str, backend: str
) -> None:
    problems = {
        f"{name}: {text!r}": found
        for name, place in PLACES.items()
        # The proxy of a client that is handed in is its own, and so are its errors.
        if not (backend == "httpx2" and "proxy" in name)
        for text in place.texts
        if (found := problem(colour, name, text, server.url))
    }
    assert problems == {}
    assert server.accepted == 0
    attempt(colour, Place(), "", server.url)
    assert server.accepted == 1


@pytest.mark.parametrize("text", [*BREAKS, *HOSTS, *DOTS, "?a=1#b"])
def test_what_can_be_escaped_arrives_as_it_was(server: FaultServer, text: str) -> None:
    place = Place(lambda client, _: client.post("/ok", params={text: text}, files={text: b"x"}))
    attempt("sync", place, text, server.url)
    (sent,) = server.requests
    assert list(httpx.URL(f"http://h{sent.target}").params.items()) == [(text, text)]
    head = sent.body.partition(b"\r\n\r\n")[0].decode()
    assert len(head.split("\r\n")) == 3, "one boundary and two fields"
    assert not set("\r\n\x00\x1f").intersection(head.replace("\r\n", ""))
