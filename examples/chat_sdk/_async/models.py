"""The models that can be asked."""

from __future__ import annotations

from collections.abc import Sequence

from sdkbase import AsyncResource

from ..messages import Model


class AsyncModels(AsyncResource[Model]):
    """The models that can be asked."""

    path = "/v1/models"

    async def list(self) -> Sequence[Model]:
        """Return all models."""
        return await self._get(cast_to=list[Model])
