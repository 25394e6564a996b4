"""What the figures are held to."""

from __future__ import annotations

import statistics
from collections.abc import Iterable

import msgspec

from .axes import Measured

Results = dict[str, Measured]
"""By the key of the axis."""


class Verdict(msgspec.Struct, frozen=True):
    """A figure beside the most that it may be."""

    name: str
    value: float
    most: float
    unit: str
    """`x` for a share of a peer's."""

    @property
    def ok(self) -> bool:
        """Whether the target is met."""
        return self.value <= self.most


# Key of the axis, own side, peer, the most.
_SHARES = [
    ("get-sync", "sdkbase", "httpx", 0.80),
    ("get-async", "sdkbase", "httpx", 0.82),
    ("tasks-50", "sdkbase", "httpx", 0.40),
    ("tasks-500", "sdkbase", "httpx", 0.28),
    ("tasks-2000", "sdkbase", "httpx", 0.28),
    ("get-sync", "sdkbase fast", "httpx", 0.22),
    ("get-sync", "sdkbase fast", "openai", 0.13),
    ("tasks-50", "sdkbase fast", "aiohttp + msgspec", 0.75),
    ("page-sync", "sdkbase fast", "openai", 0.03),
    ("page-async", "sdkbase fast", "openai", 0.03),
    ("import", "sdkbase", "openai", 0.25),
]
_GROWTH = 1.3
_MICROS = [("sync", 15), ("async", 15), ("sync, INFO line", 25), ("async, INFO line", 25)]
_IMPORT_MILLIS = 15


def verdicts(results: Results) -> list[Verdict]:
    """Return all figures that have a target and were measured."""
    return [*_shares(results), *_growth(results), *_engine(results), *_imports(results)]


def share(measured: Measured, side: str, peer: str) -> float | None:
    """
    Return how much of the *peer*'s CPU the *side* takes; None if one of them is not there.

    It is the median over the rounds, as the samples of one round share the machine's mood.
    """
    own, other = measured.samples.get(side), measured.samples.get(peer)
    if not own or not other:
        return None
    return statistics.median(a.cpu / b.cpu for a, b in zip(own, other, strict=False))


def median(measured: Measured | None, side: str) -> float | None:
    """Return the microseconds of CPU of a call; None if it was not measured."""
    found = measured.samples.get(side) if measured else None
    return statistics.median(one.cpu for one in found) if found else None


def _shares(results: Results) -> Iterable[Verdict]:
    for key, side, peer, most in _SHARES:
        if measured := results.get(key):
            value = share(measured, side, peer)
            if value is not None:
                yield Verdict(f"{measured.title}: {side} beside {peer}", value, most, "x")


def _growth(results: Results) -> Iterable[Verdict]:
    one = median(results.get("get-async"), "sdkbase")
    for key in ("tasks-500", "tasks-2000"):
        many = median(results.get(key), "sdkbase")
        if one is not None and many is not None:
            name = f"{results[key].title}: sdkbase beside itself at 1 task"
            yield Verdict(name, many / one, _GROWTH, "x")


def _engine(results: Results) -> Iterable[Verdict]:
    for side, most in _MICROS:
        value = median(results.get("engine"), side)
        if value is not None:
            yield Verdict(f"engine over memory, {side}", value, most, "µs")


def _imports(results: Results) -> Iterable[Verdict]:
    if not (measured := results.get("import")):
        return
    own, parts = median(measured, "sdkbase"), median(measured, "httpx, msgspec")
    if own is not None and parts is not None:
        name = "import sdkbase, more than httpx and msgspec"
        yield Verdict(name, (own - parts) / 1000, _IMPORT_MILLIS, "ms")
