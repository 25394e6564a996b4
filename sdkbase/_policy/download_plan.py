"""What the caller wants of a download, checked before anything is sent, and what comes of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from .._concurrency import is_async
from .._exports import publish
from .._wire.call import Call
from .._wire.checksum import Checksum, checksum_of
from .._wire.redaction import redact_text, register_headers
from ..config import Progress
from ..errors import CallError, InvalidRequestError
from .download import PartNote

E = TypeVar("E", bound=CallError)


class DownloadedFile(msgspec.Struct, frozen=True):
    """A file that was downloaded."""

    path: Path
    """Where it is."""
    size: int
    """Its length in bytes."""
    checksum: str | None = None
    """Such as `sha256:...`: what was worked out and, where it was known, found right."""
    etag: str | None = None
    """The server's name for this version of the file."""
    resumed_from: int = 0
    """Bytes that an earlier call had left and that were not asked for again."""
    attempts: int = 1
    """Requests that were sent."""


class DownloadPlan(msgspec.Struct, frozen=True):
    """What the caller wants of a download."""

    target: Path
    checksum: Checksum | None
    """What has to be worked out, if the caller says it."""
    checksum_from_server: bool
    resume: bool
    overwrite: bool
    fsync: bool
    progress: Progress | None

    def checksum_by(self, note: PartNote | None) -> Checksum | None:
        """Return what has to be worked out, or None, by what the server has told."""
        told = note.checksum if note is not None and self.checksum_from_server else None
        return checksum_of(told) if told else self.checksum


def download_plan(
    path: object,
    call: Call,
    *,
    checksum: object,
    resume: object,
    overwrite: object,
    fsync: object,
    progress: Any,
    event_loop: bool,
) -> DownloadPlan:
    """
    Return the plan for the arguments of a download.

    Raises:
        InvalidRequestError: One is wrong.
    """
    if not isinstance(path, str | os.PathLike):
        raise InvalidRequestError(f"the target must be a path, got {type(path).__name__}")
    for name, flag in (("resume", resume), ("overwrite", overwrite), ("fsync", fsync)):
        if not isinstance(flag, bool):
            raise InvalidRequestError(f"{name} must be True or False, got {flag!r}")
    if progress is not None and not callable(progress):
        raise InvalidRequestError("progress must be a function of bytes done and in all")
    if progress is not None and not event_loop and is_async(progress):
        raise InvalidRequestError("progress is async; this client is synchronous")
    if found := call.headers.keys() & {"range", "if-range"}:
        raise InvalidRequestError(f"a download sets {sorted(found)[0]!r} itself; leave it out")
    return DownloadPlan(
        target=Path(cast("str", path)),
        checksum=checksum_of(checksum),
        checksum_from_server=checksum == "server",
        resume=resume is True,
        overwrite=overwrite is True,
        fsync=fsync is True,
        progress=progress,
    )


def download_error(kind: type[E], call: Call, what: str, **args: Any) -> E:
    """Return an error of *kind* that tells what was wrong with a download."""
    register_headers(call.headers)
    return kind(
        redact_text(f"{call.method} {call.template}: {what}"),
        request=call.redacted_request(),
        template=call.template,
        **args,
    )


publish(DownloadedFile)
