from __future__ import annotations

import pytest

from sdkbase._observe.redacted import printable, redacted_line, redacted_text, redacted_url


def test_userinfo_and_secret_query_values_are_masked() -> None:
    url = redacted_url("https://user:pw123456@host/x?api_key=k&page=2")
    assert url.startswith("https://host/x?")
    assert "page=2" in url
    assert "pw123456" not in url and "=k" not in url


def test_a_template_keeps_its_braces() -> None:
    assert redacted_url("/repos/{owner}/{+path}") == "/repos/{owner}/{+path}"


def test_urls_inside_a_text_are_masked() -> None:
    text = redacted_text("failed for url 'https://u:hunter22@host/x?token=abc' (try again)")
    assert "hunter22" not in text and "abc" not in text
    assert text.endswith("(try again)")


def test_registered_secrets_are_masked_before_the_text_is_cut(canary: str) -> None:
    assert canary[:8] not in redacted_line("x" * 495 + canary)
    assert canary[:8] not in redacted_url("https://host/" + "x" * 2030 + canary)


def test_length_is_bounded() -> None:
    assert len(redacted_line("x" * 100_000)) == 500
    assert len(redacted_url("https://host/" + "x" * 100_000)) == 2048


@pytest.mark.parametrize("char", ["\n", "\r", "\x1b", "\0", "\x85", "\u2028"])
def test_control_characters_become_spaces(char: str) -> None:
    assert printable(f"a{char}b") == "a b"


def test_printable_text_stays() -> None:
    assert printable("用户 é {x}") == "用户 é {x}"
