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
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

Side = Callable[[int], object]
"""Makes the given number of calls."""


class Plan(msgspec.Struct, frozen=True):
    """How often something is measured."""

    rounds: int
    """Samples of each side."""
    calls: int
    """Calls in one sample."""
    seconds: float = 20.0
    """What a side may take for its samples before it sits out the further rounds."""


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


class Sample(NamedTuple):
    """Microseconds for one call of a sample."""

    cpu: float
    wall: float


def sample(side: Side, calls: int) -> Sample:
    """Return what one call takes, from a sample of *calls*."""
    gc.collect()
    wall, cpu = time.perf_counter_ns(), time.process_time_ns()
    side(calls)
    used, passed = time.process_time_ns() - cpu, time.perf_counter_ns() - wall
    return Sample(used / 1000 / calls, passed / 1000 / calls)


def in_turn(plan: Plan, sides: Sequence[Side], before: int | None = None) -> list[list[Sample]]:
    """
    Return a sample per round for each of the *sides*, which take turns at going first.

    Args:
        plan: How many rounds of how many calls.
        sides: What is measured; each is warmed up: connections, caches, specialised bytecode.
        before: Calls of the warm-up and before each sample, so that connections which expired in
            the turns of the others are there again. None: as many as in a sample, and only once.
    """
    for side in sides:
        side(before or plan.calls)
    # What all sides together have imported is no burden that one of them would have alone.
    gc.collect()
    gc.freeze()
    measured: list[list[Sample]] = [[] for _ in sides]
    for number in range(plan.rounds):
        turns = list(zip(sides, measured, strict=True))
        for side, values in turns[:: -1 if number % 2 else 1]:
            if sum(value.wall for value in values) * plan.calls > plan.seconds * 1e6:
                continue
            if before:
                side(before)
            values.append(sample(side, plan.calls))
    gc.unfreeze()
    return measured


def samples(plan: Plan, sides: Sequence[Side]) -> list[list[float]]:
    """Return the CPU of `in_turn`."""
    return [[one.cpu for one in values] for values in in_turn(plan, sides)]


def figure(name: str, measured: list[list[float]], target: Target, peer_name: str = "") -> Figure:
    """Return the figure of the samples *measured*: of one side, or of it and its peer."""
    own, *peers = measured
    low, median, high = statistics.quantiles(own, n=4)
    spread = (high - low) / 2 / median
    if not peers:
        return Figure(name, median, spread, target=target)
    ratio = statistics.median(mine / other for mine, other in zip(own, peers[0], strict=True))
    return Figure(name, median, spread, peer_name, statistics.median(peers[0]), ratio, target)
