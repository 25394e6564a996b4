"""The circuit of one key, a state machine: closed, open, half-open. Pure: time is passed in."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import Literal, TypeAlias

import msgspec

from .._exports import publish

CircuitState: TypeAlias = Literal["closed", "open", "half-open"]
"""Calls go through; none does; a few probes do."""

_SLICES = 10


class CircuitSnapshot(msgspec.Struct, frozen=True):
    """The circuit of one key, as it was when someone looked."""

    state: CircuitState
    consecutive_failures: int = 0
    """Failures since the last success, while it is closed."""
    calls: int = 0
    """Outcomes in the window; 0 without `failure_rate`."""
    failures: int = 0
    """Failures in the window; 0 without `failure_rate`."""
    probe_at: float | None = None
    """When an open circuit lets a probe through, on the monotonic clock."""


class Admission:
    """Leave to make one attempt; its outcome counts only for the state that gave it."""

    __slots__ = ("circuit",)

    def __init__(self, circuit: Circuit) -> None:
        self.circuit: Circuit = circuit


class Rules(msgspec.Struct, frozen=True):
    """When circuits open and close; see `CircuitBreaker`."""

    consecutive_failures: int | None
    failure_rate: float | None
    window: float
    minimum_calls: int
    open_seconds: float
    half_open_probes: int

    def told(self) -> str:
        """Return those that count, as arguments."""
        rated = ("failure_rate", "window", "minimum_calls")
        names = [n for n in self.__struct_fields__ if self.failure_rate or n not in rated]
        return ", ".join(f"{name}={getattr(self, name)}" for name in names)


class Circuit:
    """
    The state of one key; whoever changes it holds the breaker's lock.

    Args:
        key: What it goes by.
        rules: When it opens and closes.
    """

    __slots__ = ("_passed", "_probes", "_row", "_rules", "_window", "admission", "key", "probe_at")

    def __init__(self, key: Hashable, rules: Rules) -> None:
        self.key: Hashable = key
        self._rules = rules
        self._window = None if rules.failure_rate is None else _Window(rules.window)
        self.probe_at: float | None = None
        self.admission: Admission | None = Admission(self)
        self._row = 0
        self._probes: dict[Admission, float] = {}
        self._passed = 0

    @property
    def state(self) -> CircuitState:
        """What it lets through."""
        if self.admission is not None:
            return "closed"
        return "half-open" if self.probe_at is None else "open"

    def is_untroubled(self, admission: Admission) -> bool:
        """Tell whether a success would change nothing."""
        return self._row == 0 and self._window is None and admission is self.admission

    def admit(self, now: float) -> Admission | None:
        """Return leave for one attempt, or None."""
        if self.admission is not None:
            return self.admission
        if self.probe_at is not None:
            if now < self.probe_at:
                return None
            self.probe_at = None
        lost = now - self._rules.open_seconds
        self._probes = {probe: at for probe, at in self._probes.items() if at > lost}
        if len(self._probes) + self._passed >= self._rules.half_open_probes:
            return None
        probe = Admission(self)
        self._probes[probe] = now
        return probe

    def record(self, admission: Admission, now: float, *, failed: bool | None) -> None:
        """Count an outcome, None for one that says nothing, if it belongs to the present state."""
        if admission is self.admission:
            if failed is not None:
                self._count(now, failed=failed)
        elif self._probes.pop(admission, None) is not None:
            if failed:
                self._open(now)
            elif failed is not None:
                self._passed += 1
                if self._passed >= self._rules.half_open_probes:
                    self._close()

    def _count(self, now: float, *, failed: bool) -> None:
        rules, window = self._rules, self._window
        self._row = self._row + 1 if failed else 0
        if window is not None:
            window.add(now, failed=failed)
        if rules.consecutive_failures is not None and self._row >= rules.consecutive_failures:
            self._open(now)
        elif window is not None and rules.failure_rate is not None and failed:
            enough = window.calls >= rules.minimum_calls
            if enough and window.failures >= rules.failure_rate * window.calls:
                self._open(now)

    def _open(self, now: float) -> None:
        self.admission = None
        self.probe_at = now + self._rules.open_seconds
        self._start_over()

    def _close(self) -> None:
        self._start_over()
        self.admission = Admission(self)

    def _start_over(self) -> None:
        self._row = 0
        self._probes.clear()
        self._passed = 0
        if self._window is not None:
            self._window.clear()

    def waiting_time(self, now: float) -> float | None:
        """Return the seconds until probes are let through, or None if they are under way."""
        return None if self.probe_at is None else max(0.0, self.probe_at - now)

    def snapshot(self) -> CircuitSnapshot:
        """Return what it is now."""
        window = self._window
        return CircuitSnapshot(
            self.state,
            self._row,
            0 if window is None else window.calls,
            0 if window is None else window.failures,
            self.probe_at,
        )


class _Window:
    """Outcomes of the last *seconds*, in slices that are dropped one by one."""

    def __init__(self, seconds: float) -> None:
        self._width = seconds / _SLICES
        self.clear()

    def clear(self) -> None:
        self.calls = 0
        self.failures = 0
        self._slices: deque[_Slice] = deque()

    def add(self, now: float, *, failed: bool) -> None:
        number = int(now / self._width)
        while self._slices and self._slices[0].number <= number - _SLICES:
            old = self._slices.popleft()
            self.calls -= old.calls
            self.failures -= old.failures
        if not self._slices or self._slices[-1].number < number:
            self._slices.append(_Slice(number))
        for counts in (self, self._slices[-1]):
            counts.calls += 1
            counts.failures += failed


class _Slice(msgspec.Struct):
    number: int
    calls: int = 0
    failures: int = 0


publish(CircuitSnapshot)
