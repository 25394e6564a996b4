# Generated from _async/transfer.py by sdkbase.codegen. Do not edit.
# sha256: 60089e8176d9cbb2
"""One download under way, over as many requests as it takes."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from random import random
from typing import Any, TypeVar

import httpx
import msgspec

from .._concurrency import SyncHooks, SyncShield
from .._concurrency._part_file import PartFile, SyncWorker, check_target
from .._policy.calls import give_up_note
from .._policy.deadline import Deadline
from .._policy.download import Action, DownloadState, PartNote, Verdict, source_of
from .._policy.download_plan import DownloadedFile, DownloadPlan, download_error
from .._policy.retry import RetryState
from .._policy.retry_quota import RetryQuota
from .._policy.transport_errors import deadline_error, failure_of
from .._wire.call import Call
from ..config import RequestOptions
from ..errors import (
    Attempt,
    CallError,
    ChecksumError,
    DecodeError,
    InvalidRequestError,
    ProtocolError,
    ResponseError,
    StatusError,
    TransportError,
)
from .opener import SyncBody, SyncOpener
from .sender import SyncSender

E = TypeVar("E", bound=CallError)

# Bytes that are written in one go, by a thread: as long as it takes to hand them over.
_BATCH = 1024 * 1024


class SyncTransfer:
    """One download under way."""

    def __init__(
        self, sender: SyncSender, call: Call, options: RequestOptions | None, plan: DownloadPlan
    ) -> None:
        self._sender = sender
        self._call = call
        self._options = options
        self._plan = plan
        self._settings = sender.settings.for_stream(options)
        self._deadline = Deadline(self._settings.deadline, sender.clock.monotonic())
        self._state = DownloadState(source_of(call), can_ask_for_parts=call.method == "GET")
        self._history: list[Attempt] = []
        self._best = 0
        self._retries: RetryState | None = None
        self._response: httpx.Response | None = None
        self._part = self._opened()
        if plan.resume:
            self._state.restore(self._part.read_note(), self._part.size)
        self._resumed_from = self._state.offset

    def _opened(self) -> PartFile:
        try:
            check_target(self._plan.target, overwrite=self._plan.overwrite)
            return PartFile(self._plan.target)
        except (OSError, ValueError) as error:
            raise InvalidRequestError(
                f"can not download to {str(self._plan.target)!r}: {error}"
            ) from None

    def run(self) -> DownloadedFile:
        """Send requests until the file is whole, and put it in its place."""
        try:
            while not self._request():
                pass
            return self._published()
        except CallError as error:
            error.history = tuple(self._history)
            raise

    def close(self) -> None:
        """Leave what is there to a later call, if one can go on from it, or remove it."""
        self._part.close(keep=self._plan.resume and self._state.is_resumable)

    def _request(self) -> bool:
        """Send one request and write what it brings; tell whether the file is whole."""
        try:
            body = self._open()
        except StatusError as error:
            if error.status_code != 416 or not self._state.offset:
                raise
            self._response = error.response
            return self._take(error.response.headers, None)
        try:
            self._response = body.reply.redacted_response(body.call)
            return self._take(body.response.headers, body)
        except TransportError as error:
            broken = error
        finally:
            body.close()
        self._pause(broken)
        return False

    def _open(self) -> SyncBody:
        options, left = self._options, self._deadline.remaining(self._sender.clock.monotonic())
        if left is not None:
            if left == 0.0:
                raise deadline_error(self._call, self._deadline.seconds)
            options = msgspec.structs.replace(options or RequestOptions(), deadline=left)
        opener = SyncOpener(self._sender, self._call, options)
        try:
            body = opener.open({}, self._state.headers())
        except CallError as error:
            self._note(error.history)
            raise
        self._note(body.reply.history)
        return body

    def _take(self, headers: httpx.Headers, body: SyncBody | None) -> bool:
        status = 416 if body is None else body.reply.status_code
        verdict = self._state.judge(status, headers)
        if verdict.action is Action.REFUSE:
            raise self._failed(DecodeError, verdict.reason)
        if verdict.offset == 0:
            self._resumed_from = 0
        if verdict.action is Action.ANEW:
            self._state.forget()
            return False
        self._begin(verdict.offset)
        if body is not None:
            self._receive(body, verdict)
        return self._state.is_complete

    def _begin(self, offset: int) -> None:
        """Make the part ready to go on at *offset*."""
        note = self._state.note or PartNote("")
        checksum = self._plan.checksum_by(note)
        with self._disk():
            self._part.start(offset, note.encode(), None if checksum is None else checksum.new)
            while self._part.unhashed:
                SyncWorker.run(self._part.hash_some)
        self._state.size = offset
        self._tell(offset)

    def _receive(self, body: SyncBody, verdict: Verdict) -> None:
        waiting: list[bytes] = []
        done = written = verdict.offset
        try:
            while (piece := body.read()) is not None:
                done += len(piece)
                if verdict.length is not None and done > verdict.offset + verdict.length:
                    self._state.forget()
                    raise self._failed(ProtocolError, "the body is longer than the server said")
                waiting.append(piece)
                if done - written >= _BATCH:
                    pieces, waiting, written = waiting, [], done
                    # What has come is written also if this is cancelled.
                    with self._disk(), SyncShield():
                        SyncWorker.run(self._part.write, pieces)
                self._tell(done)
        finally:
            # Also when it is cancelled: what came need not be asked for again.
            with self._disk():
                self._part.write(waiting)
            self._state.size = self._part.size
        if verdict.length is not None and done != verdict.offset + verdict.length:
            what = f"the body ended after {done - verdict.offset} of {verdict.length} bytes"
            raise self._failed(ProtocolError, what)

    def _pause(self, error: TransportError) -> None:
        """Wait until the next request may go out after *error*, or raise it."""
        if self._retries is None or self._state.size > self._best:
            self._best = self._state.size
            self._retries = self._new_retries()
        now = self._sender.clock.monotonic()
        decision = self._retries.after_failure(failure_of(error), self._deadline, now)
        outcome, delay = type(error).__name__, decision.delay if decision.retry else None
        self._history[-1] = Attempt(len(self._history), outcome, delay)
        if not decision.retry:
            if decision.reason:
                error.add_note(give_up_note(len(self._history), decision.reason))
            raise error
        if decision.delay:
            self._sender.clock.sleep(decision.delay)

    def _new_retries(self) -> RetryState:
        return RetryState(
            self._sender.settings.retry_config,
            max_retries=self._settings.max_retries,
            method=self._call.method,
            repeatable=self._call.has_idempotency_key or self._settings.idempotent,
            replayable=self._call.body.replayable,
            # Requests that fail are paid for by the engine; this one began well.
            quota=RetryQuota(None),
            draw=random,
        )

    def _published(self) -> DownloadedFile:
        digest = self._part.digest()
        checksum = self._plan.checksum_by(self._state.note)
        if checksum is not None and digest != (checksum.expected or digest):
            self._state.forget()
            raise self._failed(
                ChecksumError,
                f"the file has the {checksum.algorithm} {digest}, not {checksum.expected}",
            )
        publish = partial(
            self._part.publish, overwrite=self._plan.overwrite, fsync=self._plan.fsync
        )
        with self._disk():
            if self._plan.fsync:
                SyncWorker.run(publish)
            else:
                publish()
        return DownloadedFile(
            path=self._plan.target,
            size=self._state.size,
            checksum=None if checksum is None else f"{checksum.algorithm}:{digest}",
            etag=None if self._state.note is None else self._state.note.etag,
            resumed_from=self._resumed_from,
            attempts=len(self._history),
        )

    def _note(self, history: tuple[Attempt, ...]) -> None:
        for attempt in history:
            number = len(self._history) + 1
            self._history.append(msgspec.structs.replace(attempt, number=number))

    def _tell(self, done: int) -> None:
        if self._plan.progress is not None:
            total = None if self._state.note is None else self._state.note.total
            # One argument to a line: see verbs.py.
            SyncHooks.call(
                self._plan.progress,
                done,
                total,
            )

    @contextmanager
    def _disk(self) -> Generator[None, None, None]:
        try:
            yield
        except OSError as error:
            what = f"can not write {str(self._plan.target)!r}: {error}"
            raise self._failed(CallError, what) from error

    def _failed(self, kind: type[E], what: str) -> E:
        args: dict[str, Any] = {}
        if issubclass(kind, ResponseError):
            args["response"] = self._response
        return download_error(kind, self._call, what, **args)
