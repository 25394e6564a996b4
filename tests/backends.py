"""
The transports that tests run on: httpx, reqwest, the fast one, and a client of httpx2 handed in.

A test that sends over a real socket by a client's default transport runs on them: the fixture
`backend` exchanges what a client makes when it is given no transport. Such a test is known by the
fixture that gives it a server, or by the mark `wire`; one that is not known fails, and so does one
that runs on a transport and sends nothing through it. The fast transport has no trio, so no test
runs with both. Tests of faults run on all three; the others, which ask what sdkbase makes of an
answer, on the two transports that it has of its own.
"""

from __future__ import annotations

import runpy
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import trustme

import sdkbase._async.transport_choice as async_choice
import sdkbase._sync.transport_choice as sync_choice
from tests.backend_differences import NOT_ON

ROOT = Path(__file__).parents[1]
FOLDERS = tuple(ROOT / "tests" / name for name in ("_async", "_sync", "faults", "servers"))
#: Those of them in which the wire is the point: tests run on all backends.
WIRE_FOLDERS = FOLDERS[2:]
COLOURS = {
    "httpx": ("asyncio", "trio", "sync"),
    "reqwest": ("asyncio", "sync"),
    "httpx2": ("asyncio", "trio", "sync"),
}
#: Fixtures that give a test a server, a proxy, or a port on which there is none.
WIRE_FIXTURES = {"api", "echo_server", "h2_server", "peers", "proxy", "secure", "server", "tokens"}
WIRE_FIXTURES |= {"haproxy", "httpbin", "nginx", "oauth2", "refused_url"}

Trust = ssl.SSLContext | str
_PLACES = {
    "httpx": ("sdkbase.{}.httpx_transport", "HttpxTransport"),
    "reqwest": ("sdkbase.{}.reqwest_transport", "ReqwestTransport"),
    "httpx2": ("tests.httpx2_backend", "Httpx2Transport"),
}
_used: set[str] = set()


def backends_of(test: pytest.Item, fixtures: list[str]) -> list[Any]:
    """Return what a test runs on; nothing if that is the default transport alone."""
    is_wire = test.get_closest_marker("wire") or WIRE_FIXTURES.intersection(fixtures)
    if not is_wire or not is_of_clients(test):
        return []
    others = [backend for backend in NOT_ON if runs_on(test, backend)]
    return [pytest.param("httpx", id=pytest.HIDDEN_PARAM), *others] if others else []


def is_of_clients(test: pytest.Item) -> bool:
    """Tell whether a test is one of the folders in which tests run on several."""
    return any(test.path.is_relative_to(folder) for folder in FOLDERS)


def runs_on(test: pytest.Item, backend: str) -> bool:
    """Tell whether a test on the wire runs on *backend*, which is not the default one."""
    is_near = any(test.path.is_relative_to(folder) for folder in WIRE_FOLDERS)
    is_far = backend == "httpx2" and not is_near
    return not (is_far or is_left_out(test, backend))


def is_left_out(test: pytest.Item, backend: str) -> bool:
    """Tell whether the table of exceptions of *backend* names a test or its file."""
    file = test.path.relative_to(ROOT).as_posix()
    name = getattr(test, "originalname", test.name)
    files = {file, file.replace("/_sync/", "/_async/")}
    return bool(NOT_ON[backend].keys() & {*files, *(f"{each}::{name}" for each in files)})


def is_httpx_only(test: pytest.Item) -> bool:
    """Tell whether a test on the wire runs on the default transport alone."""
    return not any(runs_on(test, backend) for backend in NOT_ON)


def is_possible(test: pytest.Item) -> bool:
    """Tell whether the transport of a test has the event loop that the test runs on."""
    given = test.callspec.params if isinstance(test, pytest.Function) and has_params(test) else {}
    loops = {given.get("anyio_backend"), given.get("colour")}
    return not (given.get("backend") == "reqwest" and "trio" in loops)


def has_params(test: pytest.Function) -> bool:
    """Tell whether a test is one of several of its function."""
    return hasattr(test, "callspec")


def trust_in(authority: trustme.CA, backend: str, folder: Path) -> Trust:
    """Return what `verify=` of a transport takes, so that it trusts *authority*."""
    if backend != "reqwest":
        context = ssl.create_default_context()
        authority.configure_trust(context)
        return context
    file = folder / "trusted.pem"
    authority.cert_pem.write_to_path(file)
    return str(file)


@contextmanager
def default_transport(backend: str) -> Iterator[set[str]]:
    """Let clients of both colours send by *backend*; yield the names of those that were used."""
    before = (
        vars(async_choice)["AsyncHttpxTransport"],
        vars(sync_choice)["SyncHttpxTransport"],
    )
    _used.clear()
    use(backend)
    try:
        yield _used
    finally:
        _exchange(*before)


def use(backend: str) -> None:
    """Let clients of both colours send by *backend* from now on; for a process of its own."""
    _exchange(*_transports(backend))


def _exchange(of_async: Any, of_sync: Any) -> None:
    vars(async_choice)["AsyncHttpxTransport"] = of_async
    vars(sync_choice)["SyncHttpxTransport"] = of_sync


@cache
def _transports(backend: str) -> tuple[Any, Any]:
    module, name = _PLACES[backend]
    of_async, of_sync = (import_module(module.format(folder)) for folder in ("_async", "_sync"))
    return (
        _noted(getattr(of_async, f"Async{name}"), backend),
        _noted(getattr(of_sync, f"Sync{name}"), backend),
    )


def _noted(transport: Any, backend: str) -> Any:
    """Return the same class, but its *send* notes that it was called."""
    send: Callable[..., Any] = transport.send

    def noted(*args: Any, **settings: Any) -> Any:
        _used.add(backend)
        return send(*args, **settings)

    return type(transport.__name__, (transport,), {"send": noted})


def command_on(backend: str, *arguments: str) -> list[str]:
    """Return the command that runs Python with these *arguments*, and clients by *backend*."""
    _used.add(backend)  # seen in the other process, not here
    return [sys.executable, "-m", "tests.backends", backend, *arguments]


def _main(backend: str, kind: str, what: str, *arguments: str) -> None:
    use(backend)
    sys.argv[1:] = arguments
    if kind == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        exec(compile(what, "<command>", "exec"), {"__name__": "__main__"})
    assert _used == {backend}, f"nothing was sent by {backend}"


if __name__ == "__main__":
    _main(*sys.argv[1:])
