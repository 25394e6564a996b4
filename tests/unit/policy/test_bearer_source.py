from __future__ import annotations

from typing import Any

import pytest

from sdkbase import BearerAuth, ConfigurationError


def test_a_coroutine_function_is_refused_with_the_way_out() -> None:
    async def token() -> str:
        return "secret"

    source: Any = token
    with pytest.raises(ConfigurationError, match="BearerAuth takes a plain function; refresh"):
        BearerAuth(source)
