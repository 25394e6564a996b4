"""No credential leaves for another origin: every way to get there, every kind of credential."""

from __future__ import annotations

import inspect
import json
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import httpx
import pytest
import trustme

from sdkbase import (
    ApiKeyAuth,
    AsyncHttpClient,
    AsyncResource,
    BasicAuth,
    BearerAuth,
    InvalidRequestError,
    LinkHeaderPagination,
    NextUrlPagination,
    OAuth2ClientCredentials,
    OAuth2RefreshToken,
    PaginationError,
    RedirectError,
    RequestInterceptor,
    RequestOptions,
    RetryConfig,
    StatusError,
    SyncHttpClient,
    SyncResource,
)
from tests.backends import trust_in
from tests.faults.answers import USER, response
from tests.faults.canary import CANARY, TRACES
from tests.faults.driver import in_thread, run_async
from tests.faults.server import Answer, Connection, FaultServer, Request

# It repeats the same lines very often.
pytestmark = pytest.mark.usefixtures("uncovered")

EVENT = b"id: 7\ndata: 1\n\n"
CUT_EVENTS = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 999\r\n\r\n" + EVENT
)
CUT_FILE = (
    b'HTTP/1.1 200 OK\r\netag: "1"\r\naccept-ranges: bytes\r\ncontent-length: 24\r\n\r\n' + USER[:9]
)


class Home:
    """The API: it sends its clients where `location` says."""

    def __init__(self) -> None:
        self.location = ""
        self._begun: set[str] = set()

    def answer_of(self, name: str) -> Answer:
        async def answer(_server: FaultServer, connection: Connection, request: Request) -> None:
            await connection.send(self._bytes(name.removeprefix("v1/")))
            if request.path.endswith(("/events", "/file")):
                connection.close()

        return answer

    def _bytes(self, name: str) -> bytes:
        kind, _, status = name.partition("/")
        away = f"location: {self.location}"
        if kind == "moved":
            return response(b"", int(status or 302), away)
        if kind == "page":
            link = f'link: <{self.location}>; rel="next"'
            body = {"items": [{"id": 1}], "next": self.location}
            return response(json.dumps(body).encode(), 200, link)
        if kind == "token":
            return response(b'{"access_token": "%s", "expires_in": 999}' % CANARY.encode())
        if kind in ("events", "file") and kind not in self._begun:
            self._begun.add(kind)
            return CUT_EVENTS if kind == "events" else CUT_FILE
        return response(b"", 307, away) if kind in ("events", "file") else response()

    def reset(self) -> None:
        """Forget what was begun."""
        self._begun.clear()


def foreign(_name: str) -> Answer:
    """Answer anything that comes to the other origin."""

    async def answer(_server: FaultServer, connection: Connection, request: Request) -> None:
        if request.headers.get("accept") == "text/event-stream":
            await connection.send(b"HTTP/1.1 204 No Content\r\n\r\n")  # there is nothing more
        else:
            await connection.send(response(b'{"items": [{"id": 2}]}'))

    return answer


class Border(NamedTuple):
    """Two servers that are strangers to each other."""

    home: FaultServer
    away: FaultServer
    host: Home
    folder: Path

    def placed(self, text: str) -> str:
        """Fill the addresses in."""
        return (
            text.replace("{away}", f"127.0.0.1:{self.away.port}")
            .replace("{home}", f"127.0.0.1:{self.home.port}")
            .replace("{port}", str(self.away.port))
        )


@pytest.fixture
def peers(tmp_path: Path) -> Iterator[Border]:
    host = Home()
    with FaultServer(host.answer_of) as home, FaultServer(foreign) as away:
        yield Border(home, away, host, tmp_path)
    assert home.errors == away.errors == []


class Signs(RequestInterceptor):
    """Adds a credential to whatever is sent."""

    def before_request(self, request: httpx.Request) -> None:
        request.headers["x-hook-token"] = CANARY
        request.headers["x-tenant"] = CANARY


def signed(request: httpx.Request) -> httpx.Request:
    request.headers["x-signature"] = CANARY
    return request


ALL: dict[str, Any] = {
    "auth": BearerAuth(CANARY),
    "headers": {"X-Api-Key": CANARY, "X-Tenant": CANARY, "User-Agent": CANARY},
    "cookies": {"sid": CANARY},
    "interceptors": [Signs()],
}
KINDS: dict[str, Callable[[str], dict[str, Any]]] = {
    "basic": lambda _: {"auth": BasicAuth("user", CANARY)},
    "pair": lambda _: {"auth": ("user", CANARY)},
    "httpx": lambda _: {"auth": httpx.BasicAuth("user", CANARY)},
    "function": lambda _: {"auth": signed},
    "key in a header": lambda _: {"auth": ApiKeyAuth(CANARY, header="X-Own")},
    "key in the query": lambda _: {"auth": ApiKeyAuth(CANARY, query="q")},
    "key in a cookie": lambda _: {"auth": ApiKeyAuth(CANARY, cookie="c")},
    "grant": lambda url: {"auth": OAuth2ClientCredentials(f"{url}/token", "user", CANARY)},
    "refreshed": lambda url: {"auth": OAuth2RefreshToken(f"{url}/token", CANARY, "user")},
}


class AsyncRows(AsyncResource[Any]):
    path = "/page"


class SyncRows(SyncResource[Any]):
    path = "/page"


def rows(client: Any) -> Any:
    return AsyncRows(client) if isinstance(client, AsyncHttpClient) else SyncRows(client)


Way: TypeAlias = Callable[[Any, Border], Any]


class Row(NamedTuple):
    """A way to another origin."""

    way: Way
    location: str = "http://{away}/landed"
    refused: type[Exception] | None = None


def moved(status: int = 302, method: str = "GET", **args: Any) -> Way:
    args = {"headers": {"x-own": CANARY, "cookie": f"a={CANARY}"}, **args}
    args["params"] = {"api_key": CANARY}
    return lambda client, _: client.request(method, f"/moved/{status}", **args)


def option_auth(client: Any, _: Border) -> Any:
    options = RequestOptions(auth=BearerAuth(CANARY), headers={"x-own": CANARY})
    return client.get("/moved/302", options=options)


def absolute(url: str, **args: Any) -> Way:
    return lambda client, border: client.get(border.placed(url) if border else url, **args)


def pages(kind: Any, **more: Any) -> Way:
    given = {"next_url": "next"} if kind is NextUrlPagination else {}
    paging = kind(items="items", **given, **more)
    return lambda client, _: rows(client)._paginate("", paging, cast_to=dict[str, int]).collect()


def server_given(**more: Any) -> Way:
    return lambda client, border: rows(client)._get(url=border.host.location, cast_to=Any, **more)


def events(path: str) -> Way:
    return lambda client, border: client.stream_events(
        "GET", border.placed(path), cast_to=int, reconnect=True
    ).collect()


def download(path: str) -> Way:
    return lambda client, border: client.download(border.placed(path), border.folder / "file")


AWAY = "http://{away}/landed"
ROWS: dict[str, Row] = {
    **{f"redirect {status}": Row(moved(status)) for status in (301, 302, 303, 307, 308)},
    "redirect of a POST": Row(moved(307, "POST", json_data={"a": 1})),
    "redirect of HEAD": Row(moved(302, "HEAD")),
    "redirect, credentials of the call's options": Row(option_auth),
    "no scheme": Row(moved(), "//{away}/landed"),
    "scheme in capitals": Row(moved(), "HTTP://{away}/landed"),
    "another name of the host": Row(moved(), "http://localhost:{port}/landed"),
    "the same port of another name": Row(moved(), "http://LOCALHOST:{port}"),
    "home as user": Row(moved(), "http://{home}@{away}/landed"),
    "a user of the server's": Row(moved(), "http://user:word@{away}/landed"),
    "query and fragment": Row(moved(), "http://{away}?a=http://{home}/#{home}"),
    "one slash": Row(moved(), "http:/{away}/landed", RedirectError),
    "no slash": Row(moved(), "http:{away}/landed", RedirectError),
    "backslashes": Row(moved(), "\\\\{away}\\landed", RedirectError),
    "no host": Row(moved(), "http:///{away}", RedirectError),
    "another protocol": Row(moved(), "ftp://{away}/landed", RedirectError),
    "absolute URL": Row(absolute(AWAY)),
    "absolute httpx.URL": Row(lambda client, b: client.get(httpx.URL(b.placed(AWAY)))),
    "absolute URL that is redirected": Row(absolute("http://localhost:{port}/landed")),
    "absolute URL with auth": Row(
        absolute(AWAY, options=RequestOptions(auth=BearerAuth(CANARY))), refused=InvalidRequestError
    ),
    "Link header": Row(pages(LinkHeaderPagination), refused=PaginationError),
    "Link header, allowed": Row(pages(LinkHeaderPagination, allow_other_origin=True)),
    "next URL": Row(pages(NextUrlPagination), refused=PaginationError),
    "next URL, allowed": Row(pages(NextUrlPagination, allow_other_origin=True)),
    "next URL without scheme": Row(pages(NextUrlPagination), "//{away}/x", PaginationError),
    "next URL with a user": Row(pages(NextUrlPagination), "http://{home}@{away}/", PaginationError),
    "URL of the server": Row(server_given(), refused=InvalidRequestError),
    "URL of the server, allowed": Row(server_given(allow_other_origin=True)),
    "URL of the server without scheme": Row(server_given(), "//{away}/", InvalidRequestError),
    "URL of the server, one slash": Row(server_given(), "http:/{away}/", InvalidRequestError),
    "events": Row(events("/moved/302")),
    "events, opened again": Row(events("/events")),
    "events of an absolute URL": Row(events(AWAY)),
    "download": Row(download("/moved/302")),
    "download, taken up again": Row(download("/file")),
    "download of an absolute URL": Row(download(AWAY)),
}
ACROSS = {"redirect": Row(moved(307)), "absolute URL": Row(absolute(AWAY))}


def leaks_of(server: FaultServer) -> list[str]:
    """Return what a stranger was told of who asks."""
    return [
        f"{request.method} {request.target} {request.headers}"
        for request in server.requests
        if any(trace in f"{request.target}{request.headers}{request.body!r}" for trace in TRACES)
        or {"authorization", "cookie", "last-event-id", "x-own"} & request.headers.keys()
    ]


def call(colour: str, base_url: str, settings: dict[str, Any], way: Way, border: Any) -> None:
    """Go a way with a client of a colour; raise what it raises."""
    settings = {
        "retry_config": RetryConfig(max_retries=2, backoff_factor=0),
        "trust_env": False,
        **settings,
    }

    async def in_loop() -> None:
        async with AsyncHttpClient(base_url, **settings) as client:
            result = way(client, border)
            if inspect.isawaitable(result):
                await result

    def without_loop() -> None:
        with SyncHttpClient(base_url, **settings) as client:
            way(client, border)

    in_thread(without_loop if colour == "sync" else lambda: run_async(colour, in_loop))


def check(border: Border, colour: str, name: str, row: Row, settings: dict[str, Any]) -> None:
    """Go one way, and look at what came to either server."""
    for seen in (border.home.requests, border.away.requests):
        seen.clear()
    border.host.reset()
    border.host.location = border.placed(row.location)
    args = (colour, f"{border.home.url}/v1", settings, row.way, border)
    if row.refused is None:
        call(*args)
    else:
        with pytest.raises(row.refused):
            call(*args)
    assert bool(border.away.requests) is (row.refused is None), "it went another way"
    assert leaks_of(border.away) == []
    asks_home = not ("absolute" in name or "URL of the server" in name)
    assert bool(leaks_of(border.home)) is asks_home, "home got no credentials either"


def failures(rows: dict[str, tuple[Row, dict[str, Any]]], border: Border, colour: str) -> list[str]:
    """Go all the ways, one after the other: servers of its own for each would take a minute."""
    failed: list[str] = []
    for name, (row, settings) in rows.items():
        try:
            check(border, colour, name, row, settings)
        except (Exception, pytest.fail.Exception) as error:
            failed.append(f"{name}: {type(error).__name__}: {error}")
    return failed


def test_no_way_leads_a_credential_to_another_origin(peers: Border, colour: str) -> None:
    assert len(ROWS) >= 30
    assert failures({name: (row, ALL) for name, row in ROWS.items()}, peers, colour) == []


def test_no_kind_of_credential_goes_to_another_origin(peers: Border, colour: str) -> None:
    rows = {
        f"{kind}, {way}": (row, settings(peers.home.url))
        for kind, settings in KINDS.items()
        for way, row in ACROSS.items()
    }
    assert failures(rows, peers, colour) == []


@pytest.mark.parametrize("make", [KINDS["grant"], KINDS["refreshed"]])
def test_a_token_endpoint_that_moves_gets_nothing(peers: Border, colour: str, make: Any) -> None:
    peers.host.location = peers.placed(AWAY)
    settings = make(f"{peers.home.url}/moved/307?")
    with pytest.raises(StatusError, match="-> 307"):
        call(colour, peers.home.url, settings, lambda client, _: client.get("/ok"), peers)
    assert peers.away.requests == []


@pytest.mark.parametrize("way", [moved(), lambda client, _: client.get("http://away.test/x")])
def test_a_client_handed_in_keeps_its_own_at_home(way: Any) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        location = {"location": "http://away.test/x"} if request.url.host == "home.test" else {}
        return httpx.Response(302 if location else 200, headers=location)

    with httpx.Client(
        transport=httpx.MockTransport(answer),
        auth=("user", CANARY),
        headers={"x-api-key": CANARY},
        cookies={"sid": CANARY},
        params={"key": CANARY},
    ) as own:
        way(SyncHttpClient("http://home.test", http_client=own), None)
    away = seen[-1]
    assert away.url == "http://away.test/x"
    assert not any(trace in str(away.headers.raw) for trace in TRACES)
    assert "cookie" not in away.headers


def test_https_never_becomes_http(
    server: FaultServer, backend: str, colour: str, tmp_path: Path
) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    settings = {**ALL, "verify": trust_in(authority, backend, tmp_path)}
    host = Home()
    with FaultServer(host.answer_of, tls=context) as home:
        border = Border(home, server, host, tmp_path)
        host.location = border.placed(AWAY)
        for way in (moved(), moved(307, "POST"), download("/file"), events("/events")):
            with pytest.raises(RedirectError, match="from https to http"):
                call(colour, home.url, settings, way, border)
        for way in (server_given(allow_other_origin=True), pages(NextUrlPagination)):
            with pytest.raises((InvalidRequestError, PaginationError)):
                call(colour, home.url, settings, way, border)
    assert server.requests == []


# --- names: a proxy stands for all of them ------------------------------------------------------

NAMES = {
    "subdomain": ("api.test", "www.api.test"),
    "parent domain": ("api.test", "test"),
    "name that ends in it": ("api.test", "evil-api.test"),
    "name that begins with it": ("api.test", "api.test.evil.test"),
    "other port": ("api.test", "api.test:8080"),
    "no default port": ("api.test:8080", "api.test"),
    "port of https": ("api.test", "api.test:443"),
    "trailing dot": ("api.test", "api.test."),
    "look-alike": ("api.test", "аpi.test"),
    "international": ("bücher.test", "bucher.test"),
}
SAME = {
    "capitals": ("api.test", "API.test"),
    "default port": ("api.test", "api.test:80"),
    "default port at home": ("api.test:80", "api.test"),
    "punycode": ("bücher.test", "xn--bcher-kva.test"),
    "punycode at home": ("xn--bcher-kva.test", "BÜCHER.test"),
}


def test_an_origin_is_scheme_host_and_port(colour: str, proxy: FaultServer) -> None:
    carried = {}
    for name, (home, there) in {**NAMES, **SAME}.items():
        proxy.requests.clear()
        host = httpx.URL(f"http://{there}").netloc.decode()
        location: dict[str, Any] = {"headers": {"x-location": f"http://{host}/landed"}}
        ways: list[Way] = [moved(**location), absolute(f"http://{there}/landed")]
        for way in ways:
            call(colour, f"http://{home}", {**ALL, "proxy": proxy.url}, way, None)
        landed = [request for request in proxy.requests if request.path.endswith("/landed")]
        carried[name] = [CANARY in str(request.headers) for request in landed]
    assert carried == {name: [name in SAME] * 2 for name in carried}


@pytest.fixture
def proxy() -> Iterator[FaultServer]:
    def answer_of(name: str) -> Answer:
        async def answer(_server: FaultServer, connection: Connection, request: Request) -> None:
            if "/moved" in name:
                away = f"location: {request.headers['x-location']}"
                await connection.send(response(b"", 302, away))
            else:
                await connection.send(response())

        return answer

    with FaultServer(answer_of) as running:
        yield running
