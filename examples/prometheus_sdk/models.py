"""What the API gives besides query results, as msgspec structs."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct

from sdkbase.models import OpenEnum

from .results import Labels

T = TypeVar("T")


class Answer(Struct, Generic[T], frozen=True):
    """What every call returns: the data, and what the server remarks about it."""

    data: T
    warnings: tuple[str, ...] = ()
    """What may make the data wrong or incomplete."""
    infos: tuple[str, ...] = ()
    """What may be wrong with the expression."""


class Health(OpenEnum):
    """How the last scrape of a target, or the last evaluation of a rule, went."""

    UP = "up"
    DOWN = "down"
    OK = "ok"
    ERR = "err"
    NOT_YET = "unknown"


class AlertState(OpenEnum):
    """How far an alert is."""

    INACTIVE = "inactive"
    PENDING = "pending"
    FIRING = "firing"


class MetricMetadata(Struct, frozen=True):
    """What a target says about one of its metrics."""

    type: str
    help: str
    unit: str


MetadataByMetric: TypeAlias = dict[str, tuple[MetricMetadata, ...]]
"""Metadata by name of the metric; targets may not agree about it."""


class Target(Struct, rename="camel", frozen=True):
    """A target that is scraped."""

    discovered_labels: Labels
    labels: Labels
    scrape_pool: str
    scrape_url: str
    global_url: str
    last_error: str
    last_scrape: datetime
    """Year 1 if there was none."""
    last_scrape_duration: float
    """Seconds."""
    health: Health


class DroppedTarget(Struct, rename="camel", frozen=True):
    """A target that was found, and that relabelling dropped."""

    discovered_labels: Labels


class TargetList(Struct, rename="camel", frozen=True):
    """All targets that were found."""

    active_targets: tuple[Target, ...] = ()
    dropped_targets: tuple[DroppedTarget, ...] = ()


class TargetMetadata(MetricMetadata, frozen=True):
    """What one target says about one metric."""

    target: Labels
    metric: str = ""
    """Its name; empty if the query names it."""


class Alert(Struct, rename="camel", frozen=True):
    """An alert that is pending or firing."""

    labels: Labels
    annotations: Labels
    state: AlertState
    active_at: datetime
    value: str


class AlertList(Struct, frozen=True):
    """All alerts."""

    alerts: tuple[Alert, ...]


class EvaluatedRule(Struct, rename="camel", tag_field="type", frozen=True):
    """What rules of all kinds have."""

    name: str
    query: str
    health: Health
    last_evaluation: datetime
    evaluation_time: float
    """Seconds that the last evaluation took."""
    labels: Labels = {}
    last_error: str = ""


class RecordingRule(EvaluatedRule, tag="recording", frozen=True):
    """A rule that stores what its query gives as a new series."""


class AlertingRule(EvaluatedRule, tag="alerting", kw_only=True, frozen=True):
    """A rule whose query tells when to alert."""

    state: AlertState
    duration: float
    """Seconds for which the query has to hold before the alert fires."""
    keep_firing_for: float = 0
    """Seconds for which the alert goes on after that."""
    annotations: Labels = {}
    alerts: tuple[Alert, ...] = ()


Rule: TypeAlias = AlertingRule | RecordingRule
"""A rule of either kind."""


class RuleGroup(Struct, rename="camel", frozen=True):
    """RuleGroups that are evaluated together."""

    name: str
    file: str
    rules: tuple[Rule, ...]
    interval: float
    """Seconds between two evaluations."""
    limit: int = 0
    """How many alerts or series a rule may make; 0 for any number."""


class RuleGroups(Struct, frozen=True):
    """All rules, in their groups."""

    groups: tuple[RuleGroup, ...]


class BuildInfo(Struct, rename="camel", frozen=True):
    """What the server was built from."""

    version: str
    revision: str
    branch: str
    build_user: str
    build_date: str
    go_version: str


class RuntimeInfo(Struct, rename="camel", frozen=True):
    """How the server fares."""

    start_time: datetime
    reload_config_success: bool
    last_config_time: datetime
    corruption_count: int
    goroutine_count: int
    storage_retention: str


class Config(Struct, frozen=True):
    """The configuration that is in force."""

    yaml: str


class Count(Struct, frozen=True):
    """How often something occurs."""

    name: str
    value: int


class HeadStats(Struct, rename="camel", frozen=True):
    """The part of the database that is in memory."""

    num_series: int
    chunk_count: int
    min_time: int
    """Unix milliseconds."""
    max_time: int
    """Unix milliseconds."""


class TsdbStats(Struct, rename="camel", frozen=True):
    """What takes the most room in the database."""

    head_stats: HeadStats
    series_count_by_metric_name: tuple[Count, ...]
    label_value_count_by_label_name: tuple[Count, ...]
    memory_in_bytes_by_label_name: tuple[Count, ...]
    series_count_by_label_value_pair: tuple[Count, ...]
