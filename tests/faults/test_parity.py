"""The same script gives the same attempts and outcome in every colour, on every backend."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sdkbase import RetryConfig
from sdkbase._async.engine import AsyncEngine
from sdkbase._sync.engine import SyncEngine
from tests.backend_differences import OUTCOMES
from tests.faults.driver import Ask, Outcome, ask, drive
from tests.faults.scripts import SCRIPTS
from tests.faults.server import FaultServer

# It repeats the same lines very often.
pytestmark = pytest.mark.usefixtures("uncovered")

# Each wait is drawn at its bound, so it is known: 1 ms, 2 ms, 4 ms.
RETRIES = RetryConfig(max_retries=3, backoff_factor=0.001, retry_quota=None)


@pytest.fixture(autouse=True)
def longest_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    for engine in (AsyncEngine, SyncEngine):
        monkeypatch.setitem(vars(engine)["__init__"].__kwdefaults__, "draw", lambda: 1.0)


def _expected(name: str, backend: str) -> tuple[str, str]:
    return OUTCOMES[backend].get(name) or SCRIPTS[name][2]


def _ask(server: FaultServer, answers: tuple[str, ...], args: dict[str, Any]) -> Ask:
    args = dict(args)
    return ask(args.pop("method", "GET"), server.script(*answers), **args)


def _trace(outcome: Outcome) -> tuple[str, str]:
    steps: list[str] = []
    for attempt in outcome.history:
        wait = [] if attempt.delay is None else [f"+{attempt.delay * 1000:g}"]
        steps += [attempt.outcome.removeprefix("HTTP "), *wait]
    return outcome.result, " ".join(steps)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_comes_out_the_same_in_every_colour(
    server: FaultServer, backend: str, colours: tuple[str, ...], name: str
) -> None:
    answers, args, _ = SCRIPTS[name]
    traces, seen = {}, {}
    for colour in colours:
        before = len(server.requests)
        call = _ask(server, answers, args)
        (outcome,) = drive(colour, [call], base_url=server.url, retry_config=RETRIES)
        traces[colour] = _trace(outcome)
        seen[colour] = len(server.requests) - before
        followed = name == "to another place"
        assert seen[colour] == len(outcome.history) + followed
    assert traces == dict.fromkeys(colours, _expected(name, backend))


# Never over in time there: see backend_differences.UNBOUNDED.
ENDLESS_WHEN_REUSED = {"deadline"}


def test_a_whole_session_comes_out_the_same(
    server: FaultServer, backend: str, colours: tuple[str, ...]
) -> None:
    """All scripts, one after the other, on the connections that the ones before left."""
    names = [name for name in SCRIPTS if backend != "httpx2" or name not in ENDLESS_WHEN_REUSED]

    def session(colour: str) -> list[tuple[str, str]]:
        asks = [_ask(server, *SCRIPTS[name][:2]) for name in names]
        outcomes = drive(colour, asks, base_url=server.url, retry_config=RETRIES)
        return [_trace(outcome) for outcome in outcomes]

    with ThreadPoolExecutor(len(colours)) as threads:
        sessions = list(threads.map(session, colours))
    assert all(session == sessions[0] for session in sessions)
    # On a connection that was used before, a loss costs no retry, so one attempt more may be made.
    for (result, history), name in zip(sessions[0], names, strict=True):
        alone = _expected(name, backend)[1].split()
        assert len(alone) <= len(history.split()) <= len(alone) + 2, result


@pytest.mark.parametrize("other", OUTCOMES)
def test_an_outcome_that_differs_is_that_of_a_script(other: str) -> None:
    assert OUTCOMES[other].keys() <= SCRIPTS.keys()
    assert all(SCRIPTS[name][2] != outcome for name, outcome in OUTCOMES[other].items())
