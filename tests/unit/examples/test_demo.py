"""The demo tells the truth: what it prints is checked as far as it does not depend on time."""

from __future__ import annotations

import re
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path

import pytest

# The demo API says what its Python calls 422; the name changed in 3.13.
PHRASE = HTTPStatus(422).phrase

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="module", name="story")
def story_fixture(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("elsewhere")
    command = [sys.executable, "-W", "error", str(EXAMPLES / "demo.py")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_both_colours_give_the_same_results(story: str) -> None:
    assert story.count("-> Hana Adeyemi, editor, since 2024-01-01\n") == 2
    assert len(re.findall(r"-> Hana Adeyemi, 200, req-\d{6}\n", story)) == 2
    assert "-> 250 users in 3 requests\n" in story
    assert "-> the same users\n" in story
    assert "-> 150 posts in 2 requests, by cursor\n" in story
    assert "-> the same posts\n" in story
    assert "-> 250 users, one to a line\n" in story


def test_streams_and_files_survive_connections_that_break(story: str) -> None:
    assert story.count("-> events [1, 2, 3, 4, 5, 6] in 3 requests\n") == 2
    assert story.count("-> 1,000,000 bytes in 2 requests, sha256 as the server says\n") == 2


def test_two_failures_and_a_success_are_seen_on_both_sides(story: str) -> None:
    attempts = r"-> HTTP 503, waited [\d.]+ s, HTTP 503, waited [\d.]+ s, HTTP 200\n"
    assert len(re.findall(attempts, story)) == 2
    assert "the server saw: /flaky/async 3 times, /flaky/sync 3 times" in story


def test_the_limiter_makes_the_difference(story: str) -> None:
    refused = re.findall(r"-> (\d+) refused with 429", story)
    assert int(refused[0]) > 0
    assert int(refused[1]) == 0


def test_the_error_is_told_in_the_words_of_the_api(story: str) -> None:
    assert "-> InvalidFieldsError" in story
    assert f"POST /users -> 422 {PHRASE}: Some fields are not valid." in story
    assert "email must be an e-mail address" in story
    assert re.search(r"request id: +req-\d{6}", story)


def test_the_table_counts_every_call_by_its_template(story: str) -> None:
    rows = re.findall(r"^ +((?:GET|POST) \S+|total) +(\d+) +(\d+) \(", story, re.MULTILINE)
    counts = {label: int(count) for label, count, _ in rows}
    total = counts.pop("total")
    assert counts["GET /users/{id}"] == 4
    assert counts["GET /limited"] == 20
    assert sum(counts.values()) == total


def test_it_is_short_and_shows_no_traceback_and_no_token(story: str) -> None:
    assert len(story.splitlines()) <= 55
    assert "Traceback" not in story
    assert "demo-token" not in story
