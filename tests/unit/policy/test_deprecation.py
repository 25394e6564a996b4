"""RFC 9745 (Deprecation), RFC 8594 (Sunset), and that each call is warned of once."""

from __future__ import annotations

import threading
import types
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase._policy import deprecation
from sdkbase._policy.deprecation import DeprecationNotices, deprecation_notice, sdk_package
from sdkbase._wire.redaction import register_secret
from sdkbase.errors import ApiDeprecationWarning
from tests.unit.wire.messages import fixed, make_call, make_reply

SUNSET = "Sun, 30 Jun 2024 23:59:59 GMT"
Fields = Mapping[str, str] | Sequence[tuple[str, str]]


def notice(fields: Fields) -> str | None:
    return deprecation_notice(make_call(), make_reply(200, b"{}", fields))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"Deprecation": "@1688169599"}, "is deprecated as of 2023-06-30"),
        ({"deprecation": " @1688169599 "}, "is deprecated as of 2023-06-30"),
        ({"DEPRECATION": "@1688169599;x=1"}, "is deprecated as of 2023-06-30"),
        ({"deprecation": "@4102444800"}, "is deprecated as of 2100-01-01"),
        ({"deprecation": "@-86400"}, "is deprecated as of 1969-12-31"),
        ({"deprecation": "true"}, "is deprecated"),
        ({"deprecation": "?1"}, "is deprecated"),
        ({"deprecation": "Sun, 11 Nov 2018 23:59:59 GMT"}, "is deprecated as of 2018-11-11"),
        ({"deprecation": 'version="v1"'}, "is deprecated"),
        ({"deprecation": "@"}, "is deprecated"),
        ({"deprecation": "@1688169599x"}, "is deprecated"),
        ({"deprecation": "@999999999999999"}, "is deprecated"),
        ({"Sunset": SUNSET}, "stops working on 2024-06-30"),
        ({"sunset": "@1719791999"}, "stops working on 2024-06-30"),
        (
            {"Deprecation": "@1688169599", "Sunset": SUNSET},
            "is deprecated as of 2023-06-30; stops working on 2024-06-30",
        ),
        ({"Deprecation": "true", "Sunset": "soon"}, "is deprecated"),
    ],
)
def test_what_the_headers_say(fields: Fields, expected: str) -> None:
    assert notice(fields) == f"GET /users/{{user_id}} {expected}"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"deprecation": "false"},
        {"deprecation": "?0"},
        {"deprecation": "0"},
        {"deprecation": ""},
        {"sunset": "soon"},
        {"sunset": ""},
        {"sunset": "Sun, 99 Jun 2024 23:59:59 GMT"},
        {"x-deprecation": "true"},
        {"link": '</docs>; rel="deprecation"'},
    ],
)
def test_what_announces_nothing(fields: Fields) -> None:
    assert notice(fields) is None


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        (['<https://docs.example/d>; rel="deprecation"'], "; see https://docs.example/d"),
        (['</docs#x>; rel="deprecation"'], "; see https://api.example/docs#x"),
        (['<d>; rel="sunset"'], "; see https://api.example/users/d"),
        (['</v2/users/7>; rel="successor-version"'], "; use https://api.example/v2/users/7"),
        (['</d>; rel="sunset deprecation"'], "; see https://api.example/d"),
        (
            ['</a>; rel=next, </d>; rel="deprecation"', '</v2>; rel="successor-version"'],
            "; see https://api.example/d; use https://api.example/v2",
        ),
        (['</a>; rel="next"', "nonsense"], ""),
        (["<http://[bad>; rel=deprecation"], "; see http://[bad"),
    ],
)
def test_the_links_that_help(links: list[str], expected: str) -> None:
    fields = [("Deprecation", "true"), *(("Link", link) for link in links)]
    assert notice(fields) == f"GET /users/{{user_id}} is deprecated{expected}"


def test_no_secret_and_no_long_address_is_shown() -> None:
    register_secret("canary-link-0123")
    link = "<https://u:pw@docs.example/canary-link-0123?token=hidden>; rel=deprecation"
    shown = notice([("deprecation", "true"), ("link", link)])
    assert shown is not None
    assert shown.endswith("see https://docs.example/***?token=***")
    long = notice([("deprecation", "true"), ("link", f"</{'x' * 9999}>; rel=deprecation")])
    assert long is not None and len(long) < 300


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=60))
@fixed
def test_no_header_is_an_error(told: str, end: str, link: str) -> None:
    texts = (text.encode("latin-1", "replace").decode("latin-1") for text in (told, end, link))
    notice(list(zip(("deprecation", "sunset", "link"), texts, strict=True)))


# --- once -----------------------------------------------------------------------------------

OLD = {"deprecation": "true"}


def warned(action: Callable[[], object]) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        action()
    assert all(item.category is ApiDeprecationWarning for item in caught)
    return [str(item.message) for item in caught]


def call(method: str = "GET", template: str = "/a") -> Any:
    return make_call(method, template=template)


def test_each_method_and_template_is_warned_of_once() -> None:
    notices, reply = DeprecationNotices(), make_reply(200, b"", OLD)

    def calls() -> None:
        for _ in range(3):
            notices.warn(call("GET", "/a"), reply)
            notices.warn(call("POST", "/a"), reply)
            notices.warn(call("GET", "/b"), reply)

    names = [text.removesuffix(" is deprecated") for text in warned(calls)]
    assert names == ["GET /a", "POST /a", "GET /b"]


def test_a_call_is_warned_of_when_it_is_announced_first() -> None:
    notices = DeprecationNotices()
    assert warned(lambda: notices.warn(call(), make_reply(200))) == []
    assert warned(lambda: notices.warn(call(), make_reply(200, b"", {"deprecation": "?0"}))) == []
    assert warned(lambda: notices.warn(call(), make_reply(200, b"", OLD))) == [
        "GET /a is deprecated"
    ]
    assert warned(lambda: notices.warn(call(), make_reply(200, b"", OLD))) == []


def test_an_error_may_announce_it_too() -> None:
    reply = make_reply(410, b"", OLD)
    assert len(warned(lambda: DeprecationNotices().warn(call(), reply))) == 1


def test_only_so_many_calls_are_remembered() -> None:
    notices, reply = DeprecationNotices(limit=3), make_reply(200, b"", OLD)

    def calls() -> None:
        for number in range(10):
            notices.warn(call(template=f"/users/{number}"), reply)

    assert len(warned(calls)) == 3
    assert warned(calls) == []


def test_a_warning_that_is_made_an_error_is_raised_once() -> None:
    notices, reply = DeprecationNotices(), make_reply(200, b"", OLD)
    with pytest.raises(ApiDeprecationWarning):
        notices.warn(call(), reply)
    notices.warn(call(), reply)


def test_many_threads_warn_once() -> None:
    notices, reply = DeprecationNotices(), make_reply(200, b"", OLD)
    barrier = threading.Barrier(8)

    def work() -> None:
        barrier.wait()
        for number in range(50):
            notices.warn(call(template=f"/{number}"), reply)

    def together() -> None:
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(warned(together)) == 50


# --- where a warning points at --------------------------------------------------------------


def module(name: str, source: str) -> Any:
    """Make a module whose functions run under that name."""
    made = types.ModuleType(name)
    made.__dict__["__name__"] = name
    exec(compile(source, f"{name}.py", "exec"), made.__dict__)
    return made


BASE = module("sdkbase._sync.base", "def send(notices, *args):\n    notices.warn(*args)\n")
SDK = module("acme._sync.users", "def get(send, *args):\n    send(*args)\n")
USER = module("shop.orders", "def order(get, *args):\n\n    get(*args)\n")
LOOP = module("asyncio.events", "def run(function, *args):\n    function(*args)\n")


def place(package: str, function: Callable[..., Any], *through: Any) -> tuple[str, int]:
    reply = make_reply(200, b"", OLD)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*through, DeprecationNotices(package), call(), reply)
    return caught[0].filename, caught[0].lineno


def test_the_warning_points_at_the_line_of_the_sdks_user() -> None:
    assert place("acme", USER.order, SDK.get, BASE.send) == ("shop.orders.py", 3)


def test_without_an_sdk_it_is_the_first_line_outside() -> None:
    assert place("", USER.order, BASE.send) == ("shop.orders.py", 3)
    assert place("", USER.order, SDK.get, BASE.send) == ("acme._sync.users.py", 2)


def test_an_sdk_inside_of_its_users_package_is_told_from_the_rest_of_it() -> None:
    inner = module("shop.clients.acme._sync.users", "def get(send, *args):\n    send(*args)\n")
    beside = module("shop.clients.acme2", "def get(send, *args):\n    send(*args)\n")
    assert place("shop.clients.acme", USER.order, inner.get, BASE.send) == ("shop.orders.py", 3)
    assert (
        place("shop.clients.acme", beside.get, inner.get, BASE.send)[0] == "shop.clients.acme2.py"
    )


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("acme._async.client", "acme"),
        ("acme._sync.client", "acme"),
        ("shop.clients.acme._sync.client", "shop.clients.acme"),
        ("sdkbase", "sdkbase"),
        ("sdkbase.errors", "sdkbase.errors"),
        ("shop.acme", ""),
        ("__main__", ""),
    ],
)
def test_the_package_of_a_client(name: str, package: str) -> None:
    assert sdk_package(type("Acme", (), {"__module__": name})) == package


def test_a_task_that_runs_a_method_of_the_sdk_has_no_other_line() -> None:
    assert place("acme", LOOP.run, SDK.get, BASE.send) == ("acme._sync.users.py", 2)


def test_a_task_that_runs_only_sdkbase_still_warns() -> None:
    assert place("acme", LOOP.run, BASE.send)[0] == deprecation.__file__


def test_a_stack_of_nothing_but_the_sdk_still_has_a_line() -> None:
    assert deprecation._user_level(None, "acme") == 1
