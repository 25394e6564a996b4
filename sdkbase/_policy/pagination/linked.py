"""Pages that give the address of the next: in a Link header (RFC 8288) or in the body."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import httpx

from ..._wire.link import Link, parse_links
from ..._wire.redaction import is_sensitive, redact_text, redact_url
from ..._wire.url import Origin, origin_of, parse_url
from ...errors import ConfigurationError, InvalidRequestError
from .base import Pagination
from .overlooked import alike, signs
from .request import PageRequest
from .view import PageView


class LinkedPagination(Pagination, frozen=True, kw_only=True):
    """
    Base of the paginations that follow addresses.

    An address may be relative to the page's own. One at another origin (scheme, host and port) is
    refused, or fetched without credentials if that is allowed; from https to http it is refused.
    """

    allow_other_origin: bool = False

    def target(self, page: PageView) -> str | None:
        """Return the address of the next page as the server wrote it, or None."""
        raise NotImplementedError

    def next_position(self, page: PageView) -> str | None:
        """Return the absolute URL of the next page."""
        target = self.target(page)
        if not target:
            return None
        url = resolve(page.url, target)
        reason = "is no valid URL" if url is None else self._refusal(page.request.origin, url)
        if reason:
            raise page.error(f"the next page, {redact_url(url or target)}, {reason}")
        return url

    def apply(self, request: PageRequest, position: Any) -> PageRequest:
        """Go to the URL."""
        return request.at(position, trusted=_owned(request.origin, position))

    def check_position(self, request: PageRequest, position: Any) -> None:
        """Refuse what `next_position` would refuse."""
        valid = isinstance(position, str) and resolve(position, "") is not None
        reason = self._refusal(request.origin, position) if valid else "is no valid URL"
        if reason:
            raise InvalidRequestError(f"the token's next page {reason}")

    def public_position(self, position: Any) -> str:
        """Leave out query parameters that are secret; auth puts its own in again."""
        url = httpx.URL(position)
        if not any(_secret(name, value) for name, value in url.params.multi_items()):
            return str(position)
        kept = [item for item in url.query.decode("ascii").split("&") if not _secret_item(item)]
        return str(url.copy_with(query="&".join(kept).encode("ascii")))

    def _refusal(self, origin: Origin | None, url: str) -> str | None:
        if "@" in url.partition("?")[0] and parse_url(url).userinfo:
            return "names a user"
        if _owned(origin, url):
            return None
        if origin is not None and origin[0] == "https" and origin_of(url)[0] == "http":
            return "leads from https to http"
        if self.allow_other_origin:
            return None
        return (
            "is at another origin than the client's; say allow_other_origin=True in the pagination "
            "to go there without credentials"
        )


class LinkHeaderPagination(LinkedPagination, frozen=True, kw_only=True):
    """
    Each page has the address of the next in its Link header (RFC 8288).

    If the first page has items and no such link, but one that is nearly called so or `next`, that
    is a `PaginationWarning`: `rel` may be misspelt.

    Args:
        rel: Relation type of the link.
        items: Path to the list of items, such as `data.users`; empty if the body is the list.
        optional_items: Whether a page without its list is empty, as servers on protobuf send it.
        size: Items in a page to ask for; the caller's own `query=` wins.
        size_param: Name of the parameter for the size.
        allow_other_origin: Whether the next page may be at another origin (scheme, host and port);
            the client's credentials stay at home.
    """

    items: str = ""
    rel: str = "next"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._named("rel")

    def target(self, page: PageView) -> str | None:
        """Return the target of the first link of that relation."""
        return next((one.target for one in _links(page) if self.rel.lower() in one.rels), None)

    def overlooked(self, page: PageView) -> Iterable[str]:
        """Give the relations that are like that one, and `next`."""
        for rel in (rel for link in _links(page) for rel in link.rels):
            if rel != self.rel.lower() and (rel == "next" or alike(rel, self.rel)):
                yield f"its Link header has no rel={self.rel!r}, but {rel!r}"


class NextUrlPagination(LinkedPagination, frozen=True, kw_only=True):
    """
    Each page has the address of the next in its body; none, null or an empty one is the end.

    If the first page has items and no way on, but in its body a member that is nearly called so,
    or in a full page one such as `next`, that is a `PaginationWarning`: the path may be misspelt.

    Args:
        next_url: Path to the address, such as `links.next` or `/@odata.nextLink`.
        items: Path to the list of items, such as `data.users`; empty if the body is the list.
        optional_items: Whether a page without its list is empty, as servers on protobuf send it.
        size: Items in a page to ask for; the caller's own `query=` wins.
        size_param: Name of the parameter for the size.
        allow_other_origin: Whether the next page may be at another origin (scheme, host and port);
            the client's credentials stay at home.
    """

    next_url: str = "next"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.next_url:
            raise ConfigurationError(f"{type(self).__name__}.next_url must be a path, got ''")

    def paths(self) -> Iterable[str]:
        """Return where the address is."""
        return (self.next_url,)

    def target(self, page: PageView) -> str | None:
        """Return the address in the body."""
        found = page.read(self.next_url)
        url = page.plain(found)
        if url is None or url is False or isinstance(url, str):
            return url or None
        raise page.error(
            f"the next page at {self.next_url!r} should be a URL, and is {type(found).__name__}"
        )

    def overlooked(self, page: PageView) -> Iterable[str]:
        """Give what is like the address."""
        return signs(page, "next_url", self.next_url, self.paths())


def _links(page: PageView) -> list[Link]:
    fields = [
        value.decode("utf-8", errors="replace")
        for name, value in page.reply.headers
        if name.lower() == b"link"
    ]
    # A link with an anchor speaks of another document, unless that is this one.
    return [
        link
        for link in parse_links(fields)
        if link.anchor is None or resolve(page.url, link.anchor) == page.url
    ]


def resolve(url: str, target: str) -> str | None:
    """Return *target*, relative to *url*, as a URL without fragment; None if it is not valid."""
    try:
        joined = str(parse_url(url).join(target).copy_with(fragment=None))
        parse_url(joined)
    except (httpx.InvalidURL, InvalidRequestError, ValueError):
        return None
    return joined


def _owned(origin: Origin | None, url: str) -> bool:
    return origin is None or origin_of(url) == origin


def _secret_item(item: str) -> bool:
    return any(_secret(name, value) for name, value in httpx.QueryParams(item).multi_items())


def _secret(name: str, value: str) -> bool:
    # A name such as `continuationToken` says where the page is; an access token is registered.
    by_name = is_sensitive(name) and ("token" not in name.lower() or "access" in name.lower())
    return by_name or redact_text(value) != value
