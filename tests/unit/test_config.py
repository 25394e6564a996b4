from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from sdkbase import (
    OMIT,
    GrpcThrottle,
    PoolConfig,
    RequestOptions,
    RetryConfig,
    TimeoutConfig,
    TokenQuota,
)
from sdkbase.config import Omit, as_float, timeout_config, to_count, to_seconds
from sdkbase.errors import ConfigurationError

CONFIGS: list[type[msgspec.Struct]] = [
    TimeoutConfig,
    PoolConfig,
    RetryConfig,
    TokenQuota,
    GrpcThrottle,
    RequestOptions,
]

NO_NUMBERS = ["1", b"1", True, False, [], {}, object(), 1j, math.nan, math.inf, -math.inf]
NO_SECONDS = [*NO_NUMBERS, -1, -0.1, 10**400, timedelta(seconds=-1)]
NO_COUNTS = [*NO_NUMBERS, -1, 1.0, 1.5, timedelta(seconds=1)]
NO_STATUSES: list[Any] = [
    None, 503, "503", b"503", True, object(), [99], [600], [-1], [503.0], ["503"], [True], [None],
    [[503]], [503, 1000],
]  # fmt: skip

# Every field, and what it must refuse.
BAD: dict[str, list[Any]] = {
    "TimeoutConfig.connect": [*NO_SECONDS, 0, 0.0, timedelta(0)],
    "TimeoutConfig.read": [*NO_SECONDS, 0, 0.0, timedelta(0)],
    "TimeoutConfig.write": [*NO_SECONDS, 0, 0.0, timedelta(0)],
    "TimeoutConfig.pool": [*NO_SECONDS, 0, 0.0, timedelta(0)],
    "PoolConfig.max_keepalive_connections": [*NO_COUNTS, None],
    "PoolConfig.max_connections": [*NO_COUNTS, None, 0],
    "PoolConfig.keepalive_expiry": [*NO_SECONDS, 0, timedelta(0)],
    "RetryConfig.max_retries": [*NO_COUNTS, None],
    "RetryConfig.backoff_factor": [*NO_SECONDS, None],
    "RetryConfig.retry_on_status": NO_STATUSES,
    "RetryConfig.max_backoff": [*NO_SECONDS, None],
    "RetryConfig.max_retry_after": [*NO_SECONDS, None],
    "RetryConfig.retry_quota": NO_COUNTS,
    "RetryConfig.throttle_backoff_factor": NO_SECONDS,
    "RetryConfig.retry_after_rule": [None, "", "Exact", 5],
    "RetryConfig.classifiers": [None, print, "print", [None], {print}],
    "RetryConfig.should_retry_header": ["", "a b", "x:", "é", b"x", 5],
    "RetryConfig.attempt_header": ["", "a b", "x\r\n", b"x", True],
    "TokenQuota.capacity": [*NO_COUNTS, None],
    "TokenQuota.cost": [*NO_COUNTS, None],
    "TokenQuota.timeout_cost": [*NO_COUNTS, None],
    "TokenQuota.throttle_cost": [*NO_COUNTS, None],
    "TokenQuota.refund": [*NO_COUNTS, None],
    "GrpcThrottle.max_tokens": [*NO_COUNTS, None, 0, 1001],
    "GrpcThrottle.token_ratio": [*NO_NUMBERS, None, -1, 0, 10**400],
    "RequestOptions.timeout": [*NO_SECONDS, 0, timedelta(0), RetryConfig()],
    "RequestOptions.max_retries": [*NO_COUNTS, None],
    "RequestOptions.headers": ["a", [("a", "b")], 5, True],
    "RequestOptions.query": ["a=1", [("a", "b")], 5, True],
    "RequestOptions.idempotency_key": ["", b"key", 5, 1, False, OMIT],
    "RequestOptions.deadline": [*NO_SECONDS, 0, timedelta(0)],
    "RequestOptions.follow_redirects": [None, 0, 1, "yes", "", []],
    "RequestOptions.auth": [],  # its class is the auth module's to check, when the call is made
    "RequestOptions.query_style": [None, "", "Repeat", "deepobject", 5, []],
    "RequestOptions.idempotent": [None, 0, 1, "yes", "", []],
    "RequestOptions.lenient": [None, 0, 1, "yes", "", []],
    "RequestOptions.upload_progress": ["print", 5, True, OMIT],
    "RequestOptions.max_response_bytes": [*NO_COUNTS, 0],
    "RequestOptions.rate_limit_cost": [*NO_NUMBERS, None, -1, 0, 10**400],
    "RequestOptions.long_poll": [None, 0, 1, "yes", "", []],
}

# Every field, and what it must take and become.
GOOD: dict[str, list[tuple[Any, Any]]] = {
    "TimeoutConfig.connect": [(1, 1.0), (0.001, 0.001), (timedelta(seconds=2), 2.0), (None, None)],
    "TimeoutConfig.read": [(1, 1.0), (timedelta(milliseconds=5), 0.005), (None, None)],
    "TimeoutConfig.write": [(1, 1.0), (timedelta(minutes=1), 60.0), (None, None)],
    "TimeoutConfig.pool": [(1, 1.0), (timedelta(seconds=2), 2.0), (None, None)],
    "PoolConfig.max_keepalive_connections": [(0, 0), (7, 7)],
    "PoolConfig.max_connections": [(1, 1), (1000, 1000)],
    "PoolConfig.keepalive_expiry": [(5, 5.0), (timedelta(seconds=2), 2.0), (None, None)],
    "RetryConfig.max_retries": [(0, 0), (9, 9)],
    "RetryConfig.backoff_factor": [(0, 0.0), (2, 2.0), (timedelta(seconds=2), 2.0)],
    "RetryConfig.retry_on_status": [([503], (503,)), ((), ()), (range(500, 502), (500, 501))],
    "RetryConfig.max_backoff": [(0, 0.0), (timedelta(seconds=2), 2.0)],
    "RetryConfig.max_retry_after": [(0, 0.0), (timedelta(hours=1), 3600.0)],
    "RetryConfig.retry_quota": [
        (0, 0),
        (500, 500),
        (None, None),
        (TokenQuota(7), TokenQuota(7)),
        (GrpcThrottle(), GrpcThrottle()),
    ],
    "RetryConfig.throttle_backoff_factor": [(0, 0.0), (timedelta(seconds=2), 2.0), (None, None)],
    "RetryConfig.retry_after_rule": [("cap", "cap"), ("clamp", "clamp")],
    "RetryConfig.classifiers": [([], ()), ([print], (print,))],
    "RetryConfig.should_retry_header": [("X-Again", "X-Again"), (None, None)],
    "RetryConfig.attempt_header": [("X-Attempt", "X-Attempt"), (None, None)],
    "TokenQuota.capacity": [(0, 0), (9, 9)],
    "TokenQuota.cost": [(0, 0), (9, 9)],
    "TokenQuota.timeout_cost": [(0, 0), (9, 9)],
    "TokenQuota.throttle_cost": [(0, 0), (9, 9)],
    "TokenQuota.refund": [(0, 0), (9, 9)],
    "GrpcThrottle.max_tokens": [(1, 1), (1000, 1000)],
    "GrpcThrottle.token_ratio": [(1, 1.0), (0.001, 0.001)],
    "RequestOptions.timeout": [
        (2, TimeoutConfig(2, 2, 2, 2)),
        (timedelta(seconds=2), TimeoutConfig(2, 2, 2, 2)),
        (TimeoutConfig(read=1), TimeoutConfig(read=1)),
        (None, None),
        (OMIT, OMIT),
    ],
    "RequestOptions.max_retries": [(0, 0), (9, 9), (OMIT, OMIT)],
    "RequestOptions.headers": [({"a": "b"}, {"a": "b"}), ({"a": OMIT}, {"a": OMIT}), (None, None)],
    "RequestOptions.query": [({"a": [1]}, {"a": [1]}), (None, None)],
    "RequestOptions.idempotency_key": [("key", "key"), (True, True), (None, None)],
    "RequestOptions.deadline": [(2, 2.0), (timedelta(seconds=2), 2.0), (None, None), (OMIT, OMIT)],
    "RequestOptions.follow_redirects": [(True, True), (False, False), (OMIT, OMIT)],
    "RequestOptions.auth": [(("a", "b"), ("a", "b")), (None, None), (OMIT, OMIT)],
    "RequestOptions.query_style": [("deepObject", "deepObject"), (OMIT, OMIT)],
    "RequestOptions.idempotent": [(True, True), (False, False)],
    "RequestOptions.lenient": [(True, True), (False, False), (OMIT, OMIT)],
    "RequestOptions.upload_progress": [(print, print), (None, None)],
    "RequestOptions.max_response_bytes": [(1, 1), (None, None), (OMIT, OMIT)],
    "RequestOptions.rate_limit_cost": [(2, 2.0), (0.5, 0.5)],
    "RequestOptions.long_poll": [(True, True), (False, False)],
}


def cases(table: dict[str, list[Any]]) -> list[tuple[str, Any]]:
    return [(name, value) for name, values in table.items() for value in values]


def make(name: str, value: Any) -> Any:
    class_name, field = name.split(".")
    owner = next(config for config in CONFIGS if config.__name__ == class_name)
    return owner(**{field: value})


def test_the_tables_name_every_field() -> None:
    fields = {f"{c.__name__}.{name}" for c in CONFIGS for name in c.__struct_fields__}
    assert set(BAD) == set(GOOD) == fields


@pytest.mark.parametrize(("name", "value"), cases(BAD))
def test_a_bad_value_is_refused_by_the_name_of_its_field(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make(name, value)
    assert str(caught.value).startswith(f"{name} must ")
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(("name", "pair"), cases(GOOD))
def test_a_good_value_is_taken(name: str, pair: tuple[Any, Any]) -> None:
    given, stored = pair
    result = getattr(make(name, given), name.partition(".")[2])
    assert result == stored and type(result) is type(stored)


def test_statuses_may_come_from_any_iterable() -> None:
    statuses: Any = (status for status in (500, 503))
    assert RetryConfig(retry_on_status=statuses).retry_on_status == (500, 503)
    assert RetryConfig(retry_on_status={503}).retry_on_status == (503,)  # type: ignore[arg-type]  # untyped callers do


def test_defaults() -> None:
    assert TimeoutConfig() == TimeoutConfig(5.0, 30.0, 30.0, 60.0)
    assert PoolConfig() == PoolConfig(100, 100, 4.0)
    assert RetryConfig() == RetryConfig(3, 0.5, (429, 500, 502, 503, 504), 30.0, 60.0, 500)
    options = RequestOptions()
    assert options == RequestOptions(OMIT, OMIT, None, None, None, OMIT, OMIT)


def test_the_seeds_arguments_work() -> None:
    assert RetryConfig(max_retries=3, backoff_factor=0.5, retry_on_status=[503]).max_retries == 3
    assert TimeoutConfig(connect=5.0, read=30.0, write=10.0, pool=5.0).write == 10.0
    assert PoolConfig(20, 100, 5.0).max_connections == 100


@pytest.mark.parametrize("config", CONFIGS)
def test_configs_are_frozen(config: type[msgspec.Struct]) -> None:
    made = config()
    for name in config.__struct_fields__:
        with pytest.raises(AttributeError):
            setattr(made, name, getattr(made, name))


@pytest.mark.parametrize("config", CONFIGS)
def test_configs_are_equal_by_value(config: type[msgspec.Struct]) -> None:
    made = config()
    assert made == config() and hash(made) == hash(config())
    for clone in (copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert clone == made and type(clone) is config


def test_equal_durations_are_equal_configs() -> None:
    in_seconds, as_timedelta = TimeoutConfig(read=60), TimeoutConfig(read=timedelta(minutes=1))
    assert in_seconds == as_timedelta and hash(in_seconds) == hash(as_timedelta)
    assert TimeoutConfig(read=60) != TimeoutConfig(read=61)
    assert RetryConfig(retry_on_status=[503]) == RetryConfig(retry_on_status=(503,))
    assert len({RetryConfig(retry_on_status=[503]), RetryConfig(retry_on_status=(503,))}) == 1


def test_omit_is_one_false_thing() -> None:
    assert not OMIT and repr(OMIT) == "OMIT"
    assert copy.deepcopy(OMIT) is OMIT and pickle.loads(pickle.dumps(OMIT)) is OMIT
    assert isinstance(OMIT, Omit)


def test_omit_survives_in_options() -> None:
    restored = pickle.loads(pickle.dumps(RequestOptions(headers={"a": OMIT})))
    assert restored.headers["a"] is OMIT and restored.timeout is OMIT


def test_timeout_config() -> None:
    own = TimeoutConfig(read=1)
    assert timeout_config(own) is own
    assert timeout_config(2) == TimeoutConfig(2, 2, 2, 2)
    assert timeout_config(None) == TimeoutConfig(None, None, None, None)


def test_as_float() -> None:
    assert as_float(timedelta(milliseconds=1500)) == as_float(1.5) == 1.5


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda: to_seconds("x", "deadline"), "deadline must be seconds or a timedelta, got 'x'"),
        (
            lambda: to_seconds(0, "deadline"),
            "deadline must be a finite number of seconds, more than 0, got 0",
        ),
        (
            lambda: to_seconds(-1, "wait", zero=True),
            "wait must be a finite number of seconds, 0 or more, got -1",
        ),
        (
            lambda: to_count(0, "size", minimum=1),
            "size must be a whole number, 1 or more, got 0",
        ),
    ],
)
def test_messages_name_the_rule_and_the_value(check: Callable[[], object], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check()
    assert str(caught.value) == message
