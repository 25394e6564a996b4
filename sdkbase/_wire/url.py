"""URLs: joining a path to the base, and telling one origin from another."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

import httpx

from ..errors import ConfigurationError, InvalidRequestError
from .redaction import redact_url

Origin = tuple[str, str, int]
"""Scheme, host and port: what a credential belongs to (RFC 6454)."""

_ABSOLUTE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
# To RFC 3986 these are paths or no URLs, to a browser they name another host: `http:/host`,
# `https:host`, `///host`, `\\host`, `/\host` (WHATWG URL, special schemes).
_HOST_LIKE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:[/\\]|/*\\|//")
_AMBIGUOUS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:(?!//[^/\\])|/*\\|///")
_USERINFO = r"([a-zA-Z][a-zA-Z0-9+.-]*://)([^/?#@]*)@"
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_BRACKET = re.compile(r"[\[\]]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


# Site and target of a URL whose every character may stand where it stands (RFC 3986). It is sent as
# it is and needs no parsing, which takes longer than all the rest of a call's preparation.
_PLAIN = re.compile(
    r"(https?://[A-Za-z0-9.-]+(?::[0-9]+)?)"
    r"(/[A-Za-z0-9._~!$&'()*+,;=:@/%-]*(?:\?[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*)?)"
)


class Site(NamedTuple):
    """Where a URL leads, as it goes over the wire."""

    scheme: bytes
    host: bytes
    port: int | None
    """None for the default port."""
    netloc: bytes
    """Host and port as the Host header has them."""
    origin: Origin


def site_and_target(url: str) -> tuple[Site, bytes]:
    """
    Return the site of an absolute URL, and its path and query as they go over the wire.

    Raises:
        InvalidRequestError: It is not a valid http or https URL.
    """
    plain = _PLAIN.fullmatch(url)
    if plain is not None and "/." not in url:
        return _cached_site(plain[1]), plain[2].encode()
    parsed = parse_url(url)
    return site_of(parsed), parsed.raw_path


@lru_cache(maxsize=256)
def _cached_site(url: str) -> Site:
    return site_of(parse_url(url))


def site_of(parsed: httpx.URL) -> Site:
    """Return the site of a parsed URL."""
    host = parsed.raw_host.decode("ascii")
    origin = (parsed.scheme, host, parsed.port or _DEFAULT_PORTS[parsed.scheme])
    return Site(parsed.raw_scheme, parsed.raw_host, parsed.port, parsed.netloc, origin)


@lru_cache(maxsize=128)
def parse_url(url: str) -> httpx.URL:
    """
    Parse an absolute http or https URL.

    Raises:
        InvalidRequestError: It is not one.
    """
    if _CONTROL.search(url):
        raise _invalid(url, "holds a space or control character; encode it")
    try:
        parsed = httpx.URL(url)
        valid_port = parsed.port is None or 0 < parsed.port < 65536
    except (httpx.InvalidURL, ValueError) as error:
        raise _invalid(url, f"is not valid: {error}") from None
    valid_host = parsed.host and not _BRACKET.search(parsed.host)
    if parsed.scheme not in _DEFAULT_PORTS or not valid_host or not valid_port:
        raise _invalid(url, "must start with http:// or https:// and name a host and a valid port")
    return parsed


def origin_of(url: str) -> Origin:
    """Return the origin of an absolute URL, with the default port filled in."""
    return site_and_target(url)[0].origin


def is_absolute(url: str) -> bool:
    """Tell whether a URL begins with its scheme."""
    return _ABSOLUTE.match(url) is not None


def is_ambiguous(url: str) -> bool:
    """Tell whether it depends on the reader which host a URL leads to, if to any."""
    return _AMBIGUOUS.match(url) is not None


class BaseUrl:
    """
    The URL that a client's relative paths are joined to.

    Args:
        url: Absolute URL without query and fragment, or an empty string for none.

    Raises:
        ConfigurationError: It is not such a URL.
    """

    __slots__ = ("_prefix", "origin")

    def __init__(self, url: str) -> None:
        self._prefix = url.rstrip("/")
        self.origin: Origin | None = None
        if url:
            # One argument to a line: see _async/verbs.py.
            self.origin = _base_origin(
                url,
            )

    def join(self, path: str) -> str:
        """
        Return the absolute URL of *path*.

        Args:
            path: Relative to the base, which it can not leave, or absolute.

        Raises:
            InvalidRequestError: It is relative and there is no base, has a dot segment, or could
                be taken for the URL of another host.
        """
        if is_absolute(path):
            return path
        if self.origin is None:
            raise _no_base(path)
        if "." in path or "%2" in path:
            _refuse_dot_segments(path)
        if (path[:1] != "/" or path[1:2] in "/\\") and _HOST_LIKE.match(path):
            raise _host_like(path)
        if not path or path[0] == "?":
            return self._prefix + path
        return f"{self._prefix}{path}" if path[0] == "/" else f"{self._prefix}/{path}"

    def join_path(self, path: str) -> str:
        """
        Return the absolute URL of a *path* that begins with a slash and was checked before.

        Raises:
            InvalidRequestError: There is no base.
        """
        if self.origin is None:
            raise _no_base(path)
        return f"{self._prefix}{path}"

    def owns(self, url: str) -> bool:
        """Tell whether *url* has the base's origin; every URL has if there is no base."""
        return self.origin is None or origin_of(url) == self.origin

    def __str__(self) -> str:
        return self._prefix


def _base_origin(text: str) -> Origin:
    try:
        origin = origin_of(text)
    except InvalidRequestError as error:
        raise ConfigurationError(f"base_url: {error}") from None
    if "?" in text or "#" in text:
        shown = redact_url(text)
        raise ConfigurationError(f"base_url {shown!r} must not hold a query or a fragment")
    return origin


def _refuse_dot_segments(path: str) -> None:
    # Path parameters do not make it another segment to every server: `..;` may be `..`.
    segments = re.split(r"[/\\]", unquote(re.split("[?#]", path, maxsplit=1)[0]))
    if any(segment.partition(";")[0] in (".", "..") for segment in segments):
        shown = redact_url(path)
        raise InvalidRequestError(f"path {shown!r} must not hold the segments '.' or '..'")


def split_userinfo(url: str) -> tuple[str, tuple[str, str] | None]:
    """Return *url* without its user info, and that as a decoded pair of name and password."""
    found = re.match(_USERINFO, url) if "@" in url else None
    if found is None:
        return url, None
    username, _, password = found.group(2).partition(":")
    return found.group(1) + url[found.end() :], (unquote(username), unquote(password))


def label_of(url: str) -> str:
    """Return a URL as it was written, without query and fragment: its name in logs and metrics."""
    return re.split(r"[?#]", url, maxsplit=1)[0] or "/"


def _invalid(url: str, reason: str) -> InvalidRequestError:
    return InvalidRequestError(f"URL {redact_url(url)!r} {reason}")


def _host_like(path: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"path {redact_url(path)!r} could be taken for the URL of another host; write the whole "
        "URL, from https:// on, or escape its slashes"
    )


def _no_base(path: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"{redact_url(path)!r} is relative and the client has no base_url; "
        "write the whole URL, from https:// on"
    )
