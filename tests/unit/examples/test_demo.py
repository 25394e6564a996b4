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
    assert story.count("-> Hana Adeyemi, editor, since 2024-01-01") == 2
    assert "-> 250 users in 3 requests" in story
    assert "-> the same users" in story


def test_two_failures_and_a_success_are_seen_on_both_sides(story: str) -> None:
    attempts = r"-> HTTP 503, waited [\d.]+ s, HTTP 503, waited [\d.]+ s, HTTP 200\n"
    assert len(re.findall(attempts, story)) == 2
    assert "the server saw: /flaky/async 3 times, /flaky/sync 3 times" in story


def test_the_limiter_makes_the_difference(story: str) -> None:
    refused = re.findall(r"-> (\d+) refused with 429", story)
    assert int(refused[0]) > 0
    assert int(refused[1]) == 0


def test_the_error_is_told_in_the_words_of_the_api(story: str) -> None:
    assert "-> UnprocessableEntityError" in story
    assert f"POST /users -> 422 {PHRASE}: Some fields are not valid." in story
    assert "email must be an e-mail address" in story
    assert re.search(r"request id: +req-\d{6}", story)


def test_the_table_counts_every_call_by_its_template(story: str) -> None:
    rows = re.findall(r"^ +((?:GET|POST) \S+|total) +(\d+) +(\d+) \(", story, re.MULTILINE)
    counts = {label: int(count) for label, count, _ in rows}
    total = counts.pop("total")
    assert counts["GET /users/{user_id}"] == 2
    assert counts["GET /limited"] == 20
    assert sum(counts.values()) == total


def test_it_is_short_and_shows_no_traceback_and_no_token(story: str) -> None:
    assert len(story.splitlines()) <= 45
    assert "Traceback" not in story
    assert "demo-token" not in story
