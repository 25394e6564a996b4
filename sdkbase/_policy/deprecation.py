"""Deprecation: what a server says about the end of a call (RFC 9745 and RFC 8594), told once."""

from __future__ import annotations

import inspect
import re
import sys
import warnings
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import FrameType
from urllib.parse import urljoin

from .._concurrency import LockOwner
from .._wire.call import Call
from .._wire.codec import shortened
from .._wire.redaction import redact_url
from .._wire.reply import Reply
from ..errors import ApiDeprecationWarning

_OWN = __name__.partition(".")[0]
# Where a task or thread begins: beyond it there is no line that a person wrote.
_MACHINERY = frozenset({"asyncio", "anyio", "trio", "threading", "concurrent", "contextvars"})

_NOTICES = (b"deprecation", b"sunset")
_STRUCTURED_DATE = r"@(-?[0-9]{1,15})\s*(?:;|$)"
_NOT_DEPRECATED = frozenset({"", "false", "?0", "0"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class DeprecationNotices(LockOwner):
    """
    Warn of deprecated calls, each once; shared by all calls of a client.

    Args:
        package: Package of the SDK, whose lines a warning does not point at if there is a line of
            its user's; see `sdk_package`.
        limit: How many different calls are remembered; those beyond are not warned of, because
            templates are few, and many calls mean that the URLs have ids in them.
    """

    def __init__(self, package: str = "", limit: int = 1024) -> None:
        super().__init__()
        self._package = package
        self._limit = limit
        self._told: set[tuple[str, str]] = set()

    def warn(self, call: Call, reply: Reply) -> None:
        """
        Warn with `ApiDeprecationWarning` if *reply* is the first that announces the call's end.

        Args:
            call: What was asked.
            reply: What came, whatever its status.
        """
        if reply.first(_NOTICES) is None:
            return
        key = (call.method, call.template)
        if key in self._told or len(self._told) >= self._limit:
            return
        notice = deprecation_notice(call, reply)
        if notice is not None and self._is_new(key):
            level = _user_level(inspect.currentframe(), self._package)
            warnings.warn(notice, ApiDeprecationWarning, stacklevel=level)

    def _is_new(self, key: tuple[str, str]) -> bool:
        with self._lock:
            known = len(self._told)
            self._told.add(key)
            return len(self._told) > known


def sdk_package(client_class: type) -> str:
    """Return the package that a client class is of, or an empty string if it is in no package."""
    module = client_class.__module__
    parts = module.split(".")
    for colour in ("_async", "_sync"):
        if colour in parts:
            return ".".join(parts[: parts.index(colour)])
    return module if hasattr(sys.modules.get(module), "__path__") else ""


def deprecation_notice(call: Call, reply: Reply) -> str | None:
    """
    Return what to tell about the end of a call, or None if its reply announces none.

    `Deprecation` is read as RFC 9745 has it (`@1688169599`) and in its older forms (`true`, or an
    HTTP date), `Sunset` as RFC 8594 has it; links of the types `deprecation`, `sunset` and
    `successor-version` are named.

    Args:
        call: What was asked.
        reply: What came.
    """
    deprecation = reply.header(b"deprecation")
    end = _date(reply.header(b"sunset"))
    deprecated = deprecation is not None and deprecation.strip().lower() not in _NOT_DEPRECATED
    said = [
        f"is deprecated{_as_of(_date(deprecation))}" if deprecated else "",
        f"stops working on {end}" if end else "",
    ]
    if not any(said):
        return None
    links = _links(call, reply)
    for rel, hint in (("deprecation", "see"), ("sunset", "see"), ("successor-version", "use")):
        if (target := links.get(rel)) is not None:
            said.append(f"{hint} {target}")
    return f"{call.method} {call.template} " + "; ".join(dict.fromkeys(filter(None, said)))


def _as_of(date: str | None) -> str:
    return f" as of {date}" if date else ""


def _date(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        found = re.match(_STRUCTURED_DATE, value.strip())
        if found is not None:
            return str((_EPOCH + timedelta(seconds=int(found[1]))).date())
        return str(parsedate_to_datetime(value).date())
    except (TypeError, ValueError, OverflowError):
        return None


def _links(call: Call, reply: Reply) -> dict[str, str]:
    """Return the address of the first link of each type that has none of its own."""
    from .._wire.link import parse_links  # late: few responses get here

    fields = [value.decode("latin-1") for name, value in reply.headers if name.lower() == b"link"]
    found: dict[str, str] = {}
    for link in parse_links(fields):
        for rel in link.rels:
            found.setdefault(rel, _shown(call, link.target))
    return found


def _shown(call: Call, target: str) -> str:
    try:
        return shortened(redact_url(urljoin(call.url, target)))
    except ValueError:
        return shortened(redact_url(target))


def _user_level(frame: FrameType | None, package: str) -> int:
    """
    Return the `stacklevel` of the line that a warning is for.

    That is the innermost line outside sdkbase and the SDK's *package*; in a task that runs a method
    of the SDK itself there is none, and it is the innermost one outside sdkbase.
    """
    level, outside = 0, 0
    while frame is not None:
        level += 1
        module = str(frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] in _MACHINERY:
            break
        if not _is_in(module, _OWN):
            outside = outside or level
            if not package or not _is_in(module, package):
                return level
        frame = frame.f_back
    return outside or 1


def _is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
