"""Bodies without end, and bodies that grow without end, are refused on every transport."""

from __future__ import annotations

import gzip
import resource
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest
import zstandard

from sdkbase import (
    InternalServerError,
    NotFoundError,
    ResponseTooLargeError,
    RetryConfig,
    StatusError,
)
from tests.faults.driver import ask, drive
from tests.faults.server import Answer, Connection, FaultServer, Request

# It repeats the same lines very often.
pytestmark = pytest.mark.usefixtures("uncovered")

brotli: Any = import_module("brotli")  # it has no types

MIB = 1024 * 1024
RETRIES = RetryConfig(max_retries=2, backoff_factor=0.001)
_BIG = b"\0" * (50 * MIB)
_PIECE = b"x" * 65536
_HEAD = "HTTP/1.1 {} Told\r\ncontent-type: application/json\r\n{}\r\n\r\n"
BOMBS = {
    "gzip": gzip.compress(_BIG),
    "br": brotli.compress(_BIG, quality=5),
    "zstd": zstandard.compress(_BIG),
}


def answer_of(name: str) -> Answer:
    """Return the answer `200-gzip`, `500-endless`, ...: a status and what is wrong."""
    status, _, fault = name.partition("-")
    bomb = BOMBS.get(fault, b"")
    fields = {
        "announced": f"content-length: {50 * MIB}",
        "endless": "transfer-encoding: chunked",
        "until": "connection: close",
    }.get(fault, f"content-encoding: {fault}\r\ncontent-length: {len(bomb)}")
    piece = b"%x\r\n%s\r\n" % (len(_PIECE), _PIECE) if fault == "endless" else _PIECE

    async def answer(_server: FaultServer, connection: Connection, _request: Request) -> None:
        await connection.send(_HEAD.format(status, fields).encode() + bomb)
        if fault == "announced":
            await connection.until_client_leaves()
        with suppress(OSError):
            for _ in range(0 if bomb else 50 * 16):
                await connection.send(piece)
        if not bomb:
            connection.close()

    return answer


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(answer_of) as running:
        yield running
    assert running.errors == []


@pytest.mark.parametrize("fault", [*BOMBS, "announced", "endless", "until"])
def test_what_is_too_large_is_refused_at_once(server: FaultServer, colour: str, fault: str) -> None:
    asks = [ask("GET", f"/200-{fault}"), ask("GET", f"/200-{fault}", cast_to=bytes)]
    if fault == "announced":
        del asks[1:]

    def discarded() -> None:
        assert fault in BOMBS or server.settles(lambda: server.open == 0)

    drive(colour, asks[:1], base_url=server.url, max_response_bytes=MIB)  # imports what it needs
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    try:
        outcomes = drive(
            colour,
            asks,
            at_end=discarded,
            base_url=server.url,
            retry_config=RETRIES,
            max_response_bytes=MIB,
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # What the fast engine holds is not traced.
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert peak < 4 * MIB
    assert grown * 1024 < 16 * MIB
    for outcome in outcomes:
        error = outcome.error
        assert isinstance(error, ResponseTooLargeError)
        assert outcome.attempts == 1  # it would be as large again
        assert (error.limit, error.status_code) == (MIB, 200)
        assert MIB < error.size <= 50 * MIB
        assert "larger than max_response_bytes=1048576" in str(error)


@pytest.mark.parametrize(("status", "kind"), [(404, NotFoundError), (500, InternalServerError)])
@pytest.mark.parametrize("fault", ["gzip", "endless"])
def test_an_error_is_cut_and_keeps_its_status(
    server: FaultServer, colour: str, status: int, kind: type[StatusError], fault: str
) -> None:
    asks = [ask("GET", f"/{status}-{fault}", cast_to=dict), ask("GET", f"/{status}-{fault}")]
    none = RetryConfig(max_retries=0)
    limits: dict[str, Any] = {"retry_config": none, "max_response_bytes": MIB}
    typed, raw = drive(colour, asks, base_url=server.url, **limits)
    assert type(typed.error) is kind
    assert isinstance(typed.error, StatusError)
    assert 0 < len(typed.error.response.content) <= MIB
    (note,) = typed.error.__notes__
    assert note.startswith("its body is not whole: ResponseTooLargeError: GET /")
    assert isinstance(raw.error, ResponseTooLargeError)
    assert raw.error.status_code == status
