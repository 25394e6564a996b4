"""Arguments that make no client, of the factory of either colour."""

from __future__ import annotations

from typing import Any

import pytest

from sdkbase import ConfigurationError, create_http_client, create_sync_http_client

BOTH = pytest.mark.parametrize("create", [create_http_client, create_sync_http_client])


@BOTH
@pytest.mark.parametrize("given", [10, "ten", (10,), (10, 1.0, 2.0), object()])
def test_a_rate_limit_that_is_no_pair_shows_what_one_is(create: Any, given: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"rate_limit must be \(requests, seconds\)"):
        create(rate_limit=given)


@BOTH
@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("max_retries", -1),
        ("timeout_seconds", 0),
        ("max_connections", 0),
        ("max_connections", True),
        ("log_level", "LOUD"),
    ],
)
def test_the_message_names_the_argument(create: Any, name: str, given: Any) -> None:
    with pytest.raises(ConfigurationError, match=name):
        create(**{name: given})
