"""The filter for handlers of the standard library, and what libraries log by themselves."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import httpx
import httpx2
import pytest

from sdkbase import ConnectError, RedactingFilter, RequestOptions, SyncHttpClient
from sdkbase._wire.redaction import MASK, register_secret


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Give what a root handler with the filter writes, at the lowest level."""
    stream = io.StringIO()
    handler, root = logging.StreamHandler(stream), logging.getLogger()
    handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    handler.addFilter(RedactingFilter())
    level = root.level
    root.addHandler(handler)
    root.setLevel(1)
    yield stream
    root.setLevel(level)
    root.removeHandler(handler)


URL = "https://user:pw123456@host/x?api_key=plain-value&page=2"


def test_urls_of_httpx_and_httpx2_hold_no_secret(lines: io.StringIO) -> None:
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as client:
        client.get(URL)
    with httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200))) as second:
        second.get(URL)
    told = [line for line in lines.getvalue().splitlines() if "HTTP Request" in line]
    assert [line.partition(" ")[0] for line in told] == ["httpx", "httpx2"]
    assert all(f"GET https://host/x?api_key={MASK}&page=2 " in line for line in told)
    assert "plain-value" not in lines.getvalue() and "pw123456" not in lines.getvalue()


@pytest.mark.parametrize("name", ["httpcore.http11", "httpcore2.proxy", "hpack.hpack"])
def test_of_libraries_that_quote_headers_only_the_event_is_told(
    lines: io.StringIO, name: str
) -> None:
    logging.getLogger(name).debug("decoded.complete headers=%r", [("set-cookie", "sid=1")])
    assert lines.getvalue() == f"{name} decoded.complete\n"


def test_any_record_is_masked_and_its_traceback_too(lines: io.StringIO) -> None:
    register_secret("canary-of-the-filter")
    log = logging.getLogger("app")
    try:
        raise ValueError("it was canary-of-the-filter")
    except ValueError:
        log.exception("sent %s", "canary-of-the-filter")
    text = lines.getvalue()
    assert f"app sent {MASK}\nTraceback" in text
    assert text.endswith(f"ValueError: it was {MASK}\n")
    assert "canary-of-the-filter" not in text


def test_a_record_without_secrets_stays_as_it_is(lines: io.StringIO) -> None:
    try:
        raise ValueError("plain")
    except ValueError:
        logging.getLogger("app").exception("count %d", "seven")
    assert "app count %d\nTraceback" in lines.getvalue()
    assert lines.getvalue().endswith("ValueError: plain\n")


def test_the_default_transport_logs_no_url(lines: io.StringIO) -> None:
    client = SyncHttpClient("http://127.0.0.1:1", trust_env=False)
    with pytest.raises(ConnectError):
        client.get("/x?api_key=plain-value", options=RequestOptions(max_retries=0))
    assert "httpcore.connection connect_tcp.started\n" in lines.getvalue()
    assert not any(line.startswith("httpx ") for line in lines.getvalue().splitlines())
