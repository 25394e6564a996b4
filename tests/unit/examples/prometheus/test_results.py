"""Query results and times, without a server: what the real one does not send by itself."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from prometheus_sdk import (
    Answer,
    Bucket,
    Histogram,
    HistogramSample,
    InstantSeries,
    Matrix,
    QueryResult,
    Sample,
    Vector,
)
from prometheus_sdk.times import duration, timestamp
from sdkbase import OMIT, InvalidRequestError

HISTOGRAM = [7, {"count": "60", "sum": "33.5", "buckets": [[0, "0.25", "0.5", "10"]]}]
MADE = HistogramSample(7, Histogram("60", "33.5", (Bucket(0, "0.25", "0.5", "10"),)))


def decoded(kind: str, series: dict[str, object]) -> QueryResult:
    body = {"data": {"resultType": kind, "result": [{"metric": {"job": "a"}, **series}]}}
    return msgspec.json.decode(msgspec.json.encode(body), type=Answer[QueryResult]).data


def test_a_series_may_be_made_of_native_histograms() -> None:
    vector = decoded("vector", {"histogram": HISTOGRAM})
    assert isinstance(vector, Vector)
    assert vector == Vector((InstantSeries({"job": "a"}, None, MADE),))
    with pytest.raises(ValueError, match="'job': 'a'.* has no value; look at its histogram"):
        _ = vector.result[0].value


def test_a_series_over_time_may_have_both() -> None:
    matrix = decoded("matrix", {"values": [[6, "1"]], "histograms": [HISTOGRAM]})
    assert isinstance(matrix, Matrix)
    assert (matrix.result[0].values, matrix.result[0].histograms) == ((Sample(6, "1"),), (MADE,))


def test_a_kind_of_result_that_is_not_known_is_an_error() -> None:
    with pytest.raises(msgspec.ValidationError, match="resultType"):
        decoded("tensor", {})


@pytest.mark.parametrize(
    ("text", "value"), [("+Inf", math.inf), ("-Inf", -math.inf), ("1e+00", 1), ("NaN", math.nan)]
)
def test_numbers_travel_as_text(text: str, value: float) -> None:
    assert Sample(0, text).value == pytest.approx(value, nan_ok=True)


def test_times_become_unix_seconds() -> None:
    moment = datetime(2024, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    assert timestamp(moment) == timestamp(1704067200) == 1704067200
    assert timestamp(OMIT) is OMIT
    assert Sample(1704067200, "1").timestamp == moment.astimezone(UTC)
    with pytest.raises(InvalidRequestError, match="tzinfo=UTC"):
        timestamp(datetime(2024, 1, 1))


def test_durations_become_seconds_or_stay_text() -> None:
    assert duration(timedelta(minutes=1.5)) == 90
    assert (duration("1h30m"), duration(0.5), duration(OMIT)) == ("1h30m", 0.5, OMIT)
