from __future__ import annotations

import json
import logging
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from loguru import logger

from sdkbase._observe.logging import LoggingInterceptor
from sdkbase._observe.logging_setup import configure_logging
from sdkbase._wire.redaction import MASK
from sdkbase.errors import ConfigurationError

from .conftest import MakeRecord


class Console:
    """What was written to stderr so far."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._text = ""

    def getvalue(self) -> str:
        self._text += self._capsys.readouterr().err
        return self._text


@pytest.fixture(autouse=True)
def stderr(capsys: pytest.CaptureFixture[str]) -> Iterator[Console]:
    """What the console shows; afterwards the sinks of this test are gone."""
    yield Console(capsys)
    configure_logging(console=False).remove()


def test_console_and_files(tmp_path: Path, stderr: Console) -> None:
    with configure_logging(
        console_level="WARNING",
        file=tmp_path / "logs/app.log",
        file_level="debug",
        error_file=str(tmp_path / "logs" / "error.log"),
    ):
        logger.debug("détail 一")
        logger.warning("attention")
        logger.error("failure")
    console, app, error = (
        stderr.getvalue(),
        (tmp_path / "logs/app.log").read_text("utf-8"),
        (tmp_path / "logs/error.log").read_text("utf-8"),
    )
    assert [line.rpartition("- ")[2] for line in console.splitlines()] == ["attention", "failure"]
    assert [line.rpartition("- ")[2] for line in app.splitlines()] == [
        "détail 一",
        "attention",
        "failure",
    ]
    assert len(error.splitlines()) == 1 and " | ERROR    | " in error
    assert "\x1b[" not in console


def test_the_console_is_coloured_if_it_is_a_terminal(
    monkeypatch: pytest.MonkeyPatch, stderr: Console
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    configure_logging()
    logger.info("hello")
    assert "\x1b[" in stderr.getvalue()


def test_no_console_without_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with configure_logging():
        assert "stderr" not in repr(logger)


def test_files_rotate_and_old_ones_are_compressed_and_limited(tmp_path: Path) -> None:
    with configure_logging(console=False, file=tmp_path / "app.log", rotation=2_000, retention=2):
        for _ in range(100):
            logger.info("x" * 200)
    archives = sorted(tmp_path.glob("*.zip"))
    assert len(archives) == 2
    with zipfile.ZipFile(archives[0]) as archive:
        assert b"x" * 200 in archive.read(archive.namelist()[0])
    assert (tmp_path / "app.log").stat().st_size <= 2_000


def test_the_error_file_has_its_own_rotation(tmp_path: Path) -> None:
    with configure_logging(
        console=False,
        file=tmp_path / "app.log",
        error_file=tmp_path / "error.log",
        error_rotation=500,
        error_retention="90 days",
        compression=None,
    ):
        for _ in range(20):
            logger.error("x" * 100)
    assert len(list(tmp_path.glob("app*"))) == 1
    assert len(list(tmp_path.glob("error*"))) > 2


def test_a_file_that_never_rotates_is_not_compressed_at_the_end(tmp_path: Path) -> None:
    with configure_logging(console=False, file=tmp_path / "app.log", rotation=None):
        logger.info("kept")
    assert [path.name for path in tmp_path.iterdir()] == ["app.log"]


def test_json_lines(tmp_path: Path, make_record: MakeRecord) -> None:
    with configure_logging(console=False, file=tmp_path / "app.log", json=True):
        LoggingInterceptor().call_finished(make_record())
        logger.bind(n=1).info('quoted "{x}"\nsecond line')
    first, second = map(json.loads, (tmp_path / "app.log").read_text("utf-8").splitlines())
    assert first["record"]["extra"]["template"] == "/users/{user_id}"
    assert first["record"]["extra"]["elapsed_ms"] == 12.3
    assert first["record"]["name"] == "sdkbase"
    assert second["record"]["message"] == 'quoted "{x}"\nsecond line'


def test_enqueued_records_are_written_by_remove(tmp_path: Path) -> None:
    handle = configure_logging(console=False, file=tmp_path / "app.log", enqueue=True)
    for number in range(100):
        logger.info(f"line {number}")
    handle.remove()
    assert len((tmp_path / "app.log").read_text("utf-8").splitlines()) == 100


def test_earlier_sinks_are_replaced_and_the_applications_own_stay(
    tmp_path: Path, stderr: Console
) -> None:
    own: list[str] = []
    number = logger.add(own.append, format="{message}")
    first = configure_logging(file=tmp_path / "first.log")
    second = configure_logging(file=tmp_path / "second.log")
    logger.info("hello")
    second.remove()
    logger.info("nobody hears")
    logger.remove(number)
    assert (tmp_path / "first.log").read_text() == ""
    assert len((tmp_path / "second.log").read_text().splitlines()) == 1
    assert own == ["hello\n", "nobody hears\n"]
    assert len(stderr.getvalue().splitlines()) == 1
    assert (repr(first), repr(second)) == ("<LoggingHandle: removed>",) * 2


def test_remove_may_be_called_twice_and_after_the_application_removed_all() -> None:
    script = (
        "from loguru import logger\n"
        "from sdkbase._observe.logging_setup import configure_logging\n"
        "handle = configure_logging()\n"
        "assert repr(handle) == '<LoggingHandle: active>'\n"
        "assert 'id=0' not in repr(logger)\n"
        "logger.remove()\n"
        "handle.remove(); handle.remove()\n"
        "configure_logging()\n"
        "assert repr(logger).count('id=') == 1\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_handler_0_stays_if_loguru_did_not_add_it(monkeypatch: pytest.MonkeyPatch) -> None:
    script = (
        "from loguru import logger\n"
        "from sdkbase._observe.logging_setup import configure_logging\n"
        "logger.add(print)\n"
        "configure_logging()\n"
        "assert 'id=0' in repr(logger)\n"
    )
    monkeypatch.setenv("LOGURU_AUTOINIT", "False")
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"level": "LOUD"}, "level must be one of"),
        ({"console_level": "LOUD"}, "console_level must be one of"),
        ({"file": "app.log", "file_level": "LOUD"}, "file_level must be one of"),
        ({"file": 5}, "file must be a path, not 5"),
        ({"file": ""}, "file: "),
        ({"file": "."}, "file: "),
        ({"file": "app.log", "error_file": "./app.log"}, "error_file must not be the same as file"),
        ({"file": "app.log", "rotation": "often"}, "rotation of file: .*often"),
        ({"file": "app.log", "retention": "long"}, "retention of file: .*long"),
        ({"file": "app.log", "compression": "rarr"}, "compression of file: .*rarr"),
        ({"error_file": "e.log", "error_rotation": "often"}, "rotation of error_file"),
    ],
)
def test_wrong_arguments_are_refused_and_change_nothing(
    arguments: dict[str, Any], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    configure_logging()
    before = repr(logger)
    with pytest.raises(ConfigurationError, match=told):
        configure_logging(**arguments)
    assert repr(logger) == before


def test_secrets_are_masked_whoever_logs_them(tmp_path: Path, canary: str) -> None:
    class Holder:
        def __repr__(self) -> str:
            return f"Holder({canary})"

    for as_json in (False, True):
        path = tmp_path / f"{as_json}.log"
        with configure_logging(console=False, file=path, json=as_json):
            logger.info(f"token {canary}")
            logger.bind(token=canary, nested={"a": [canary]}, holder=Holder()).info("bound")
            try:
                raise ValueError(canary)
            except ValueError:
                logger.exception("caught")
        text = path.read_text("utf-8")
        assert canary not in text
        assert f"token {MASK}" in text and "caught" in text and "ValueError" in text


def test_tracebacks_do_not_show_local_variables(tmp_path: Path) -> None:
    def fail() -> None:
        password = "unregistered-" + "local-value"
        raise ValueError(len(password))

    with configure_logging(console=False, file=tmp_path / "app.log"):
        try:
            fail()
        except ValueError:
            logger.exception("caught")
    text = (tmp_path / "app.log").read_text("utf-8")
    assert "Traceback" in text
    assert "unregistered-local-value" not in text


def test_records_without_secrets_keep_their_extras_and_exceptions(stderr: Console) -> None:
    seen: list[Any] = []
    configure_logging()
    number = logger.add(lambda message: seen.append(message.record), format="{message}")
    extra = {"number": 1, "items": [1, 2], "nothing": None}
    error = ValueError("plain")
    logger.bind(**extra).opt(exception=error).error("text")
    logger.remove(number)
    assert seen[0]["extra"] == extra
    assert seen[0]["extra"]["items"] is extra["items"]
    assert seen[0]["exception"].value is error


@pytest.fixture
def root_lines() -> Iterator[list[str]]:
    """What reaches the handlers of the root logger."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    root, handler = logging.getLogger(), Keep()
    root.addHandler(handler)
    yield lines
    root.removeHandler(handler)


def _get(url: str) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200))
    with httpx.Client(transport=transport) as client:
        client.get(url)


def test_the_bridge_redacts_httpx(stderr: Console, root_lines: list[str], canary: str) -> None:
    url = f"https://user:pw123456@host/{canary}?api_key=plain-value&page=2"
    with configure_logging(stdlib=True):
        _get(url)
        root_lines_during = list(root_lines)
    [line] = stderr.getvalue().splitlines()
    assert f"httpx - HTTP Request: GET https://host/{MASK}?" in line
    assert "page=2" in line and "200 OK" in line
    assert not any(word in line for word in (canary, "pw123456", "plain-value"))
    assert not any("HTTP Request" in text for text in root_lines_during)


def test_the_bridge_tells_only_the_names_of_httpcores_events(stderr: Console) -> None:
    with configure_logging(level="DEBUG", stdlib=True):
        logging.getLogger("httpcore.http11").debug(
            "receive_response_headers.complete return_value=(b'HTTP/1.1', 200, b'OK', "
            "[(b'Set-Cookie', b'session=plain-value')])"
        )
    assert (
        stderr.getvalue().rstrip().endswith("httpcore.http11 - receive_response_headers.complete")
    )


def test_the_bridge_obeys_the_level(stderr: Console) -> None:
    with configure_logging(level="WARNING", stdlib=True):
        _get("https://host/")
    assert stderr.getvalue() == ""


def test_custom_levels_pass_the_bridge(stderr: Console) -> None:
    with configure_logging(stdlib=True):
        logging.getLogger("httpx").log(33, "in between {x}")
    assert "Level 33" in stderr.getvalue() and "in between {x}" in stderr.getvalue()


def test_a_broken_record_does_not_break_the_call(stderr: Console, canary: str) -> None:
    with configure_logging(stdlib=True):
        logging.getLogger("httpx").warning("count %d", canary)
    assert stderr.getvalue().endswith("httpx - count %d\n")


def test_removing_leaves_the_libraries_loggers_as_they_were() -> None:
    def state() -> list[tuple[int, bool, int]]:
        loggers = map(logging.getLogger, ("httpx", "httpcore"))
        return [(one.level, one.propagate, len(one.handlers)) for one in loggers]

    before = state()
    configure_logging(stdlib=True)
    second = configure_logging(stdlib=True)
    assert state() != before
    second.remove()
    assert state() == before


def test_without_the_bridge_the_libraries_loggers_are_left_alone(stderr: Console) -> None:
    with configure_logging():
        _get("https://host/")
    assert stderr.getvalue() == ""
