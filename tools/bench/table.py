"""The figures as text."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from .axes import Measured
from .measure import Sample
from .targets import Verdict, share

_COLUMNS = ("", "CPU µs", "±", "x httpx", "a second")
_BASE = "httpx"


def of_axis(measured: Measured) -> str:
    """Return the sides of an axis, the cheapest first."""
    by_cost = sorted(measured.samples.items(), key=lambda item: _cpu(item[1]))
    rows = [_row(measured, name, samples) for name, samples in by_cost]
    return aligned([(measured.title, *_COLUMNS[1:]), *rows])


def of_verdicts(found: Iterable[Verdict]) -> str:
    """Return the figures that have a target."""
    rows = [
        (one.name, _value(one.value, one.unit), f"<= {_value(one.most, one.unit)}", _word(one))
        for one in found
    ]
    return aligned([("target", "measured", "at most", ""), *rows])


def aligned(rows: Sequence[tuple[str, ...]]) -> str:
    """Return the *rows* in columns, the first of them to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            f"{cell:<{width}}" if number == 0 else f"{cell:>{width}}"
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _row(measured: Measured, name: str, samples: list[Sample]) -> tuple[str, ...]:
    micros = _cpu(samples)
    ratio = share(measured, name, _BASE)
    wall = statistics.median(one.wall for one in samples)
    return (
        f"  {name}",
        f"{micros:,.1f}" if micros < 1000 else f"{micros:,.0f}",
        f"{_spread(samples) / micros:.0%}" if len(samples) > 1 else "",
        "" if ratio is None else _value(ratio, "x"),
        f"{1e6 / wall:,.0f}",
    )


def _cpu(samples: list[Sample]) -> float:
    return statistics.median(one.cpu for one in samples)


def _spread(samples: list[Sample]) -> float:
    low, _, high = statistics.quantiles((one.cpu for one in samples), n=4)
    return (high - low) / 2


def _value(value: float, unit: str) -> str:
    if unit == "x":
        return f"{value:.{2 if value >= 0.1 else 3}f}x"
    return f"{value:,.1f} {unit}"


def _word(one: Verdict) -> str:
    return "ok" if one.ok else "MISSED"
