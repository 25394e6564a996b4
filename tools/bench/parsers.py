"""
Throughput of the pure stream parsers on one core: megabytes and records in a second of CPU.

Every parser reads the same bytes in pieces of 64 KiB, as they come from a socket. The best of
several rounds counts: what is asked is what the code can do, not what the machine's mood allows.
The target is met by pieces that are large (bytes) and by events that are small (records).
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from sdkbase._wire.codec import decoder_for
from sdkbase._wire.lines import JsonLines, TextLines
from sdkbase._wire.records import ItemParser
from sdkbase._wire.sse import EventReader, ServerSentEvent, SseParser

PIECE = 64 * 1024
MEGABYTES = 200
RECORDS = 300_000


class Delta(msgspec.Struct):
    """What a chat service sends for each token."""

    id: str
    index: int
    text: str


class Case(msgspec.Struct, frozen=True):
    """A parser, and the stream that it reads."""

    name: str
    record: bytes
    parser: Callable[[], ItemParser[Any]]
    least_megabytes: float | None = None
    least_records: float | None = None


class _Events:
    """The parser of events without decoding, in the shape of the others."""

    headers: dict[str, str] = {}

    def __init__(self) -> None:
        self._parser = SseParser()

    def feed(self, chunk: bytes) -> Iterable[ServerSentEvent]:
        return self._parser.feed(chunk)

    def finish(self) -> tuple[ServerSentEvent, ...]:
        return ()


def _json(size: int) -> bytes:
    head = msgspec.json.encode(Delta("chatcmpl-1234567890", 0, ""))
    return msgspec.json.encode(Delta("chatcmpl-1234567890", 0, "x" * max(4, size - len(head))))


def _typed() -> ItemParser[Delta]:
    return JsonLines(decoder_for(Delta))


SMALL, LARGE = _json(60), _json(2000)

CASES = (
    Case("lines, 60 B", SMALL + b"\n", TextLines, 200, RECORDS),
    Case("lines, 2 kB", LARGE + b"\n", TextLines, MEGABYTES),
    Case("NDJSON to a struct, 60 B", SMALL + b"\n", _typed, None, RECORDS),
    Case("NDJSON to a struct, 2 kB", LARGE + b"\n", _typed, MEGABYTES),
    Case("SSE, data only, 60 B", b"data: " + SMALL + b"\n\n", _Events, None, RECORDS),
    Case("SSE, data only, 2 kB", b"data: " + LARGE + b"\n\n", _Events, MEGABYTES),
    Case("SSE, data only, CR LF, 2 kB", b"data: " + LARGE + b"\r\n\r\n", _Events, MEGABYTES),
    Case(
        "SSE, event and data, 60 B",
        b"event: delta\ndata: " + SMALL + b"\n\n",
        _Events,
        None,
        RECORDS,
    ),
    Case(
        "SSE, event and data, 2 kB", b"event: delta\ndata: " + LARGE + b"\n\n", _Events, MEGABYTES
    ),
    Case(
        "SSE, id, event and data, 60 B",
        b"id: 17\nevent: delta\ndata: " + SMALL + b"\n\n",
        _Events,
        None,
        RECORDS,
    ),
    Case(
        "SSE to a struct, 60 B",
        b"data: " + SMALL + b"\n\n",
        lambda: EventReader(Delta),
        None,
        RECORDS,
    ),
    Case(
        "SSE to a struct, 2 kB", b"data: " + LARGE + b"\n\n", lambda: EventReader(Delta), MEGABYTES
    ),
)


def seconds(case: Case, pieces: list[bytes], records: int) -> float:
    """Return the CPU time in which the parser reads the *pieces*."""
    gc.collect()
    parser, count = case.parser(), 0
    began = time.process_time()
    for piece in pieces:
        for _ in parser.feed(piece):
            count += 1
    spent = time.process_time() - began
    if count != records:
        raise SystemExit(f"{case.name}: {count} of {records} records")
    return spent


def main() -> int:
    """
    Measure every parser and print the figures.

    Returns:
        0 if every target is met.
    """
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--megabytes", type=int, default=16, help="length of each stream")
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    missed = 0
    print(f"{'parser':34}{'MB/s':>8}{'records/s':>14}")
    for case in CASES:
        records = given.megabytes * 1_000_000 // len(case.record)
        stream = case.record * records
        pieces = [stream[at : at + PIECE] for at in range(0, len(stream), PIECE)]
        best = min(seconds(case, pieces, records) for _ in range(given.rounds))
        megabytes, rate = len(stream) / best / 1e6, records / best
        ok = megabytes >= (case.least_megabytes or 0) and rate >= (case.least_records or 0)
        missed += not ok
        print(f"{case.name:34}{megabytes:8.0f}{rate:14,.0f}{'' if ok else '  below its target'}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
