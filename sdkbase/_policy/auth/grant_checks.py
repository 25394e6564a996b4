"""What the arguments of a grant may be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from difflib import get_close_matches
from ipaddress import ip_address
from typing import Any, cast

from ..._wire.redaction import Secret
from ..._wire.url import parse_url
from ...config import to_seconds
from ...errors import ConfigurationError, InvalidRequestError
from .token_endpoint import is_secret_field

# What the grants send themselves.
_OWN_FIELDS = {"grant_type", "client_id", "client_secret", "refresh_token", "scope", "audience"}


def checked_text(what: str, value: object) -> str:
    """
    Return *value* if it is text that can be sent.

    Args:
        what: What to call it in the error, which does not show it.
        value: Maybe a secret.

    Raises:
        ConfigurationError: It is not.
    """
    if not isinstance(value, str) or not value.strip():
        kind = "an empty string" if isinstance(value, str) else type(value).__name__
        raise ConfigurationError(f"{what} must be a string that is not empty, got {kind}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ConfigurationError(f"{what} has no UTF-8 form") from None
    return value


def checked_secret(what: str, value: object) -> Secret:
    """Return *value* as a secret, checked as by `checked_text`."""
    # One argument to a line: see _async/verbs.py.
    return Secret(
        checked_text(
            what,
            value,
        )
    )


def checked_seconds(what: str, value: object, *, zero: bool = False) -> float:
    """Return *value* as seconds, checked as by `to_seconds`; an error does not show text."""
    if not isinstance(value, int | float | timedelta):
        kind = type(value).__name__
        raise ConfigurationError(f"{what} must be seconds or a timedelta, got {kind}")
    return to_seconds(value, what, zero=zero)


def check_names(owner: str, options: Mapping[str, object], known: Collection[str]) -> None:
    """
    Make sure that *options* has *known* names only.

    Args:
        owner: Name of the class that was given them.
        options: Keyword arguments by name.
        known: The names that there are.

    Raises:
        TypeError: There is another one, as if Python had found it at the class itself.
    """
    for name in options:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(sorted(known))}"
            raise TypeError(f"{owner}() got an unexpected keyword argument {name!r}; {hint}")


def checked_token_url(what: str, url: object, *, allow_http: bool) -> str:
    """
    Return the URL of a token endpoint (RFC 6749, section 3.2).

    Args:
        what: What to call it in the error, which does not show it.
        url: The URL.
        allow_http: Whether it may be plain http on another machine.

    Raises:
        ConfigurationError: It is no absolute URL, or not safe.
    """
    text = checked_text(what, url)
    if "@" in text or "#" in text:
        raise ConfigurationError(f"{what} must not hold a user name or a fragment")
    try:
        parsed = parse_url(text)
    except InvalidRequestError:
        # Not shown: it may be a secret, where two arguments were mixed up.
        raise ConfigurationError(
            f"{what} must be a whole URL: https://, a host, a valid port if any, no space"
        ) from None
    if parsed.scheme == "http" and not (allow_http or _is_loopback(parsed.host)):
        raise ConfigurationError(
            f"{what} must be https, not http; allow_http=True sends secrets in plain"
        )
    return text


def checked_fields(
    owner: str, *, extra: object, scope: object, audience: object
) -> dict[str, str | Secret]:
    """
    Return the further fields of a token request.

    Args:
        owner: Name of the grant's class, for errors.
        extra: Fields by name.
        scope: Words in a string or a list.
        audience: Whom the token is for.

    Raises:
        ConfigurationError: One is not what it should be, or has a place of its own.
    """
    if not isinstance(extra, Mapping | None):
        raise ConfigurationError(f"{owner} extra must be a mapping, got {type(extra).__name__}")
    given = cast("Mapping[Any, Any]", extra or {})
    if taken := sorted(given.keys() & _OWN_FIELDS):
        raise ConfigurationError(
            f"{owner} extra must not hold {', '.join(taken)}, which the grant itself sends"
        )
    fields: dict[str, str | Secret] = {}
    if scope is not None:
        fields["scope"] = checked_text(f"{owner} scope", _joined(f"{owner} scope", scope))
    if audience is not None:
        fields["audience"] = checked_text(f"{owner} audience", audience)
    for name, value in given.items():
        checked_text(f"{owner} name in extra", name)
        text = checked_text(
            f"{owner} extra[{name!r}]",
            value,
        )
        fields[name] = Secret(text) if is_secret_field(name) else text
    return fields


def _joined(what: str, scope: object) -> object:
    if isinstance(scope, str):
        return scope
    try:
        return " ".join(cast("Iterable[str]", scope))
    except TypeError:
        kind = type(scope).__name__
        raise ConfigurationError(
            f"{what} must be a string or a list of strings, got {kind}"
        ) from None


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    return re.fullmatch(r"[0-9a-fA-F:.]+", host) is not None and _is_loopback_address(host)


def _is_loopback_address(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
