"""No secret is shown: not in logs, errors, tracebacks, pickles or metrics, on no error path."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Literal, NamedTuple

import httpx
import pytest
import trustme
from loguru import logger

from sdkbase import (
    ApiKeyAuth,
    AsyncHttpClient,
    BasicAuth,
    BearerAuth,
    Bulkhead,
    CircuitBreaker,
    Hedging,
    LoggingInterceptor,
    PoolConfig,
    RateLimiter,
    RequestInterceptor,
    RequestOptions,
    RetryConfig,
    SdkError,
    SyncHttpClient,
    TimeoutConfig,
)
from sdkbase.testing import Answer, Cassette, MockApi, Recorder
from tests.faults.canary import (
    CANARY,
    Notebook,
    echoing_answer_of,
    logged,
    show_client,
    show_error,
)
from tests.faults.driver import in_thread, run_async
from tests.faults.server import FaultServer


class Credential(NamedTuple):
    """How a secret gets into a request: by settings of the client, or by arguments of the call."""

    settings: Callable[[], dict[str, Any]] = dict
    args: Callable[[], dict[str, Any]] = dict
    userinfo: bool = False


CREDENTIALS = {
    "bearer": Credential(lambda: {"auth": BearerAuth(CANARY)}),
    "bearer-function": Credential(lambda: {"auth": BearerAuth(lambda: CANARY)}),
    "basic": Credential(lambda: {"auth": BasicAuth("user", CANARY)}),
    "pair": Credential(lambda: {"auth": ("user", CANARY)}),
    "httpx-basic": Credential(lambda: {"auth": httpx.BasicAuth("user", CANARY)}),
    "api-key": Credential(lambda: {"auth": ApiKeyAuth(CANARY)}),
    "own-header": Credential(lambda: {"auth": ApiKeyAuth(CANARY, header="X-Acme")}),
    "client-header": Credential(lambda: {"headers": {"X-Api-Key": CANARY}}),
    "client-cookie": Credential(lambda: {"cookies": {"session": CANARY}}),
    "call-header": Credential(args=lambda: {"headers": {"X-Api-Key": CANARY}}),
    "call-option-header": Credential(
        args=lambda: {"options": RequestOptions(headers={"X-Api-Key": CANARY})}
    ),
    "call-param": Credential(args=lambda: {"params": {"api_key": CANARY}}),
    "call-option-query": Credential(
        args=lambda: {"options": RequestOptions(query={"access_token": CANARY})}
    ),
    "base-url": Credential(userinfo=True),
}

ECHOES = (
    *("echo-400", "echo-401", "echo-403", "echo-404", "echo-409", "echo-422", "echo-429"),
    *("echo-500", "echo-503", "echo-escaped", "echo-text", "echo-reason", "echo-id"),
    *("echo-location", "echo-cookie", "echo-garbage", "echo-short", "echo-html", "echo-cut"),
    "echo-enum",
)
FAULTS = (
    *("lost", "closed", "half-head", "garbage", "short", "chunk-cut", "gzip-cut", "two-lengths"),
    *("huge-header", "not-json", "wrong-type", "loop", "bad-location", "black-hole"),
    *("stalled", "503-long"),
)
Reply = list[Literal["fine"]]


class Broken(RequestInterceptor):
    """Raises where it is told to."""

    def __init__(self, where: str) -> None:
        self._where = where

    def before_request(self, request: httpx.Request) -> httpx.Request:
        if self._where == "before":
            raise KeyError("broken interceptor")
        return request

    def after_response(self, response: httpx.Response) -> httpx.Response:
        if self._where == "after":
            raise KeyError("broken interceptor")
        return response


def _settings(credential: Credential, **more: Any) -> dict[str, Any]:
    return {
        "timeout_config": TimeoutConfig(connect=0.05, read=0.03, pool=0.03),
        "retry_config": RetryConfig(max_retries=1, backoff_factor=0.0),
        "interceptors": [LoggingInterceptor("TRACE"), *more.pop("interceptors", [])],
        "trust_env": False,
        **credential.settings(),
        **more,
    }


def _user_code(colour: str, notebook: Notebook, settings: Any, call: Any) -> None:
    """Make one call as an application would; what it holds in its own frames is not secret."""
    if colour == "sync":
        _sync_user(notebook, settings, call)
    else:
        run_async(colour, lambda: _async_user(notebook, settings, call))


def _sync_user(notebook: Notebook, settings: Any, call: Any) -> None:
    try:
        client = SyncHttpClient(**settings())
    except SdkError as error:
        return _failed(notebook, error)
    with client:
        try:
            call(client)
        except Exception as error:
            _failed(notebook, error)
        show_client(notebook, client)


async def _async_user(notebook: Notebook, settings: Any, call: Any) -> None:
    try:
        client = AsyncHttpClient(**settings())
    except SdkError as error:
        return _failed(notebook, error)
    async with client:
        try:
            await call(client)
        except Exception as error:
            _failed(notebook, error)
        show_client(notebook, client)


def _failed(notebook: Notebook, error: Exception) -> None:
    logger.exception("the call failed")
    show_error(notebook, error)


def _get(url: str, credential: Credential) -> Callable[[Any], Any]:
    def call(client: Any) -> Any:
        return client.get(url, cast_to=Reply, **credential.args())

    return call


def _stream(url: str, credential: Credential, colour: str) -> Callable[[Any], Any]:
    def sync_call(client: SyncHttpClient) -> None:
        with client.stream("GET", url, **credential.args()) as response:
            response.read()

    async def async_call(client: AsyncHttpClient) -> None:
        async with client.stream("GET", url, **credential.args()) as response:
            await response.aread()

    return sync_call if colour == "sync" else async_call


def _closed(url: str, credential: Credential, colour: str) -> Callable[[Any], Any]:
    def sync_call(client: SyncHttpClient) -> None:
        client.close()
        client.get(url, **credential.args())

    async def async_call(client: AsyncHttpClient) -> None:
        await client.aclose()
        await client.get(url, **credential.args())

    return sync_call if colour == "sync" else async_call


def _twice(path: str, credential: Credential, colour: str) -> Callable[[Any], Any]:
    def sync_call(client: SyncHttpClient) -> None:
        with suppress(SdkError):
            client.get(path, **credential.args())
        client.get(path, **credential.args())

    async def async_call(client: AsyncHttpClient) -> None:
        with suppress(SdkError):
            await client.get(path, **credential.args())
        await client.get(path, **credential.args())

    return sync_call if colour == "sync" else async_call


class Hunt:
    """One credential over every error path, in one colour."""

    def __init__(self, colour: str, credential: Credential, base: str, refused: str) -> None:
        self._colour = colour
        self._credential = credential
        self._base = self._with_userinfo(base)
        self._refused = self._with_userinfo(refused)
        self._notebook = Notebook()
        self.leaks: dict[str, list[str]] = {}
        self.failures = 0

    def _with_userinfo(self, url: str) -> str:
        return (
            url.replace("://", f"://user:{CANARY.replace('/', '%2F')}@")
            if (self._credential.userinfo)
            else url
        )

    def go(self, name: str, call: Callable[[Any], Any], **more: Any) -> None:
        with logged(self._notebook):
            self._go(name, call, **more)

    def _go(self, name: str, call: Callable[[Any], Any], **more: Any) -> None:
        notebook = self._notebook
        notebook.pages.clear()
        more = {"base_url": self._base, **more}

        def settings() -> dict[str, Any]:
            return _settings(self._credential, **more)

        in_thread(lambda: _user_code(self._colour, notebook, settings, call))
        self.failures += any(place == "traceback" for place, _ in notebook.pages)
        if notebook.leaks:
            self.leaks[name] = sorted(set(notebook.leaks))

    def all_paths(self) -> None:
        # Once for all of them: that takes loguru as long as a path.
        with logged(self._notebook):
            self._all_paths()

    def _all_paths(self) -> None:
        get, colour = self._credential, self._colour
        for name in (*ECHOES, *FAULTS):
            self._go(name, _get(f"/{name}", get))
        for name in ("echo-short", "chunk-cut", "gzip-cut", "lost", "stalled", "echo-garbage"):
            self._go(f"stream {name}", _stream(f"/{name}", get, colour))
        self._go("deadline", _get("/loris", get), deadline=0.03)
        self._go("stream deadline", _stream("/drip", get, colour), deadline=0.03)
        self._go("refused", _get("/x", get), base_url=self._refused)
        self._go("no TLS there", _get("/x", get), base_url=self._base.replace("http:", "https:"))
        self._go("closed", _closed("/ok", get, colour))
        self._go("too many redirects", _get("/to-ok", get), max_redirects=0)
        self._go("too large", _get("/echo-400", get), max_response_bytes=9)
        self._go("too large stream", _stream("/ok", get, colour), max_response_bytes=9)
        self._go("hedged", _get("/lost", get), hedging=Hedging(delay=0.001))
        breaker = CircuitBreaker(consecutive_failures=1)
        self._go("circuit open", _twice("/lost", get, colour), circuit_breaker=breaker)
        limiter = RateLimiter(max_requests=1, time_window=3600)
        self._go("no turn", _twice("/ok", get, colour), rate_limiter=limiter, deadline=5)
        for where in ("before", "after"):
            self._go(f"broken {where}", _get("/ok", get), interceptors=[Broken(where)])
        self._go("bad path", _get("/a/../b", get))
        self._go("bad url", _get("http://host:99999/", get))


@pytest.fixture(autouse=True)
def no_other_sink() -> Iterator[None]:
    """Spare the time in which loguru's own handler would format everything once more."""
    logger.remove()
    yield
    logger.add(sys.stderr)


@pytest.fixture
def echo_server() -> Iterator[FaultServer]:
    with FaultServer(echoing_answer_of) as running:
        yield running


# Each takes a second, so those that differ in nothing but their source run in one colour only.
BOTH_COLOURS = {"bearer", "httpx-basic", "client-cookie", "call-header", "call-param"}
HUNTS = [("sync", name) for name in CREDENTIALS] + [("asyncio", name) for name in BOTH_COLOURS]


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize(("colour", "name"), sorted(HUNTS))
def test_no_error_path_shows_the_secret(
    echo_server: FaultServer, refused_url: str, colour: str, name: str
) -> None:
    hunt = Hunt(colour, CREDENTIALS[name], echo_server.url, refused_url)
    hunt.all_paths()
    assert hunt.failures >= 56
    assert hunt.leaks == {}


# --- secrets that make the request or the client itself wrong -------------------------------------


def _secret() -> str:
    return CANARY


def _bad() -> str:
    """Return a secret that no header can carry; a call, so that no name shows its value."""
    return f"{CANARY}\n!"


def _bad_call(**args: Any) -> Credential:
    return Credential(args=lambda: args)


WRONG_CALLS = {
    "header": _bad_call(headers={"X-Api-Key": _bad()}),
    "option header": _bad_call(options=RequestOptions(headers={"X-Api-Key": _bad()})),
    "header beside": _bad_call(headers={"X-Api-Key": CANARY, "x-bad": "\n"}),
    "two bodies": _bad_call(content=b"x", json_data={"token": CANARY}),
    "body": _bad_call(json_data={"password": CANARY, "n": object()}),
    "param": _bad_call(params={"api_key": CANARY, "n": object()}),
}


@pytest.mark.parametrize("colour", ["asyncio", "sync"])
@pytest.mark.parametrize("name", WRONG_CALLS)
def test_a_wrong_call_does_not_show_the_secret(
    echo_server: FaultServer, refused_url: str, colour: str, name: str
) -> None:
    hunt = Hunt(colour, WRONG_CALLS[name], echo_server.url, refused_url)
    hunt.go(name, _get("/ok", WRONG_CALLS[name]))
    assert hunt.failures == 1
    assert hunt.leaks == {}


WRONG_SETTINGS: dict[str, Callable[[], dict[str, Any]]] = {
    "bearer": lambda: {"auth": BearerAuth(_bad())},
    "api key": lambda: {"auth": ApiKeyAuth(_bad())},
    "bearer function": lambda: {"auth": BearerAuth(lambda: _bad())},
    "header": lambda: {"headers": {"X-Api-Key": _bad()}},
    "header beside": lambda: {"headers": {"X-Api-Key": _secret(), "x-bad": "\n"}},
    "base_url query": lambda: {"base_url": f"http://127.0.0.1/?api_key={_secret()}"},
    "base_url port": lambda: {"base_url": f"http://user:{_secret()[:6]}@127.0.0.1:99999"},
    "base_url space": lambda: {"base_url": f"http://user:{_secret()[:6]}@127.0.0.1/ x"},
    "proxy scheme": lambda: {"proxy": f"ftp://user:{_secret()[:6]}@127.0.0.1"},
    "proxy port": lambda: {"proxy": f"http://user:{_secret()[:6]}@127.0.0.1:999999"},
    "proxy refused": lambda: {"proxy": f"http://user:{_secret()[:6]}@127.0.0.1:1"},
    "auth object": lambda: {"auth": [_secret()]},
}


@pytest.mark.parametrize("name", WRONG_SETTINGS)
def test_a_wrong_setting_does_not_show_the_secret(echo_server: FaultServer, name: str) -> None:
    notebook = Notebook()
    credential = Credential(WRONG_SETTINGS[name])

    def settings() -> dict[str, Any]:
        return {"base_url": echo_server.url, **_settings(credential)}

    with logged(notebook):
        in_thread(lambda: _user_code("sync", notebook, settings, lambda client: client.get("/ok")))
    # What the application's own function shows of its arguments is not the library's.
    leaks = [leak for leak in notebook.leaks if "SyncHttpClient(**settings())" not in leak]
    assert any(place == "traceback" for place, _ in notebook.pages)
    assert leaks == []


def test_a_place_in_line_does_not_show_the_secret(server: FaultServer, refused_url: str) -> None:
    credential = CREDENTIALS["call-param"]
    hunt = Hunt("sync", credential, server.url, refused_url)

    def call(client: SyncHttpClient) -> None:
        with client.stream("GET", "/stalled", **credential.args()):
            client.get("/ok", **credential.args())

    hunt.go("pool", call, pool_config=PoolConfig(max_connections=1))
    assert hunt.failures == 1
    assert hunt.leaks == {}


def test_a_full_bulkhead_does_not_show_the_secret(server: FaultServer, refused_url: str) -> None:
    credential = CREDENTIALS["call-param"]
    hunt = Hunt("sync", credential, server.url, refused_url)

    def call(client: SyncHttpClient) -> None:
        with client.stream("GET", "/stalled", **credential.args()):
            client.get("/ok", **credential.args())

    hunt.go("bulkhead", call, bulkhead=Bulkhead(max_concurrent=1, max_queue=0))
    assert hunt.failures == 1
    assert hunt.leaks == {}


# --- the test kit -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(BOTH_COLOURS))
def test_no_recording_of_the_test_kit_shows_the_secret(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if name != "httpx-basic":  # the others cover nothing more
        request.getfixturevalue("uncovered")
    notebook, credential, api = Notebook(rich=True), CREDENTIALS[name], MockApi()
    echo = {"token": CANARY, "said": f"you are {CANARY}"}
    route = api.add("POST", "/echo", Answer(400, json=echo, headers={"set-cookie": CANARY}))
    file = tmp_path / "file"

    def settings(transport: Any) -> Callable[[], dict[str, Any]]:
        return lambda: _settings(credential, base_url=api.base_url, transport=transport)

    def known(client: SyncHttpClient) -> None:
        client.post("/echo", cast_to=Reply, json_data={"password": _secret()}, **credential.args())

    def unknown(client: SyncHttpClient) -> None:
        client.get("/nowhere", cast_to=Reply, **credential.args())

    with logged(notebook):
        for call in (known, unknown):
            _sync_user(notebook, settings(api), call)
        for transport in (Recorder(file, inner=api), Cassette):
            played = Cassette(file) if transport is Cassette else transport
            _sync_user(notebook, settings(played), known)
            notebook.write("kit", repr(played))
            if played is not transport:
                _sync_user(notebook, settings(played), known)
    for shown in (api, route, vars(api), vars(route), api.calls, file.read_text()):
        notebook.write("kit", repr(shown))
    for made in api.calls:
        notebook.write("kit", made.export())
    assert sum(place == "traceback" for place, _ in notebook.pages) == 5
    assert notebook.leaks == []


def test_a_refused_certificate_does_not_show_the_secret(refused_url: str) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with ExitStack() as stack:
        secure = stack.enter_context(FaultServer(echoing_answer_of, tls=context))
        for name in ("bearer", "call-param", "base-url"):
            hunt = Hunt("asyncio", CREDENTIALS[name], secure.url, refused_url)
            hunt.go("TLS", _get("/ok", CREDENTIALS[name]))
            assert hunt.failures == 1
            assert hunt.leaks == {}
