"""
What a query evaluates to: one struct for each `resultType`, and what is in them.

Numbers travel as text, for JSON has no NaN and no infinity; `value` gives them as floats.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeAlias

from msgspec import Struct, field

Labels: TypeAlias = dict[str, str]
"""Labels by name; the name of the metric is the label `__name__`."""


class Text(Struct, array_like=True, frozen=True):
    """A text at a moment."""

    time: float
    """Unix seconds."""
    text: str

    @property
    def timestamp(self) -> datetime:
        """The moment, in UTC."""
        return datetime.fromtimestamp(self.time, UTC)


class Sample(Text, frozen=True):
    """A number at a moment."""

    @property
    def value(self) -> float:
        """The number; may be NaN or infinite."""
        return float(self.text)


class Bucket(Struct, array_like=True, frozen=True):
    """A range of values in a histogram, and how many observations fell into it."""

    boundaries: int
    """Which ends belong to it: 0 the right, 1 the left, 2 none, 3 both."""
    left: str
    right: str
    count: str


class Histogram(Struct, frozen=True):
    """A native histogram."""

    count: str
    sum: str
    buckets: tuple[Bucket, ...] = ()


class HistogramSample(Struct, array_like=True, frozen=True):
    """A native histogram at a moment."""

    time: float
    """Unix seconds."""
    histogram: Histogram


class InstantSeries(Struct, frozen=True):
    """One series at a moment: it has a `sample`, or a `histogram` if that is what it is made of."""

    metric: Labels
    sample: Sample | None = field(name="value", default=None)
    histogram: HistogramSample | None = None

    @property
    def value(self) -> float:
        """
        The sample's number.

        Raises:
            ValueError: The series is made of histograms.
        """
        if self.sample is None:
            raise ValueError(f"{self.metric} has no value; look at its histogram")
        return self.sample.value


class RangeSeries(Struct, frozen=True):
    """One series over time."""

    metric: Labels
    values: tuple[Sample, ...] = ()
    histograms: tuple[HistogramSample, ...] = ()


class Vector(Struct, tag_field="resultType", tag="vector", frozen=True):
    """Series at one moment."""

    result: tuple[InstantSeries, ...]


class Matrix(Struct, tag_field="resultType", tag="matrix", frozen=True):
    """Series over time."""

    result: tuple[RangeSeries, ...]


class Scalar(Struct, tag_field="resultType", tag="scalar", frozen=True):
    """One number."""

    result: Sample


class String(Struct, tag_field="resultType", tag="string", frozen=True):
    """One text."""

    result: Text


QueryResult: TypeAlias = Vector | Matrix | Scalar | String
"""What an expression may evaluate to."""
