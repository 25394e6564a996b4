from __future__ import annotations

import httpx
import pytest

from sdkbase._policy.cookies import cookie_header, own_cookies
from sdkbase.errors import ConfigurationError
from tests.unit.wire.messages import make_call


@pytest.fixture
def jar() -> httpx.Cookies:
    cookies = httpx.Cookies({"given": "1"})
    cookies.set("bound", "2", domain="api.example")
    cookies.set("deep", "3", domain="api.example", path="/admin")
    return cookies


def test_a_trusted_call_gets_what_fits(jar: httpx.Cookies) -> None:
    header = cookie_header(jar, make_call(url="https://api.example/users"))
    assert header is not None and set(header.split("; ")) == {"given=1", "bound=2"}


def test_a_cookie_handed_in_stays_with_the_client_s_origin(jar: httpx.Cookies) -> None:
    call = make_call(url="https://api.example/admin/x").replace(trusted=False)
    header = cookie_header(jar, call)
    assert header is not None and set(header.split("; ")) == {"bound=2", "deep=3"}
    assert cookie_header(jar, make_call(url="https://evil.example/").replace(trusted=False)) is None


def test_without_a_cookie_that_fits_there_is_no_header() -> None:
    assert cookie_header(httpx.Cookies(), make_call()) is None


def test_the_jar_of_a_client() -> None:
    assert dict(own_cookies({"a": "1"}, None).get()) == {"a": "1"}
    assert own_cookies({}, None).jar is not None
    empty = own_cookies(None, None)
    assert empty.jar is None
    assert empty.get() is empty.get()
    assert dict(empty.get()) == {}
    with httpx.Client(cookies={"b": "2"}) as users:
        assert own_cookies(None, users).get() is users.cookies
        with pytest.raises(ConfigurationError, match="set cookies= on it"):
            own_cookies({"a": "1"}, users)
