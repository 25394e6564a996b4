"""Bulkhead: how many calls of a client may be under way, and how many may wait, and how long."""

from __future__ import annotations

import msgspec
from msgspec.structs import force_setattr

from .._exports import publish
from .._wire.call import Call
from .._wire.redaction import redact_text
from ..config import Seconds, as_float, to_count, to_seconds
from ..errors import BulkheadFullError


class Bulkhead(msgspec.Struct, frozen=True):
    """
    Bound the calls of a client that are under way, so that a slow server can not take all there is.

    Each attempt takes a place, and gives it back when its answer was read: for a streamed answer
    that is when the stream is closed. Attempts without a place wait in line, first come, first
    served. When the line is full, or the wait too long, the call fails with a `BulkheadFullError`,
    before anything is sent; it is not retried.

    Each client has places of its own, and an async client has them in each of its event loops, as
    it has its connections. Clients made by `with_options` share those of their parent.

    Args:
        max_concurrent: Attempts under way at once.
        max_queue: Attempts that may wait for a place; 0 lets none wait.
        max_wait: Seconds that each waits at most; None for as long as its deadline allows.

    Raises:
        ConfigurationError: A value is out of range; names it.
    """

    max_concurrent: int
    max_queue: int = 100
    max_wait: Seconds | None = 10.0

    def __post_init__(self) -> None:
        to_count(self.max_concurrent, "Bulkhead.max_concurrent", minimum=1)
        to_count(self.max_queue, "Bulkhead.max_queue", minimum=0)
        if self.max_wait is not None:
            seconds = to_seconds(self.max_wait, "Bulkhead.max_wait", zero=True)
            force_setattr(self, "max_wait", seconds)

    def wait(self, left: float | None) -> tuple[float | None, bool]:
        """
        Return the seconds to wait at most, and whether the deadline is what bounds them.

        Args:
            left: Seconds until the deadline of the call, or None if it has none.
        """
        longest = None if self.max_wait is None else as_float(self.max_wait)
        if left is None or (longest is not None and longest <= left):
            return longest, False
        return left, True


def bulkhead_error(call: Call, bulkhead: Bulkhead, waited: float | None) -> BulkheadFullError:
    """
    Return the error of a call that got no place.

    Args:
        call: What was not sent.
        bulkhead: What is full.
        waited: Seconds that the call stood in line; None if the line was full.
    """
    places = f"all {bulkhead.max_concurrent} places are taken"
    if waited is None:
        what = f"{places} and {bulkhead.max_queue} calls wait"
        remedy = "max_concurrent or Bulkhead.max_queue"
    else:
        what = f"{places}, and none came free within {waited:g} s"
        remedy = "max_concurrent or Bulkhead.max_wait"
    error = BulkheadFullError(
        redact_text(f"{call.method} {call.template}: not sent: {what}; raise Bulkhead.{remedy}"),
        request=call.redacted_request(),
        template=call.template,
    )
    error.max_concurrent, error.max_queue = bulkhead.max_concurrent, bulkhead.max_queue
    error.waited = waited or 0.0
    return error


publish(Bulkhead)
