"""What goes over the wire of a URL, with and without parsing."""

from __future__ import annotations

import string

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase import InvalidRequestError
from sdkbase._wire.url import Site, origin_of, site_and_target

SITES = st.sampled_from(
    [
        "http://127.0.0.1",
        "http://127.0.0.1:80",
        "https://api.example.com:8443",
        "https://api.example.com:443",
        "http://API.Example.com",
        "HTTP://example.com",
        "http://[::1]:8080",
        "http://b\u00fccher.example",
        "http://user:pass@example.com",
    ]
)
TARGETS = st.text(
    st.sampled_from(
        string.ascii_letters + string.digits + "/.?%-_~!$&'()*+,;=:@\"<>[]{}|\\^`#\u00e4"
    ),
    max_size=20,
)


def as_parsed(url: str) -> tuple[Site, bytes]:
    parsed = httpx.URL(url)
    host = parsed.raw_host.decode()
    port = parsed.port or {"http": 80, "https": 443}[parsed.scheme]
    origin = (parsed.scheme, host, port)
    site = Site(parsed.raw_scheme, parsed.raw_host, parsed.port, parsed.netloc, origin)
    return site, parsed.raw_path


@given(SITES, TARGETS)
def test_it_is_what_httpx_would_send(site: str, target: str) -> None:
    url = f"{site}/{target}"

    assert site_and_target(url) == as_parsed(url)


@pytest.mark.parametrize(
    ("target", "sent"),
    [
        ("/users/7", b"/users/7"),
        ("/a%2Fb?x=%20&y='", b"/a%2Fb?x=%20&y='"),
        ("/a/../b", b"/b"),
        ("/50%/x", b"/50%/x"),
        ("?x=1", b"/?x=1"),
        ("", b"/"),
        ("/a#part", b"/a"),
    ],
)
def test_what_is_not_plain_is_made_so(target: str, sent: bytes) -> None:
    assert site_and_target(f"https://example.com{target}")[1] == sent


@pytest.mark.parametrize("port", ["0", "65536", "99999"])
def test_a_port_that_does_not_exist_is_refused(port: str) -> None:
    with pytest.raises(InvalidRequestError, match="valid port"):
        site_and_target(f"http://example.com:{port}/users")


@pytest.mark.parametrize("text", ["http://example.com/a b", "http://example.com/\n", "ftp://a.b/"])
def test_what_is_no_url_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        origin_of(text)
