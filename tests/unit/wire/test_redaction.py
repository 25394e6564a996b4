from __future__ import annotations

import copy
import pickle
import secrets
import threading
from base64 import b64encode
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sdkbase._wire.redaction as redaction
from sdkbase._wire.redaction import (
    MASK,
    Secret,
    is_sensitive,
    redact_bytes,
    redact_headers,
    redact_name,
    redact_text,
    redact_url,
    register_headers,
    register_secret,
)

from .messages import fixed


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what these tests register from masking the texts of others."""
    monkeypatch.setattr(redaction, "_registry", type(redaction._registry)())


@pytest.fixture
def secret() -> str:
    return f"canary-{secrets.token_hex(8)}"


@pytest.mark.parametrize(
    "name",
    [
        "Authorization", "proxy-authorization", "Cookie", "set-cookie", "X-API-Key", "api_key",
        "apikey", "key", "access_token", "X-Auth-Token", "client_secret", "password", "passwd",
        "X-Amz-Signature", "X-Amz-Credential", "sig", "session_id", "x-goog-api-key",
        "PHPSESSIONID", "X-Amz-Security-Token", "subscription-key",
    ],
)  # fmt: skip
def test_sensitive_names(name: str) -> None:
    assert is_sensitive(name)


@pytest.mark.parametrize(
    "name",
    [
        "accept",
        "content-type",
        "page",
        "user-agent",
        "keyboard",
        "monkey",
        "design",
        "keys",
        "host",
    ],
)
def test_ordinary_names(name: str) -> None:
    assert not is_sensitive(name)


def test_registered_secrets_are_masked_wherever_they_stand(secret: str) -> None:
    register_secret(secret)
    assert redact_text(f"a {secret}, {secret}b") == f"a {MASK}, {MASK}b"
    assert redact_bytes(f"a {secret}".encode()) == b"a ***"
    assert redact_url(f"https://h/{secret}/x?q={secret}") == "https://h/***/x?q=***"
    assert redact_headers([("x-echo", f"<{secret}>")]) == [("x-echo", "<***>")]


@pytest.mark.parametrize("text", ["pass word/+%&=", "caf\u00e9-caf\u00e9", "a\"b\\c'd{}()[]*?"])
def test_percent_encoded_forms_are_masked(text: str, secret: str) -> None:
    value = secret + text
    register_secret(value)
    for form in (value, quote(value, safe=""), quote_plus(value)):
        assert redact_text(f"<{form}>") == "<***>"


def test_the_part_after_the_scheme_is_a_secret_of_its_own(secret: str) -> None:
    pair = b64encode(f"user:{secret}".encode()).decode()
    register_secret(f"Basic {pair}")
    assert redact_text(f"Basic {pair}") == MASK
    assert redact_text(f"sent {pair}") == f"sent {MASK}"


def test_the_name_of_a_field_is_masked_unless_it_is_a_word(secret: str) -> None:
    for name in ("detail", "error_code", secret):
        register_secret(name)
    assert [redact_name(name) for name in ("detail", "error_code", secret)] == [
        "detail",
        "error_code",
        MASK,
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_bytes_are_masked_in_every_encoding(encoding: str, secret: str) -> None:
    value = f"{secret}-p\u00e4ssw\u00f6rd"
    register_secret(value)
    assert redact_bytes(f"<{value}>".encode(encoding)) == b"<***>"


def test_other_bytes_stay_the_same_object() -> None:
    content = bytes(range(256))
    assert redact_bytes(content) is content


def test_short_strings_are_not_registered() -> None:
    register_secret("abc")
    assert redact_text("an abcess") == "an abcess"


def test_a_secret_that_holds_another_is_masked_whole(secret: str) -> None:
    register_secret(secret)
    register_secret(f"{secret}-longer")
    assert redact_text(f"<{secret}-longer>") == "<***>"


def test_headers_are_registered_by_their_name(secret: str) -> None:
    register_headers({"Authorization": f"Bearer {secret}", "accept": f"open-{secret[::-1]}"})
    assert redact_text(f"{secret} open-{secret[::-1]}") == f"*** open-{secret[::-1]}"


def test_sensitive_headers_are_masked_whole() -> None:
    fields = [("Authorization", "Bearer x"), ("Accept", "a"), ("Set-Cookie", "sid=1; Path=/")]
    assert redact_headers(fields) == [
        ("Authorization", MASK),
        ("Accept", "a"),
        ("Set-Cookie", MASK),
    ]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://user:pw@h/x", "https://h/x"),
        ("https://user@h:8443", "https://h:8443"),
        ("//user:pw@h/x", "//h/x"),
        ("https://us@er:pw@h/x", "https://h/x"),
        ("https://h/a@b?c=d@e", "https://h/a@b?c=d@e"),
        ("https://h/x?api_key=k&page=2&token=t#f", "https://h/x?api_key=***&page=2&token=***#f"),
        ("https://h/x?page=2;sig=abc", "https://h/x?page=2;sig=***"),
        ("https://h/x?password=", "https://h/x?password=***"),
        ("https://h/x?token", "https://h/x?token"),
        ("https://h/x#access_token=abc&state=1", "https://h/x#access_token=***&state=1"),
        ("/users/{user_id}", "/users/{user_id}"),
    ],
)
def test_urls(url: str, expected: str) -> None:
    assert redact_url(url) == expected


def test_the_registry_is_bounded_and_forgets_the_oldest(secret: str) -> None:
    register_secret(secret)
    for _ in range(1024):
        register_secret(secrets.token_hex(8))
    newest = secrets.token_hex(8)
    register_secret(newest)
    assert redact_text(f"{secret} {newest}") == f"{secret} {MASK}"


def test_a_secret_in_use_is_not_forgotten(secret: str) -> None:
    for _ in range(1100):
        register_secret(secret)
        register_secret(secrets.token_hex(8))
    assert redact_text(secret) == MASK


def test_threads_may_register_at_once() -> None:
    values = [[f"t{number}-{secrets.token_hex(8)}" for _ in range(20)] for number in range(8)]
    missed: list[str] = []

    def work(own: list[str]) -> None:
        for value in own:
            register_secret(value)
            if redact_text(value) != MASK:
                missed.append(value)

    threads = [threading.Thread(target=work, args=(own,)) for own in values]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert missed == []
    assert {redact_text(value) for own in values for value in own} == {MASK}


def test_a_secret_shows_only_when_asked(secret: str) -> None:
    held = Secret(secret)
    assert held.reveal() == secret
    assert repr(held) == str(held) == f"{held}" == "Secret('***')"
    assert redact_text(secret) == MASK
    assert not hasattr(held, "__dict__")


def test_a_pickle_holds_no_secret(secret: str) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert secret.encode() not in pickle.dumps(Secret(secret), protocol)


def test_an_unpickled_secret_is_never_sent_as_if_it_were_one(secret: str) -> None:
    try:
        revealed = pickle.loads(pickle.dumps(Secret(secret))).reveal()
    except Exception as error:
        assert secret not in str(error)
    else:
        assert revealed != MASK


def test_a_copy_in_memory_keeps_the_secret(secret: str) -> None:
    assert copy.copy(Secret(secret)).reveal() == secret
    assert copy.deepcopy({"auth": Secret(secret)})["auth"].reveal() == secret


def test_a_secret_without_bytes_does_not_break_the_registry() -> None:
    register_secret("canary-\ud800-surrogate")
    assert redact_text("<canary-\ud800-surrogate>") == "<***>"


@given(st.text(st.characters(codec="utf-8"), min_size=6, max_size=30), st.text(max_size=10))
@fixed
def test_no_text_shows_a_registered_secret(value: str, around: str) -> None:
    register_secret(value)
    for form in (value, quote(value, safe=""), quote_plus(value)):
        shown = redact_text(f"{around}|{form}|{around}")
        assert f"|{form}|" not in shown
    assert f"|{value}|".encode() not in redact_bytes(f"|{value}|".encode())


@pytest.mark.parametrize("password", ["pass-of-basic-7", "päss-of-basic-7"])
def test_what_a_basic_header_decodes_to_is_secret_too(password: str) -> None:
    encoded = b64encode(f"user:{password}".encode()).decode()
    register_headers({"authorization": f"Basic {encoded}"})
    assert password not in redact_text(f"got user:{password}")
    register_headers({"authorization": "Basic not base64"})
    register_headers({"authorization": "Basic /////w=="})
