"""Pages by number and by cursor, with RFC 8288 links."""

import base64
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from .data import Post, User
from .problem import invalid_query
from .validation import read_number
from .wire import Request, Response

MAX_SIZE = 100
_DEFAULT_SIZE = 20


def page_by_number(request: Request, items: Sequence[User]) -> Response:
    """Answer with the page that `page` and `size` ask for."""
    page = read_number(request, "page", default=1, low=1, high=10**9)
    size = read_number(request, "size", default=_DEFAULT_SIZE, low=1, high=MAX_SIZE)
    last = max(1, -(-len(items) // size))
    envelope = {
        "items": items[(page - 1) * size : page * size],
        "page": page,
        "size": size,
        "total": len(items),
    }
    pages = {"first": 1, "last": last}
    if page > 1:
        pages["prev"] = min(page - 1, last)
    if page < last:
        pages["next"] = page + 1
    links = {rel: {"page": str(n), "size": str(size)} for rel, n in pages.items()}
    return Response.of_json(envelope, headers=[_link_header(request, links)])


def page_by_cursor(request: Request, items: Sequence[Post]) -> Response:
    """Answer with the `limit` items that follow `cursor`."""
    limit = read_number(request, "limit", default=_DEFAULT_SIZE, low=1, high=MAX_SIZE)
    after = _read_cursor(request.argument("cursor"))
    rest = [item for item in items if item.id > after]
    page = rest[:limit]
    cursor = _make_cursor(page[-1].id) if len(rest) > limit else None
    envelope = {"items": page, "next_cursor": cursor}
    if cursor is None:
        return Response.of_json(envelope)
    links = {"next": {"cursor": cursor, "limit": str(limit)}}
    return Response.of_json(envelope, headers=[_link_header(request, links)])


def _link_header(request: Request, links: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    targets = [
        f"<{origin(request)}{request.path}?{urlencode(dict(request.query()) | dict(changes))}>; "
        f'rel="{rel}"'
        for rel, changes in links.items()
    ]
    return "Link", ", ".join(targets)


def origin(request: Request) -> str:
    """Return the origin by which the client knows this server."""
    host = request.header("host")
    return f"http://{host}" if host else ""


def _make_cursor(last_id: int) -> str:
    return base64.urlsafe_b64encode(f"after:{last_id}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        return int(text.removeprefix("after:"))
    except ValueError:
        raise invalid_query("cursor", "is not a cursor of this API") from None
