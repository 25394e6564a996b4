"""What type checkers see of the Prometheus SDK. Checked by mypy and pyright, never executed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_type

from prometheus_sdk import (
    AlertList,
    Answer,
    AsyncPrometheus,
    BuildInfo,
    Labels,
    Matrix,
    MetricMetadata,
    Prometheus,
    QueryResult,
    RuleGroups,
    Sample,
    Scalar,
    String,
    TargetList,
    Text,
    TsdbStats,
    Vector,
)


async def use(prometheus: AsyncPrometheus, now: datetime) -> None:
    query = prometheus.query
    assert_type(await query.instant("up"), Answer[QueryResult])
    assert_type((await query.vector("up", time=now, timeout="5s")).data, Vector)
    assert_type((await query.range("up", 0, now, timedelta(minutes=1))).data, Matrix)
    assert_type((await query.format("up")).data, str)
    assert_type((await prometheus.metadata.series("up", "down")).data, Sequence[Labels])
    assert_type((await prometheus.metadata.labels(start=now)).data, Sequence[str])
    assert_type((await prometheus.metadata.metrics()).data, dict[str, tuple[MetricMetadata, ...]])
    assert_type((await prometheus.targets.list(state="active")).data, TargetList)
    assert_type(await prometheus.rules.list(), Answer[RuleGroups])
    assert_type(await prometheus.rules.alerts(), Answer[AlertList])
    assert_type((await prometheus.status.flags()).data, dict[str, str])


def use_sync(prometheus: Prometheus) -> None:
    assert_type(prometheus.query.instant("up"), Answer[QueryResult])
    assert_type(prometheus.status.build().data, BuildInfo)
    assert_type(prometheus.status.tsdb().data, TsdbStats)
    assert_type(prometheus.with_options(deadline=1), Prometheus)


def narrowed(result: QueryResult) -> None:
    match result:
        case Vector():
            assert_type(result.result[0].value, float)
            assert_type(result.result[0].sample, Sample | None)
        case Matrix():
            assert_type(result.result[0].values[0].timestamp, datetime)
        case Scalar(sample):
            assert_type(sample, Sample)
        case String(text):
            assert_type(text, Text)


async def wrong(prometheus: AsyncPrometheus) -> None:
    await prometheus.targets.list(state="gone")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # no such state
    await prometheus.query.range("up", 0, 1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # no step
