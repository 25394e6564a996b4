"""Open routes, each of which shows one behaviour that a client has to cope with."""

import math
from urllib.parse import quote

from .data import Store
from .problem import Problem, invalid_query
from .ranges import file_response
from .router import ANY, Router
from .validation import read_number
from .wire import Request, Response, decoded

MAX_BYTES = 16 * 1024 * 1024
MAX_DELAY = 10.0
_FAILURES = 2
_REDIRECTS = (301, 302, 303, 307, 308)
_HTML = b"<!doctype html><title>Demo</title><h1>This is a page, not an API</h1>\n"


def add_scenarios(router: Router) -> None:
    """Register the open routes on *router*."""
    for method, template, handler in (
        ("GET", "/health", health),
        (ANY, "/flaky/{key}", flaky),
        (ANY, "/limited", limited),
        (ANY, "/slow", slow),
        (ANY, "/echo", echo),
        (ANY, "/echo/{+rest}", echo),
        (ANY, "/redirect", redirect),
        ("GET", "/bytes/{n}", some_bytes),
        ("GET", "/events", events),
        ("GET", "/html", html),
    ):
        router.route(method, template)(handler)


def health(store: Store, request: Request) -> Response:
    """Say that the server is up."""
    return Response.of_json({"status": "ok"})


def flaky(store: Store, request: Request) -> Response:
    """Fail with 503 twice for each key, then succeed."""
    key = request.params["key"]
    store.flaky_calls[key] += 1
    calls = store.flaky_calls[key]
    if calls <= _FAILURES:
        raise Problem(503, f"Call {calls} with this key fails.", kind="flaky")
    return Response.of_json({"key": key, "calls": calls})


def limited(store: Store, request: Request) -> Response:
    """Succeed within the rate limit, else 429."""
    if not store.bucket.take():
        raise Problem(429, "The rate limit is used up.", headers=[("Retry-After", "1")])
    return Response.of_json({"ok": True})


def slow(store: Store, request: Request) -> Response:
    """Answer after `seconds`, at most 10."""
    try:
        seconds = float(request.argument("seconds") or 1)
    except ValueError:
        seconds = math.nan
    if not seconds >= 0:
        raise invalid_query("seconds", "must be a number from 0")
    response = Response.of_json({"seconds": min(seconds, MAX_DELAY)})
    response.delay = min(seconds, MAX_DELAY)
    return response


def echo(store: Store, request: Request) -> Response:
    """Show the request as the server saw it."""
    query: dict[str, list[str]] = {}
    for name, value in request.query():
        query.setdefault(name, []).append(value)
    return Response.of_json(
        {
            "method": request.method,
            "path": decoded(request.path),
            "target": request.target,
            "query": query,
            "headers": {name: request.header(name) for name, _ in request.headers},
            "body": request.body.decode("utf-8", "replace"),
        }
    )


def redirect(store: Store, request: Request) -> Response:
    """Redirect to `to` with `status`, 302 if not given."""
    to = request.argument("to")
    if not to:
        raise invalid_query("to", "is required")
    status = read_number(request, "status", default=302, low=300, high=399)
    if status not in _REDIRECTS:
        raise invalid_query("status", f"must be one of {_REDIRECTS}")
    # A line break in the target must not start a header of its own.
    location = quote(to, safe=":/?#[]@!$&'()*+,;=%~")
    return Response(status, headers=[("Location", location)], media_type="text/plain")


def some_bytes(store: Store, request: Request) -> Response:
    """
    Send a file of `n` bytes, 0 to 255 over and over.

    The connection breaks after `cut` bytes, unless the client asks for a range.
    """
    text = request.params["n"]
    if not (text.isascii() and text.isdecimal()) or len(text) > 9 or int(text) > MAX_BYTES:
        raise Problem(400, f"The path must end in a number up to {MAX_BYTES}.")
    number = int(text)
    body = (bytes(range(256)) * (number // 256 + 1))[:number]
    response = file_response(request, body, "application/octet-stream")
    if request.header("range") is None:
        response.cut = _cut(request)
    return response


def events(store: Store, request: Request) -> Response:
    """
    Send `count` server-sent events, or those after `Last-Event-ID`; 204 if there are none.

    The connection breaks after `cut` events, unless the client says which one it saw last.
    """
    count = read_number(request, "count", default=3, low=0, high=1000)
    seen = request.header("last-event-id")
    start = int(seen) if seen and seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0
    if seen and start >= count:
        return Response(204)
    chunks = [b": welcome\nretry: 100\n\n"]
    for number in range(start + 1, count + 1):
        data = f'data: {{"number": {number},\ndata:  "of": {count}}}'
        chunks.append(f"id: {number}\nevent: tick\n{data}\n\n".encode())
    cut = None if seen else _cut(request)
    return Response(
        media_type="text/event-stream",
        headers=[("Cache-Control", "no-store")],
        chunks=chunks,
        cut=None if cut is None else cut + 1,
    )


def html(store: Store, request: Request) -> Response:
    """Send a page where JSON would be due, as a captive portal does."""
    return Response(body=_HTML, media_type="text/html; charset=utf-8")


def _cut(request: Request) -> int | None:
    if request.argument("cut") is None:
        return None
    return read_number(request, "cut", default=0, low=0, high=MAX_BYTES)
