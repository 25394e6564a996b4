"""
CPU time of two sides in alternation, and what a figure is held to.

Only the CPU time of this process counts (`time.process_time`, all threads, user and system), so
the server's work, waiting and other people's load do not. Every sample begins after a full garbage
collection; the collector stays on while it runs, as it does in a real program.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable

import msgspec

Side = Callable[[int], object]
"""Makes the given number of calls."""


class Plan(msgspec.Struct, frozen=True):
    """How often something is measured."""

    rounds: int
    """Samples of each side."""
    calls: int
    """Calls in one sample."""


class Target(msgspec.Struct, frozen=True):
    """The most that a figure may be: a share of the peer's, or microseconds, or neither."""

    ratio: float | None = None
    micros: float | None = None


class Figure(msgspec.Struct, frozen=True):
    """Microseconds of CPU for one call: medians, and beside them the peer's if there is one."""

    name: str
    micros: float
    spread: float
    """Half the distance between the quartiles, as a share of the median."""
    peer_name: str = ""
    peer: float | None = None
    ratio: float | None = None
    """
    Share of the peer's time: the median over the rounds, as the two samples of one round share
    the machine's mood. So it is not exactly the quotient of the medians.
    """
    target: Target = Target()

    @property
    def ok(self) -> bool | None:
        """Whether the target is met; None if there is no target."""
        if self.target.ratio is not None and self.ratio is not None:
            return self.ratio <= self.target.ratio
        return None if self.target.micros is None else self.micros <= self.target.micros


def cpu_micros(side: Side, calls: int) -> float:
    """Return the microseconds of CPU that one call takes, from a sample of *calls*."""
    gc.collect()
    began = time.process_time_ns()
    side(calls)
    return (time.process_time_ns() - began) / 1000 / calls


def samples(plan: Plan, sides: list[Side]) -> list[list[float]]:
    """Return a sample per round for each of the *sides*, which take turns at going first."""
    for side in sides:
        side(plan.calls)  # warm-up: connections, caches, specialised bytecode
    measured: list[list[float]] = [[] for _ in sides]
    for number in range(plan.rounds):
        turns = list(zip(sides, measured, strict=True))
        for side, values in turns[:: -1 if number % 2 else 1]:
            values.append(cpu_micros(side, plan.calls))
    return measured


def figure(name: str, measured: list[list[float]], target: Target, peer_name: str = "") -> Figure:
    """Return the figure of the samples *measured*: of one side, or of it and its peer."""
    own, *peers = measured
    low, median, high = statistics.quantiles(own, n=4)
    spread = (high - low) / 2 / median
    if not peers:
        return Figure(name, median, spread, target=target)
    ratio = statistics.median(mine / other for mine, other in zip(own, peers[0], strict=True))
    return Figure(name, median, spread, peer_name, statistics.median(peers[0]), ratio, target)
