"""A secret to look for, the servers that echo it, and all the places where it could be shown."""

from __future__ import annotations

import base64
import copy
import json
import logging
import pickle
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from typing import Any
from urllib.parse import unquote

from loguru import logger
from rich.console import Console
from rich.traceback import Traceback

from sdkbase import RedactingFilter
from tests.faults.answers import answer_of, response
from tests.faults.server import Answer, Connection, FaultServer, Request

CANARY = "cAnArY-7f3a/9+Zq"
USER_PAIR = base64.b64encode(f"user:{CANARY}".encode()).decode()
# What of it must not be found: the part that every encoding leaves as it is, and the pair.
TRACES = ("cAnArY", USER_PAIR)


class Notebook:
    """Collects what is shown, place by place."""

    def __init__(self, *, rich: bool = False) -> None:
        self.rich = rich  # drawing takes longer than all the rest
        self.pages: list[tuple[str, str]] = []

    def write(self, place: str, shown: object) -> None:
        text = shown.decode("latin-1") if isinstance(shown, bytes) else str(shown)
        self.pages.append((place, text))

    @property
    def leaks(self) -> list[str]:
        return [
            f"{place}: {_around(text, trace)}"
            for place, text in self.pages
            for trace in TRACES
            if trace in text
        ]


def _around(text: str, trace: str) -> str:
    found = text.index(trace)
    return text[max(0, found - 120) : found + 30].replace("\n", " ⏎ ")


@contextmanager
def logged(notebook: Notebook) -> Iterator[None]:
    """
    Log all that loguru can: every level, with backtraces and with local variables.

    The standard library's root logger takes everything too, by a handler that has the filter.
    """
    sink = logger.add(
        lambda message: notebook.write("log", f"{message} {message.record['extra']}"),
        level="TRACE",
        diagnose=True,
        backtrace=True,
        format="{level} {name} {message} {extra}\n{exception}",
    )
    root, handler = logging.getLogger(), _Page(notebook)
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.setLevel(before)
        root.removeHandler(handler)
        logger.remove(sink)


class _Page(logging.Handler):
    """Writes what the libraries and asyncio log by themselves."""

    def __init__(self, notebook: Notebook) -> None:
        super().__init__()
        self._notebook = notebook
        self.addFilter(RedactingFilter())

    def emit(self, record: logging.LogRecord) -> None:
        self._notebook.write("logging", self.format(record))


def show_error(notebook: Notebook, error: BaseException) -> None:
    """Write down an error in every way in which one gets shown, kept or sent."""
    for link in _chain(error):
        notebook.write("str", str(link))
        notebook.write("repr", repr(link))
        notebook.write("notes", getattr(link, "__notes__", ""))
        notebook.write("attributes", vars(link))
        notebook.write("pickle", _pickled(link))
        for part in _messages(link):
            notebook.write("message", repr(part))
            notebook.write("message headers", list(part.headers.raw))
            notebook.write("message url", getattr(part, "url", ""))
            notebook.write("message body", _body(part))
    notebook.write("traceback", "".join(traceback.format_exception(error)))
    if notebook.rich:
        notebook.write("rich", _drawn(error))
    with suppress(TypeError):
        notebook.write("deepcopy", vars(copy.deepcopy(error)))


def _drawn(error: BaseException) -> str:
    drawn = StringIO()
    console = Console(file=drawn, width=200)
    console.print(Traceback.from_exception(type(error), error, error.__traceback__))
    return drawn.getvalue()


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and what a traceback prints with it."""
    while error is not None:
        yield error
        hidden = error.__suppress_context__
        error = error.__cause__ or (None if hidden else error.__context__)


def _pickled(error: BaseException) -> bytes:
    try:
        return pickle.dumps(error)
    except TypeError:  # not one of sdkbase's
        return b""


def _messages(error: BaseException) -> Iterator[Any]:
    for name in ("request", "response"):
        with suppress(RuntimeError):
            message = getattr(error, name, None)
            if hasattr(message, "headers"):
                yield message


def _body(message: Any) -> object:
    try:
        return message.content
    except Exception:
        return ""


def show_client(notebook: Notebook, client: Any) -> None:
    """Write down what a client shows of itself."""
    notebook.write("client", repr(client))
    notebook.write("client str", f"{client!s}")
    notebook.write("metrics", client.get_metrics())
    notebook.write("metrics pickle", pickle.dumps(client.get_metrics()))
    notebook.write("summary", client.metrics.summary())
    notebook.write("metrics text", str(client.metrics))


# --- servers that echo ---------------------------------------------------------------------------


def echoed(request: Request) -> str:
    """Return all that a request told, as a careless server would quote it."""
    parts = [request.target, unquote(request.target), *request.headers.values()]
    scheme, _, pair = request.headers.get("authorization", "").partition(" ")
    if scheme == "Basic":
        parts.append(base64.b64decode(pair).decode())
    cookies = request.headers.get("cookie", "").split("; ")
    parts.extend(cookie.partition("=")[2] for cookie in cookies)
    return " ".join(parts)


def echoing_answer_of(name: str) -> Answer:
    """Return the answers of the fault server, and those that echo the request."""
    kind, _, rest = name.partition("-")
    if kind != "echo" or not rest:
        return answer_of(name)

    async def answer(_server: FaultServer, connection: Connection, request: Request) -> None:
        await connection.send(_echo(rest, echoed(request)))
        if rest in ("garbage", "short"):
            connection.close()

    return answer


def _echo(kind: str, text: str) -> bytes:
    if kind.isdigit():
        return response(json.dumps({"detail": text}).encode(), int(kind))
    if kind == "escaped":  # as PHP writes JSON
        return response(json.dumps({"detail": text}).replace("/", "\\/").encode(), 400)
    if kind == "text":
        return response(text.encode(), 500, content_type="text/plain")
    if kind == "reason":
        return b"HTTP/1.1 401 " + text.encode() + b"\r\ncontent-length: 0\r\n\r\n"
    if kind == "id":
        return response(b"{}", 400, f"x-request-id: {text}", f"x-other: {text}")
    if kind == "location":
        return response(b"", 302, f"location: ftp://host/{text.replace(' ', '%20')}")
    if kind == "cookie":
        return response(b"{}", 400, f"set-cookie: session={text.split()[-1]}")
    if kind == "garbage":
        return text.encode() + b"\r\n\r\n"
    if kind == "short":
        return b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n" + text.encode()
    if kind == "html":
        return response(text.encode(), content_type="text/html")
    if kind == "cut":  # the excerpt ends in the middle of it
        return response(b"x" * (196 - text.index("cAnArY")) + text.encode())
    assert kind == "enum"
    return response(json.dumps([text, text.split()[-1]]).encode())
