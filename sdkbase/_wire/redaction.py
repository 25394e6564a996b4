"""
Secrets that must not be shown, and how they are masked.

What auth emits is registered here, once for the process, because logs, errors and metrics of
every client pass through the same sinks. The registry is bounded, so that refreshed tokens do
not pile up.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, quote_plus

from .._concurrency import LockOwner
from .._exports import publish
from ..errors import ConfigurationError

MASK = "***"

_MAX_SECRETS = 256
# Shorter strings would mask ordinary words all over the text.
_MIN_LENGTH = 6

# Compiled by `re` when they are first used; the first one takes as long as twenty others.
# It is searched in folded text: letters of either case would double that time.
_SENSITIVE_NAME = r"""(?x)
    authori[sz] | oauth | authtoken | (?<![a-z])auth(?![a-z])
    | cookie | session | passw | passphrase | secret | credential
    | signature | (?<![a-z])(?:sig|jwt|pwd|otp)(?![a-z]) | [cx]srf
    | (?<!page)(?<!page[-_])(?<!next)(?<!next[-_])token(?!s)
    | (?<!idempotency)(?<!sort)(?<!cache)(?<!partition)(?<!primary)(?<!public)[-_.]key$
    | (?:^|api|access|private|subscription|master)key$
    """
_WORD = r"[a-z]+(?:_[a-z]+)*"
_USERINFO = r"^((?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//)[^/?#]*@"
_QUERY_ITEM = r"([?&;#])([^=&;#]+)=([^&;#]*)"


class Secret:
    """A string that is shown only when asked for by `reveal()`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value: str | None = value
        register_secret(value)

    def reveal(self) -> str:
        """
        Return the string itself.

        Raises:
            ConfigurationError: It was pickled, which leaves the string behind.
        """
        if self._value is None:
            raise ConfigurationError("a secret is not pickled; set it again where it is needed")
        return self._value

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __reduce__(self) -> tuple[Callable[[], Secret], tuple[()]]:
        return _lost_secret, ()


def _lost_secret() -> Secret:
    secret = Secret(MASK)
    secret._value = None  # pyright: ignore[reportPrivateUsage]  # its own module
    return secret


class _Forms(NamedTuple):
    """The spellings in which a secret may turn up."""

    every: frozenset[str]
    shortest: tuple[str, ...]
    """Those that hold no other: where none of them is, none of all is."""


class _Registry(LockOwner):
    """The secrets last used, each with the forms in which it may turn up."""

    def __init__(self) -> None:
        super().__init__()
        self._forms: dict[str, _Forms] = {}
        # Taken anew at every change, so that those who mask need no lock.
        self._known: tuple[_Forms, ...] = ()
        self._shortest: tuple[str, ...] = ()

    def add(self, secret: str) -> None:
        # Only a crowded registry has to know which secrets are still in use.
        if secret not in self._forms or len(self._forms) >= _MAX_SECRETS // 2:
            self._insert(secret)

    def _insert(self, secret: str) -> None:
        forms = self._forms.get(secret) or _forms_of(secret)
        with self._lock:
            is_new = self._forms.pop(secret, None) is None
            self._forms[secret] = forms
            while len(self._forms) > _MAX_SECRETS:
                del self._forms[next(iter(self._forms))]
            if is_new:
                self._known = tuple(self._forms.values())
                self._shortest = tuple(form for known in self._known for form in known.shortest)

    def mask(self, text: str) -> str:
        for form in self._shortest:
            if form in text:
                return self._masked(text)
        return text

    def _masked(self, text: str) -> str:
        every = frozenset[str]().union(*(known.every for known in self._known))
        # Longest first: a secret that contains another is masked whole.
        for form in sorted(every, key=len, reverse=True):
            text = text.replace(form, MASK)
        return text


def _forms_of(secret: str) -> _Forms:
    """Return how a secret may be spelt in a header, a URL or JSON."""
    raw = secret.encode("utf-8", errors="replace")
    in_json = json.dumps(secret)[1:-1]
    forms = {
        secret,
        secret.partition(" ")[2],
        raw.decode("latin-1"),
        quote(raw, safe=""),
        quote_plus(raw),
        in_json,
        in_json.replace("/", "\\/"),
    }
    every = frozenset(form for form in forms if len(form) >= _MIN_LENGTH)
    longer = {one for one in every for other in every if other != one and other in one}
    return _Forms(every, tuple(every - longer))


_registry = _Registry()


def register_secret(value: str) -> None:
    """
    Mask *value*, in plain and percent-encoded form, in everything that sdkbase shows from now on.

    Args:
        value: The secret. Shorter than six characters, it is masked by its name only.
    """
    _registry.add(value)


def register_headers(headers: Mapping[str, str]) -> None:
    """Register the values of those headers whose name says that they are secret."""
    for name, value in headers.items():
        if is_sensitive(name):
            register_secret(value)
            if value[:6].lower() == "basic ":
                _register_password(value[6:])


def _register_password(encoded: str) -> None:
    # A server may quote what it decoded.
    with suppress(ValueError):
        pair = b64decode(encoded, validate=True).decode()
        register_secret(pair)
        register_secret(pair.partition(":")[2])


@lru_cache(maxsize=1024)
def is_sensitive(name: str) -> bool:
    """Tell whether a header or query parameter holds a secret, by its name."""
    return re.search(_SENSITIVE_NAME, name.casefold()) is not None


def redact_text(text: str) -> str:
    """Mask every registered secret in *text*."""
    return _registry.mask(text)


def redact_name(name: str) -> str:
    """
    Mask every registered secret in the name of a field, unless it is a plain word.

    A secret that happens to be a word, such as `detail`, must not hide the fields of that name.
    """
    return name if re.fullmatch(_WORD, name) else _registry.mask(name)


def redact_bytes(content: bytes) -> bytes:
    """Mask every registered secret in *content*, whatever its encoding."""
    text = content.decode("latin-1")
    masked = _registry.mask(text)
    return content if masked == text else masked.encode("latin-1")


def redact_url(url: str) -> str:
    """Drop the user info of *url* and mask secret query values and registered secrets."""
    if "@" in url:
        url = re.sub(_USERINFO, r"\1", url)
    if "=" in url:
        url = re.sub(_QUERY_ITEM, _masked_item, url)
    return _registry.mask(url)


def _masked_item(match: re.Match[str]) -> str:
    separator, name, _ = match.groups()
    return f"{separator}{name}={MASK}" if is_sensitive(name) else match.group()


def redact_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Mask the values of sensitive headers, and registered secrets in all others."""
    return [
        (name, MASK if is_sensitive(name) else _registry.mask(value)) for name, value in headers
    ]


publish(Secret)
