"""The parts of the test kit that have no colour."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from sdkbase import ConfigurationError, SyncHttpClient
from sdkbase.testing import Answer, MockApi, MockCall
from sdkbase.testing._masking import masked_body

KEY = "canary-0123456789"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: Answer(json=1, content=b""), "one of json=, content= and chunks="),
        (lambda: Answer(99), "status"),
        (lambda: Answer(latency=-1), "latency"),
        (lambda: MockApi().add("GET", "/x"), "needs an answer"),
        (lambda: MockApi().add("GET", "/x{", 200), "placeholder"),
    ],
)
def test_wrong_arguments_say_what_is_wrong(make: Callable[[], Any], match: str) -> None:
    with pytest.raises(ConfigurationError, match=match):
        make()


def test_what_is_no_answer_is_refused() -> None:
    api = MockApi()
    api.add("GET", "/x", lambda call: {"id": 7})
    client = SyncHttpClient(api.base_url, transport=api)
    with pytest.raises(ConfigurationError, match="returns one of these, got dict"):
        client.get("/x")


def test_a_call_shows_no_secret_unless_it_is_asked() -> None:
    request = httpx.Request(
        "POST",
        f"https://u:{KEY}@api.test/x?api_key={KEY}",
        headers={"x-api-key": KEY},
        json={"password": KEY, "n": 1.10},
    )
    call = MockCall(request)
    assert KEY not in repr(call) + str(call.export())
    assert call.export()["body"] == '{"password":"***","n":1.1}'
    assert call.headers["x-api-key"] == KEY
    assert call.json(dict[str, str | float])["password"] == KEY
    with pytest.raises(msgspec.ValidationError):
        call.json(int)
    with pytest.raises(TypeError, match="export"):
        pickle.dumps(call)
    with pytest.raises(TypeError):
        vars(call)


@pytest.mark.parametrize(
    ("body", "kind", "masked"),
    [
        (b'{"access_token": "abc", "n": 1.50}', JSON, b'{"access_token":"***","n":1.50}'),
        (b'{"auth": {"pwd": "abc"}, "a": ["b"]}', "", b'{"auth":{"pwd":"***"},"a":["b"]}'),
        (b'{"token": 5}', JSON, b'{"token": 5}'),
        (b'{"session_day": "x"}', JSON, b'{"session_day": "x"}'),
        (b"a=1&client_secret=abc", f"{FORM}; charset=utf-8", b"a=1&client_secret=***"),
        (b'{"next": "https://u:p@h/?token=a"}', "", b'{"next":"https://h/?token=***"}'),
        (b"\xff\x00", "image/png", b"\xff\x00"),
        (b"", "", b""),
    ],
)
def test_bodies_are_masked_by_the_names_of_their_fields(
    body: bytes, kind: str, masked: bytes
) -> None:
    assert masked_body(body, kind, keep=["session_day"]) == masked


def test_the_kit_is_loaded_by_those_who_import_it_only() -> None:
    code = "import sys, sdkbase; sdkbase.SyncHttpClient(); print('sdkbase.testing' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_reprs_are_short() -> None:
    api = MockApi()
    route = api.add("get", "/x/{id}", Answer(201))
    assert repr(api) == "<MockApi https://api.test, 1 routes, 0 calls>"
    assert repr(route) == "<Route GET /x/{id}, 0 calls>"
    assert repr(Answer(201)) == "<Answer 201>"
