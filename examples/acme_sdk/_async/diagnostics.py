"""Routes that show how the API behaves; they need no token."""

from __future__ import annotations

from sdkbase import AsyncResource

from ..models import Flaky, Health, Limited


class AsyncDiagnostics(AsyncResource[Health]):
    """Health, failures on order, and a rate limit."""

    async def health(self) -> Health:
        """Say whether the API is up."""
        return await self._get("/health")

    async def flaky(self, key: str) -> Flaky:
        """Call the route that fails with 503 twice for each *key*, then works."""
        return await self._get("/flaky/{key}", key, cast_to=Flaky)

    async def limited(self) -> Limited:
        """Call the route that allows only some requests a second, and answers 429 beyond."""
        return await self._get("/limited", cast_to=Limited)
