"""
An SDK for the HTTP API of Prometheus, as a downstream author would write it on sdkbase.

    with Prometheus("http://localhost:9090") as prometheus:
        for series in prometheus.query.vector("up").data.result:
            print(series.metric["instance"], series.value)

`_async/` is written by hand; `_sync/` is generated from it and never edited. What both share, and
what does no I/O, is written once: models, errors, times.

Source: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from ._async.client import AsyncPrometheus
from ._sync.client import Prometheus
from .errors import (
    BadDataError,
    ExecutionError,
    Problem,
    QueryCanceledError,
    QueryTimeoutError,
)
from .models import (
    Alert,
    AlertingRule,
    AlertList,
    AlertState,
    Answer,
    BuildInfo,
    Config,
    Count,
    HeadStats,
    Health,
    MetricMetadata,
    RecordingRule,
    Rule,
    RuleGroup,
    RuleGroups,
    RuntimeInfo,
    Target,
    TargetList,
    TargetMetadata,
    TsdbStats,
)
from .results import (
    Bucket,
    Histogram,
    HistogramSample,
    InstantSeries,
    Labels,
    Matrix,
    QueryResult,
    RangeSeries,
    Sample,
    Scalar,
    String,
    Text,
    Vector,
)
from .times import Duration, Time

__all__ = [
    # clients
    "AsyncPrometheus",
    "Prometheus",
    # query results
    "Answer",
    "Bucket",
    "Histogram",
    "HistogramSample",
    "InstantSeries",
    "Labels",
    "Matrix",
    "QueryResult",
    "RangeSeries",
    "Sample",
    "Scalar",
    "String",
    "Text",
    "Vector",
    # what else the API gives
    "Alert",
    "AlertingRule",
    "AlertList",
    "AlertState",
    "BuildInfo",
    "Config",
    "Count",
    "Health",
    "HeadStats",
    "MetricMetadata",
    "RecordingRule",
    "Rule",
    "RuleGroup",
    "RuleGroups",
    "RuntimeInfo",
    "Target",
    "TargetMetadata",
    "TargetList",
    "TsdbStats",
    # what it takes
    "Duration",
    "Time",
    # errors
    "BadDataError",
    "ExecutionError",
    "Problem",
    "QueryCanceledError",
    "QueryTimeoutError",
]
