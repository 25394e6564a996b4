"""TLS: whom the client trusts, and what a refusal looks like."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from sdkbase import TimeoutConfig, TlsError
from tests.backend_differences import LEFTOVER_RECORDS
from tests.backends import Trust, trust_in
from tests.faults.answers import answer_of
from tests.faults.driver import ask, drive, drive_each
from tests.faults.server import FaultServer


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def _server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    return context


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[FaultServer]:
    context = _server_context(authority.issue_cert("127.0.0.1"))
    with FaultServer(answer_of, tls=context) as running:
        yield running


@pytest.fixture
def trusting(authority: trustme.CA, backend: str, tmp_path: Path) -> Trust:
    return trust_in(authority, backend, tmp_path)


def test_a_context_that_trusts(secure: FaultServer, trusting: Trust, colour: str) -> None:
    outcomes = drive(colour, [ask("GET", "/ok")] * 3, base_url=secure.url, verify=trusting)
    assert [outcome.result for outcome in outcomes] == ["HTTP 200"] * 3
    assert secure.accepted == 1
    assert secure.settles(lambda: secure.open == 0)


def test_what_comes_behind_an_answer_in_a_record_of_its_own(
    secure: FaultServer, trusting: Trust, colour: str, backend: str
) -> None:
    asks = [ask("GET", "/two-records"), ask("POST", "/echo", json_data={"id": 9}, cast_to=dict)]
    _, after = drive(colour, asks, base_url=secure.url, verify=trusting)
    assert after.result == LEFTOVER_RECORDS.get((backend, colour), "{'id': 9}")


def test_a_file_that_trusts(
    secure: FaultServer, authority: trustme.CA, colour: str, tmp_path: Path
) -> None:
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    (outcome,) = drive(colour, [ask("GET", "/ok")], base_url=secure.url, verify=str(file))
    assert outcome.result == "HTTP 200"


def test_trusting_everybody(secure: FaultServer, colour: str) -> None:
    (outcome,) = drive(colour, [ask("GET", "/ok")], base_url=secure.url, verify=False)
    assert outcome.result == "HTTP 200"


def _refused(colour: str, server: FaultServer, **settings: Any) -> TlsError:
    (outcome,) = drive(colour, [ask("GET", "/ok")], base_url=server.url, **settings)
    assert outcome.trace == ("TlsError", 1)
    assert isinstance(outcome.error, TlsError)
    assert not outcome.error.sent
    assert server.requests == []
    return outcome.error


def test_an_unknown_authority_is_not_tried_again(secure: FaultServer, colour: str) -> None:
    said = str(_refused(colour, secure))
    assert re.search("certificate verify failed|invalid peer certificate: UnknownIssuer", said)
    assert secure.settles(lambda: secure.open == 0)


@pytest.mark.wire
def test_a_wrong_host_is_not_tried_again(
    authority: trustme.CA, trusting: Trust, colour: str
) -> None:
    context = _server_context(authority.issue_cert("api.example"))
    with FaultServer(answer_of, tls=context) as elsewhere:
        error = _refused(colour, elsewhere, verify=trusting)
    assert re.search("mismatch|not valid for name", str(error))


@pytest.mark.wire
def test_an_expired_certificate_is_not_tried_again(
    authority: trustme.CA, trusting: Trust, colour: str
) -> None:
    past = authority.issue_cert("127.0.0.1", not_after=datetime(2020, 1, 1, tzinfo=UTC))
    with FaultServer(answer_of, tls=_server_context(past)) as late:
        error = _refused(colour, late, verify=trusting)
    assert "expired" in str(error).lower()


def test_plain_http_to_a_tls_port(secure: FaultServer, colour: str) -> None:
    (outcome,) = drive(colour, [ask("POST", "/ok")], base_url=secure.url.replace("https:", "http:"))
    # What such a server does differs: it says so in TLS, or hangs up. The POST is not repeated.
    assert outcome.trace in {("ProtocolError", 1), ("ConnectionLostError", 1)}
    assert secure.requests == []


def test_tls_to_a_plain_port(server: FaultServer, trusting: Trust, colour: str) -> None:
    """It takes the hello for the begin of a request, and waits for the rest."""
    (outcome,) = drive(
        colour,
        [ask("POST", "/ok")],
        base_url=server.url.replace("http:", "https:"),
        verify=trusting,
        timeout_config=TimeoutConfig(connect=0.1),
    )
    assert outcome.trace == ("ConnectTimeoutError", 4)
    assert server.requests == []


@pytest.mark.wire
@pytest.mark.parametrize("has_certificate", [True, False])
def test_a_client_certificate(
    authority: trustme.CA, colour: str, tmp_path: Path, has_certificate: bool
) -> None:
    context = _server_context(authority.issue_cert("127.0.0.1"))
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    mine, trusted = tmp_path / "mine.pem", tmp_path / "authority.pem"
    authority.issue_cert("client@api.example").private_key_and_cert_chain_pem.write_to_path(mine)
    authority.cert_pem.write_to_path(trusted)
    settings: dict[str, Any] = {"cert": str(mine)} if has_certificate else {}
    with FaultServer(answer_of, tls=context) as strict:
        (outcome,) = drive(
            colour, [ask("GET", "/ok")], base_url=strict.url, verify=str(trusted), **settings
        )
        assert len(strict.requests) == has_certificate
    if has_certificate:
        assert outcome.result == "HTTP 200"
    else:
        assert outcome.error is not None


@pytest.mark.parametrize("fault", ["lost", "short", "chunk-cut"])
def test_faults_behind_tls(secure: FaultServer, trusting: Trust, colour: str, fault: str) -> None:
    path = secure.script(fault, "ok")
    (outcome,) = drive(colour, [ask("GET", path)], base_url=secure.url, verify=trusting)
    assert outcome.trace == ("HTTP 200", 2)


def test_deadlines_behind_tls(secure: FaultServer, trusting: Trust, colour: str) -> None:
    paths = ("/loris", "/drip", "/black-hole")
    sessions = [[ask(method, path)] for path in paths for method in ("GET", "STREAM")]
    outcomes = drive_each(colour, sessions, base_url=secure.url, verify=trusting, deadline=0.3)
    for (outcome,) in outcomes:
        assert outcome.result == "DeadlineExceededError"
        assert outcome.seconds < 0.4
    assert secure.settles(lambda: secure.open == 0)
