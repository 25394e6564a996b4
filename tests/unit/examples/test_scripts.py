"""The example scripts run from any folder and tell what the server really did."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

# What the programs run, other tests cover.
pytestmark = pytest.mark.usefixtures("uncovered_children")

EXAMPLES = Path(__file__).parents[3] / "examples"


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", str(EXAMPLES / script)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize("colour", ["async", "sync"])
def test_a_quickstart_reads_writes_lists_and_fails(colour: str, tmp_path: Path) -> None:
    done = run(f"quickstart_{colour}.py", tmp_path)
    assert done.stderr == ""
    assert "User 7 is Hana Adeyemi, editor, since 01 January 2024.\n" in done.stdout
    assert "User 251 is new and has 1 post.\n" in done.stdout
    assert "83 users are admins, the first is Dana Dubois.\n" in done.stdout
    assert "['Post 1 of Bo Berg', 'Post 1 of Chidi Costa', 'Post 2 of Chidi Costa']" in done.stdout
    assert "Ada Lovelace came with status 200.\n" in done.stdout
    assert "Event 3 of 3 came.\n" in done.stdout
    assert done.stdout.endswith("404 Not Found: User 9999 does not exist.\n")


@pytest.fixture(scope="module", name="folder")
def folder_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tour")


@pytest.fixture(scope="module", name="tour")
def tour_fixture(folder: Path) -> dict[str, str]:
    """The account of the tour, by scenario."""
    parts = run("http_client_tour.py", folder).stdout.strip().split("\n\n")
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts}


def test_the_tour_shows_every_scenario_of_the_first_client(tour: dict[str, str]) -> None:
    assert list(tour) == [
        "Basic use",
        "Global client",
        "Custom configuration",
        "Built-in interceptors",
        "Custom interceptor",
        "Concurrent requests",
        "Error handling",
        "Streams, files and the response",
        "Monitoring",
        "Logging set-up: rotating files",
    ]


@pytest.mark.parametrize(
    ("scenario", "facts"),
    [
        ("Basic use", ["GET /users -> 200: Bo Berg", "POST /users -> 201: user 251"]),
        ("Global client", ["get() -> 200", 'the server got {"key":"value"}']),
        ("Custom configuration", ["user agent MyApp/1.0", "-> 200 after 3 attempts"]),
        ("Built-in interceptors", ["/health: ", "/html: "]),
        ("Custom interceptor", ["-> 200, refused 0 times", "-> 401, refused 1 times"]),
        ("Concurrent requests", ["40 calls of 0.1 s went well and 0 failed"]),
        (
            "Error handling",
            [
                "httpx.HTTPStatusError: 404",
                "NotFoundError, with cast_to: GET /no-such-path -> 404 Not Found",
                "ReadTimeoutError: GET /slow",
                "ConnectError: ",
            ],
        ),
        (
            "Streams, files and the response",
            [
                "GET /events -> event 1, event 2, event 3",
                "GET /bytes/100000 -> 100,000 bytes in numbers.bin, sha256:",
                "GET /health -> {'status': 'ok'}, status 200, req-",
            ],
        ),
        ("Monitoring", ["error rate 25.0%", "alarm: more than 10 %", "GET /health  "]),
    ],
)
def test_a_scenario_of_the_tour(tour: dict[str, str], scenario: str, facts: list[str]) -> None:
    for fact in facts:
        assert fact in tour[scenario]


def test_the_tour_leaves_its_logs_in_the_current_directory(
    tour: dict[str, str], folder: Path
) -> None:
    everything = (folder / "logs/app.log").read_text(encoding="utf-8")
    assert re.search(r"\| INFO +\| sdkbase:.* GET /users -> 200 in [\d.]+ ms\n", everything)
    assert re.search(r"\| DEBUG +\| sdkbase:.* attempt 1\n", everything)
    errors = (folder / "logs/error.log").read_text(encoding="utf-8").splitlines()
    assert errors
    assert all("| ERROR " in line for line in errors)
    assert f"logs/error.log has {len(errors)} lines" in tour["Logging set-up: rotating files"]


def test_no_token_is_in_what_the_tour_writes(tour: dict[str, str], folder: Path) -> None:
    written = [path.read_text(encoding="utf-8") for path in (folder / "logs").iterdir()]
    for token in ("demo-token", "out-of-date"):
        assert not any(token in text for text in (*written, *tour.values()))
