"""
Secrets that must not be shown, and how they are masked.

What auth emits is registered here, once for the process, because logs, errors and metrics of
every client pass through the same sinks. The registry is bounded, so that refreshed tokens do
not pile up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

from .._concurrency import ThreadLock

MASK = "***"

_MAX_SECRETS = 1024
# Shorter strings would mask ordinary words all over the text.
_MIN_LENGTH = 6

_SENSITIVE_NAME = re.compile(
    r"auth|cookie|token|secret|passw|credential|signature|session|(^|[-_.])(api[-_]?)?key$|^apikey$|^sig$",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*://)[^/?#@]*@")
_QUERY_ITEM = re.compile(r"([?&;])([^=&;#]+)=([^&;#]*)")


class Secret:
    """A string that is shown only when asked for by `reveal()`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        register_secret(value)

    def reveal(self) -> str:
        """Return the string itself."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return Secret, (MASK,)


class _Registry:
    """The secrets seen so far, and one pattern that finds any of them."""

    def __init__(self) -> None:
        self._lock = ThreadLock()
        self._secrets: dict[str, None] = {}
        self._pattern: re.Pattern[str] | None = None

    def add(self, secret: str) -> None:
        if secret in self._secrets or len(secret) < _MIN_LENGTH:
            return
        with self._lock:
            self._secrets[secret] = None
            while len(self._secrets) > _MAX_SECRETS:
                del self._secrets[next(iter(self._secrets))]
            # Longest first: a secret that contains another is masked whole.
            ordered = sorted(self._secrets, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, ordered)))

    def mask(self, text: str) -> str:
        return self._pattern.sub(MASK, text) if self._pattern else text


_registry = _Registry()


def register_secret(value: str) -> None:
    """
    Mask *value*, in plain and percent-encoded form, in everything that sdkbase shows from now on.

    Args:
        value: The secret. Shorter than six characters, it is masked by its name only.
    """
    for form in {value, quote(value, safe=""), quote_plus(value), value.partition(" ")[2]}:
        _registry.add(form)


def register_headers(headers: Mapping[str, str]) -> None:
    """Register the values of those headers whose name says that they are secret."""
    for name, value in headers.items():
        if is_sensitive(name):
            register_secret(value)


def is_sensitive(name: str) -> bool:
    """Tell whether a header or query parameter holds a secret, by its name."""
    return _SENSITIVE_NAME.search(name) is not None


def redact_text(text: str) -> str:
    """Mask every registered secret in *text*."""
    return _registry.mask(text)


def redact_bytes(content: bytes) -> bytes:
    """Mask every registered secret in *content*, whatever its encoding."""
    text = content.decode("latin-1")
    masked = _registry.mask(text)
    return content if masked == text else masked.encode("latin-1")


def redact_url(url: str) -> str:
    """Drop the user info of *url* and mask secret query values and registered secrets."""
    if "@" in url:
        url = _USERINFO.sub(r"\1", url)
    if "?" in url:
        url = _QUERY_ITEM.sub(_masked_item, url)
    return _registry.mask(url)


def _masked_item(match: re.Match[str]) -> str:
    separator, name, _ = match.groups()
    return f"{separator}{name}={MASK}" if is_sensitive(name) else match.group()


def redact_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Mask the values of sensitive headers, and registered secrets in all others."""
    return [
        (name, MASK if is_sensitive(name) else _registry.mask(value)) for name, value in headers
    ]
