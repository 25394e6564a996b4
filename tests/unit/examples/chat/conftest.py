"""The chat API, in its first state for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chat_api import ChatApi


@pytest.fixture
def chat_api() -> Iterator[ChatApi]:
    """Run the chat API on a free port."""
    with ChatApi() as api:
        yield api
