from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from loguru import logger

from sdkbase._observe.levels import LEVELS
from sdkbase._observe.logging import LoggingInterceptor
from sdkbase.errors import ConfigurationError

from .conftest import MakeRecord

if TYPE_CHECKING:
    from loguru import Record

URL = "https://api.example.com/users/7"
TEMPLATE = "/users/{user_id}"


def play(interceptor: LoggingInterceptor, make_record: MakeRecord) -> None:
    """Send one event of each level."""
    interceptor.attempt_started("GET", URL, TEMPLATE, 1)
    interceptor.call_finished(make_record())
    interceptor.retry_scheduled("GET", URL, TEMPLATE, 1, 0.5, "HTTP 503")
    interceptor.call_finished(make_record(status_code=None, error="ConnectError: refused"))


@pytest.mark.parametrize("log_level", LEVELS)
def test_only_what_is_severe_enough_is_logged(
    log_level: str, make_record: MakeRecord, logged: list[Record]
) -> None:
    play(LoggingInterceptor(log_level.lower()), make_record)
    expected = ["DEBUG", "INFO", "WARNING", "ERROR"]
    assert [record["level"].name for record in logged] == [
        name for name in expected if LEVELS[name] >= LEVELS[log_level]
    ]


def test_the_levels_are_those_of_loguru() -> None:
    assert {name: logger.level(name).no for name in LEVELS} == LEVELS


@pytest.mark.parametrize(
    ("changes", "level", "text"),
    [
        ({}, "INFO", "GET /users/{user_id} -> 200 in 12.3 ms"),
        ({"attempts": 3}, "INFO", "GET /users/{user_id} -> 200 in 12.3 ms (3 attempts)"),
        (
            {"status_code": 404, "error": "HTTP 404", "request_id": None},
            "WARNING",
            "GET /users/{user_id} -> 404 in 12.3 ms",
        ),
        (
            {"status_code": 503, "error": "HTTP 503", "attempts": 4},
            "WARNING",
            "GET /users/{user_id} -> 503 in 12.3 ms (4 attempts, request id req-1)",
        ),
        (
            {"status_code": None, "error": "ConnectError: refused", "request_id": None},
            "ERROR",
            "GET /users/{user_id} failed in 12.3 ms: ConnectError: refused",
        ),
        (
            {"status_code": 200, "error": "DecodeError: at $.id"},
            "ERROR",
            "GET /users/{user_id} failed in 12.3 ms (request id req-1): DecodeError: at $.id",
        ),
    ],
)
def test_results(
    changes: dict[str, Any],
    level: str,
    text: str,
    make_record: MakeRecord,
    logged: list[Record],
) -> None:
    LoggingInterceptor().call_finished(make_record(**changes))
    [record] = logged
    assert (record["level"].name, record["message"]) == (level, text)
    assert record["exception"] is None


def test_retries_and_attempts(logged: list[Record]) -> None:
    interceptor = LoggingInterceptor("DEBUG")
    interceptor.attempt_started("GET", URL, TEMPLATE, 1)
    interceptor.retry_scheduled("GET", URL, TEMPLATE, 1, 0.5, "HTTP 503")
    assert [record["message"] for record in logged] == [
        f"GET {URL} attempt 1",
        "GET /users/{user_id} attempt 1 failed (HTTP 503), next in 0.50 s",
    ]
    assert logged[0]["extra"] == {
        "method": "GET",
        "template": TEMPLATE,
        "url": URL,
        "attempt": 1,
    }
    assert logged[1]["extra"]["delay"] == 0.5
    assert logged[1]["extra"]["reason"] == "HTTP 503"


def test_facts_are_extras_and_the_origin_is_stable(
    make_record: MakeRecord, logged: list[Record]
) -> None:
    LoggingInterceptor().call_finished(make_record())
    [record] = logged
    assert record["extra"] == {
        "method": "GET",
        "template": TEMPLATE,
        "status_code": 200,
        "elapsed_ms": 12.3,
        "attempts": 1,
        "request_id": "req-1",
        "error": None,
    }
    assert (record["name"], record["function"]) == ("sdkbase", "call_finished")


def test_the_url_is_told_from_debug_down(make_record: MakeRecord, logged: list[Record]) -> None:
    for level in ("TRACE", "DEBUG", "INFO"):
        LoggingInterceptor(level).call_finished(make_record())
    assert [record["extra"].get("url") for record in logged] == [URL, URL, None]


def test_the_application_can_switch_it_off_by_name(
    make_record: MakeRecord, logged: list[Record]
) -> None:
    interceptor = LoggingInterceptor()
    logger.disable("sdkbase")
    try:
        interceptor.call_finished(make_record())
    finally:
        logger.enable("sdkbase")
    assert logged == []


def test_no_secret_is_logged_at_trace(
    make_record: MakeRecord, logged: list[Record], canary: str
) -> None:
    url = f"https://user:{canary}@h/x?api_key=plain-value"
    template = f"/x/{canary}?token=plain-value"
    error = f"ConnectError: {url} {canary}"
    interceptor = LoggingInterceptor("TRACE")
    interceptor.attempt_started("GET", url, template, 1)
    interceptor.retry_scheduled("GET", url, template, 1, 0.5, error)
    interceptor.call_finished(
        make_record(url=url, template=template, error=error, status_code=None, request_id=canary)
    )
    assert len(logged) == 3
    assert canary not in repr(logged)
    assert "plain-value" not in repr(logged)


def test_an_event_is_one_line(make_record: MakeRecord, logged: list[Record]) -> None:
    interceptor = LoggingInterceptor()
    interceptor.call_finished(
        make_record(
            template="/x\n2026-01-01 forged", error="E: a\r\nb\x1b[31m", status_code=None,
            request_id="r\n1",
        )
    )  # fmt: skip
    assert logged[0]["message"].isprintable()


@pytest.mark.parametrize("wrong", ["LOUD", "", None, 20])
def test_an_unknown_level_is_refused(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="log_level must be one of TRACE, DEBUG, .* not"):
        LoggingInterceptor(wrong)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])
def test_copies_log_too(duplicate: Any, make_record: MakeRecord, logged: list[Record]) -> None:
    twin = duplicate(LoggingInterceptor("error"))
    play(twin, make_record)
    assert repr(twin) == "LoggingInterceptor(log_level='ERROR')"
    assert [record["level"].name for record in logged] == ["ERROR"]


def test_construction_and_use_leave_the_handlers_alone(make_record: MakeRecord) -> None:
    before = repr(logger)
    play(LoggingInterceptor("TRACE"), make_record)
    assert repr(logger) == before


def test_importing_does_not_import_loguru() -> None:
    code = (
        "import sys, sdkbase, sdkbase._observe.logging, sdkbase._observe.logging_setup\n"
        "import sdkbase._observe.metrics\n"
        "assert 'loguru' not in sys.modules\n"
        "sdkbase._observe.logging.LoggingInterceptor()\n"
        "from loguru import logger\n"
        "assert repr(logger) == '<loguru.logger handlers=[(id=0, level=10, sink=<stderr>)]>'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
