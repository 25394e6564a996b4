"""The settings of the bulkhead, and what its error says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import anyio
import httpx
import pytest

from sdkbase import Bulkhead, BulkheadFullError, ConfigurationError, TransportError
from sdkbase._async.bulkhead import AsyncBulkhead
from sdkbase._concurrency import AsyncClock
from sdkbase._policy.bulkhead import bulkhead_error
from sdkbase._policy.deadline import NO_DEADLINE
from sdkbase._wire.call import Call
from sdkbase._wire.reply import Reply
from tests.unit.wire.messages import make_call


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"max_concurrent": 0}, "Bulkhead.max_concurrent must be a whole number, 1 or more, got 0"),
        ({"max_concurrent": True}, "Bulkhead.max_concurrent"),
        ({"max_concurrent": 1, "max_queue": -1}, "Bulkhead.max_queue"),
        ({"max_concurrent": 1, "max_queue": None}, "Bulkhead.max_queue"),
        ({"max_concurrent": 1, "max_wait": -1}, "Bulkhead.max_wait"),
        ({"max_concurrent": 1, "max_wait": "1"}, "Bulkhead.max_wait"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Bulkhead(**settings)


@pytest.mark.parametrize(
    ("max_wait", "left", "expected"),
    [
        (5.0, None, (5.0, False)),
        (timedelta(seconds=5), 5.0, (5.0, False)),
        (5.0, 2.0, (2.0, True)),
        (None, 2.0, (2.0, True)),
        (None, None, (None, False)),
        (0, 2.0, (0.0, False)),
    ],
)
def test_a_call_waits_no_longer_than_it_may(
    max_wait: Any, left: float | None, expected: tuple[float | None, bool]
) -> None:
    assert Bulkhead(1, max_wait=max_wait).wait(left) == expected


def test_the_error_says_what_was_full() -> None:
    settings = Bulkhead(2, max_queue=3, max_wait=0.5)
    full = bulkhead_error(make_call(), settings, None)
    assert isinstance(full, BulkheadFullError) and isinstance(full, TransportError)
    assert str(full) == (
        "GET /users/{user_id}: not sent: all 2 places are taken and 3 calls wait; "
        "raise Bulkhead.max_concurrent or Bulkhead.max_queue"
    )
    assert (full.sent, full.max_concurrent, full.max_queue, full.waited) == (False, 2, 3, 0.0)
    late = bulkhead_error(make_call(), settings, 0.5)
    assert str(late) == (
        "GET /users/{user_id}: not sent: all 2 places are taken, and none came free within 0.5 s; "
        "raise Bulkhead.max_concurrent or Bulkhead.max_wait"
    )
    assert late.waited == 0.5


class Body(httpx.AsyncByteStream):
    can_abort = True


def test_a_cancelled_caller_leaves_the_line_and_a_held_stream_is_as_it_was() -> None:
    async def run() -> None:
        bulkhead, go = AsyncBulkhead(Bulkhead(1), AsyncClock()), anyio.Event()
        call = make_call()

        async def held(_: Call) -> Reply:
            await go.wait()
            reply = Reply(200, [], None, stream=Body())
            reply.call = call
            return reply

        async def hurried() -> None:
            with anyio.move_on_after(0.01):
                await bulkhead.run(call, NO_DEADLINE, 0.0, held)

        async with anyio.create_task_group() as group:
            for _ in range(2):
                group.start_soon(hurried)
        assert "inside=0 in_use=0" in repr(bulkhead)
        go.set()
        reply = await bulkhead.run(call, NO_DEADLINE, 0.0, held)
        stream: Any = reply.stream
        seen: Any = reply.to_httpx().stream
        assert stream.can_abort and seen is stream
        assert not hasattr(stream, "abort")
        assert "inside=1 in_use=1" in repr(bulkhead)
        for _ in range(2):
            await stream.aclose()
        assert "inside=0 in_use=0" in repr(bulkhead)

    for backend in ("asyncio", "trio"):
        anyio.run(run, backend=backend)
