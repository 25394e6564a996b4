"""The SDK for Prometheus, against a real one that watches itself."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from prometheus_sdk import (
    AlertingRule,
    AsyncPrometheus,
    BadDataError,
    ExecutionError,
    Matrix,
    MetricMetadata,
    Problem,
    QueryTimeoutError,
    RecordingRule,
    Scalar,
    String,
    Text,
    Vector,
)
from sdkbase import DecodeError, InvalidRequestError, NotFoundError, RetryConfig, StatusError

UP = {"itself": 1.0, "absent": 0.0}


@pytest.fixture(name="prometheus")
async def prometheus_fixture(prometheus_url: str) -> AsyncIterator[AsyncPrometheus]:
    async with AsyncPrometheus(prometheus_url) as prometheus:
        yield prometheus


async def test_a_vector_has_a_value_for_each_series(prometheus: AsyncPrometheus) -> None:
    before = datetime.now(UTC)
    answer = await prometheus.query.vector("up")
    assert {series.metric["job"]: series.value for series in answer.data.result} == UP
    for series in answer.data.result:
        assert series.metric["__name__"] == "up"
        assert series.sample is not None
        assert abs(series.sample.timestamp - before) < timedelta(minutes=1)
        assert series.histogram is None
    assert (answer.warnings, answer.infos) == ((), ())


async def test_an_expression_may_be_of_any_kind(prometheus: AsyncPrometheus) -> None:
    vector = (await prometheus.query.instant("up")).data
    matrix = (await prometheus.query.instant("up[1m]")).data
    string = (await prometheus.query.instant('"hi"', time=7)).data
    assert isinstance(vector, Vector)
    assert {series.value for series in vector.result} == {0, 1}
    assert isinstance(matrix, Matrix)
    assert all(series.values for series in matrix.result)
    assert string == String(Text(7, "hi"))


@pytest.mark.parametrize(
    ("expression", "value"),
    [("0/0", math.nan), ("1/0", math.inf), ("-1/0", -math.inf), ("2.5", 2.5)],
)
async def test_a_scalar_may_be_no_finite_number(
    prometheus: AsyncPrometheus, expression: str, value: float
) -> None:
    scalar = (await prometheus.query.instant(expression)).data
    assert isinstance(scalar, Scalar)
    assert scalar.result.value == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize("moment", [datetime(2024, 1, 2, 3, 4, 5, 678000, UTC), 1704164645.678])
async def test_a_moment_is_a_datetime_or_seconds(
    prometheus: AsyncPrometheus, moment: datetime | float
) -> None:
    scalar = (await prometheus.query.instant("time()", time=moment)).data
    assert isinstance(scalar, Scalar)
    assert scalar.result.value == scalar.result.time == 1704164645.678
    assert scalar.result.timestamp == datetime(2024, 1, 2, 3, 4, 5, 678000, UTC)


async def test_a_datetime_without_a_zone_is_refused(prometheus: AsyncPrometheus) -> None:
    with pytest.raises(InvalidRequestError, match="needs a time zone"):
        await prometheus.query.instant("up", time=datetime(2024, 1, 1))
    assert prometheus.get_metrics() == []


@pytest.mark.parametrize("step", [timedelta(minutes=1), 60, 60.0, "1m", "0h1m"])
async def test_a_range_has_a_value_for_each_step(
    prometheus: AsyncPrometheus, step: timedelta | float | str
) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    answer = await prometheus.query.range("time()", start, start + timedelta(minutes=2), step)
    (series,) = answer.data.result
    assert (series.metric, series.histograms) == ({}, ())
    assert [sample.timestamp.minute for sample in series.values] == [0, 1, 2]
    assert [sample.value for sample in series.values] == [sample.time for sample in series.values]


@pytest.mark.parametrize(("terms", "method"), [(1, "GET"), (1000, "POST")])
async def test_a_long_expression_goes_as_a_form(
    prometheus: AsyncPrometheus, terms: int, method: str
) -> None:
    expression = " + ".join(["1"] * terms)
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    scalar = (await prometheus.query.instant(expression, time=moment)).data
    matrix = (await prometheus.query.range(expression, moment, moment, timedelta(seconds=1))).data
    assert isinstance(scalar, Scalar)
    assert scalar.result.value == matrix.result[0].values[0].value == terms
    assert [call.method for call in prometheus.get_metrics()] == [method, method]


@pytest.mark.parametrize(("terms", "method"), [(1, "GET"), (1001, "POST")])
async def test_a_query_is_asked_again_after_a_failure(terms: int, method: str) -> None:
    answers = [httpx.Response(502), httpx.Response(200, json={"data": "1"})]
    transport = httpx.MockTransport(lambda request: answers.pop(0))
    quick = RetryConfig(backoff_factor=0)
    async with AsyncPrometheus(transport=transport, retry_config=quick) as prometheus:
        assert (await prometheus.query.format("+1" * terms)).data == "1"
    assert [call.method for call in prometheus.get_metrics()] == [method]
    assert answers == []


async def test_an_expression_can_be_laid_out(prometheus: AsyncPrometheus) -> None:
    assert (await prometheus.query.format("sum(up)by(job)")).data == "sum by (job) (up)"


async def test_series_have_labels_with_values(prometheus: AsyncPrometheus) -> None:
    metadata = prometheus.metadata
    series = (await metadata.series("up", "job:up:sum", start=0, end=datetime.now(UTC))).data
    assert {(one["__name__"], one["job"]) for one in series} == {
        (name, job) for name in ("up", "job:up:sum") for job in UP
    }
    assert (await metadata.labels("up")).data == ["__name__", "instance", "job"]
    assert "alertname" in (await metadata.labels()).data
    assert (await metadata.label_values("job", "up")).data == ["absent", "itself"]
    assert (await metadata.label_values("job", '{job="itself"}')).data == ["itself"]
    assert (await metadata.label_values("no_such_label")).data == []


async def test_times_bound_what_is_found(prometheus: AsyncPrometheus) -> None:
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    assert (await prometheus.metadata.series("up", start=0, end=long_ago)).data == []
    assert (await prometheus.metadata.labels(end=long_ago)).data == []


async def test_metrics_say_what_they_are(prometheus: AsyncPrometheus) -> None:
    found = (await prometheus.metadata.metrics("go_goroutines")).data
    assert found == {
        "go_goroutines": (
            MetricMetadata("gauge", "Number of goroutines that currently exist.", ""),
        )
    }
    assert len((await prometheus.metadata.metrics(limit=3)).data) == 3


async def test_targets_are_up_down_or_dropped(prometheus: AsyncPrometheus) -> None:
    found = (await prometheus.targets.list()).data
    targets = {target.labels["job"]: target for target in found.active_targets}
    assert {job: target.health for job, target in targets.items()} == {
        "itself": "up",
        "absent": "down",
    }
    assert "connection refused" in targets["absent"].last_error
    assert targets["itself"].scrape_url.endswith("/metrics")
    assert targets["itself"].last_scrape.tzinfo is UTC
    (dropped,) = found.dropped_targets
    assert dropped.discovered_labels["job"] == "dropped"
    active = (await prometheus.targets.list(state="active", scrape_pool="itself")).data
    assert [target.scrape_pool for target in active.active_targets] == ["itself"]
    assert active.dropped_targets == ()


async def test_targets_say_what_their_metrics_are(prometheus: AsyncPrometheus) -> None:
    (found,) = (await prometheus.targets.metadata(metric="go_goroutines", limit=1)).data
    assert (found.target["job"], found.type, found.metric) == ("itself", "gauge", "")
    all_of_it = (await prometheus.targets.metadata(match='{job="itself"}')).data
    assert "go_goroutines" in {one.metric for one in all_of_it}


async def test_rules_record_or_alert(prometheus: AsyncPrometheus) -> None:
    (group,) = (await prometheus.rules.list()).data.groups
    recording, alerting = group.rules
    assert (group.name, group.interval, group.limit) == ("example", 1, 0)
    assert isinstance(recording, RecordingRule)
    assert (recording.name, recording.labels) == ("job:up:sum", {"made_by": "rule"})
    assert (recording.health, recording.last_error) == ("ok", "")
    assert isinstance(alerting, AlertingRule)
    assert (alerting.name, alerting.state, alerting.duration) == ("TargetDown", "firing", 0)
    assert [alert.labels["job"] for alert in alerting.alerts] == ["absent"]
    (group,) = (await prometheus.rules.list(type="record")).data.groups
    assert [type(rule) for rule in group.rules] == [RecordingRule]


async def test_an_alert_fires(prometheus: AsyncPrometheus) -> None:
    (alert,) = (await prometheus.rules.alerts()).data.alerts
    assert (alert.state, alert.annotations) == ("firing", {"summary": "absent is down"})
    assert (alert.labels["severity"], float(alert.value)) == ("page", 0)
    assert alert.active_at < datetime.now(UTC)


async def test_the_server_says_what_it_is(prometheus: AsyncPrometheus) -> None:
    build, runtime = await prometheus.status.build(), await prometheus.status.runtime()
    assert build.data.version[0] in "23"
    assert build.data.go_version.startswith("go1.")
    assert runtime.data.reload_config_success
    assert runtime.data.start_time < datetime.now(UTC)
    assert runtime.data.goroutine_count > 0
    assert "job_name: itself" in (await prometheus.status.config()).data.yaml
    assert (await prometheus.status.flags()).data["config.file"] == "prometheus.yml"


async def test_the_server_says_what_its_database_holds(prometheus: AsyncPrometheus) -> None:
    stats = (await prometheus.status.tsdb(limit=2)).data
    assert stats.head_stats.num_series > 100
    assert stats.head_stats.min_time <= stats.head_stats.max_time
    assert stats.series_count_by_metric_name[0].value > 1
    assert stats.memory_in_bytes_by_label_name[0].name == "__name__"


async def test_a_wrong_expression_says_where_it_is_wrong(prometheus: AsyncPrometheus) -> None:
    with pytest.raises(BadDataError, match="parse error: unclosed left parenthesis") as caught:
        await prometheus.query.instant("sum(up")
    assert isinstance(caught.value.body, Problem)
    assert caught.value.body.type == "bad_data"
    assert caught.value.status_code == 400


async def test_a_selector_has_to_be_given(prometheus: AsyncPrometheus) -> None:
    with pytest.raises(BadDataError, match=r"no match\[\] parameter provided"):
        await prometheus.metadata.series()


async def test_what_can_not_be_evaluated_says_why(prometheus: AsyncPrometheus) -> None:
    with pytest.raises(ExecutionError, match="duplicate series") as caught:
        await prometheus.query.vector("up + on() up")
    assert caught.value.status_code == 422


async def test_a_query_that_takes_too_long_says_so(prometheus: AsyncPrometheus) -> None:
    with pytest.raises(QueryTimeoutError, match="timed out") as caught:
        await prometheus.query.instant("up", timeout=timedelta(microseconds=1))
    assert (caught.value.status_code, caught.value.attempts) == (503, 1)


async def test_an_error_without_a_body_of_the_api_goes_by_its_status(prometheus_url: str) -> None:
    async with AsyncPrometheus(f"{prometheus_url}/no/such/prefix") as prometheus:
        with pytest.raises(NotFoundError) as caught:
            await prometheus.status.build()
    assert caught.value.body == "404 page not found\n"


async def test_a_kind_of_error_that_has_no_class_goes_by_its_status() -> None:
    problem = {"status": "error", "errorType": "brand_new", "error": "who knows"}
    transport = httpx.MockTransport(lambda request: httpx.Response(418, json=problem))
    async with AsyncPrometheus("http://prometheus", transport=transport) as prometheus:
        with pytest.raises(StatusError, match="who knows") as caught:
            await prometheus.status.flags()
    assert caught.value.body == Problem("brand_new", "who knows")


async def test_a_result_of_another_kind_than_was_asked_for_is_an_error(
    prometheus: AsyncPrometheus,
) -> None:
    with pytest.raises(DecodeError, match="scalar") as caught:
        await prometheus.query.vector("1")
    assert caught.value.path == "$.data.resultType"


async def test_the_url_may_stand_in_the_environment(
    prometheus_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_URL", prometheus_url)
    async with AsyncPrometheus() as prometheus:
        assert (await prometheus.query.format("up==1")).data == "up == 1"


async def test_remarks_of_the_server_are_kept() -> None:
    body = {"status": "success", "data": [], "warnings": ["a store was down"], "infos": ["hm"]}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=body))
    async with AsyncPrometheus("http://prometheus", transport=transport) as prometheus:
        answer = await prometheus.metadata.labels()
    assert (answer.warnings, answer.infos) == (("a store was down",), ("hm",))
