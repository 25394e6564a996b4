"""The server itself."""

from __future__ import annotations

from sdkbase import OMIT, AsyncResource, Omit

from ..models import Answer, BuildInfo, Config, RuntimeInfo, TsdbStats


class AsyncStatus(AsyncResource[Answer[BuildInfo]]):
    """How the server was built, configured and started, and how it fares."""

    path = "/api/v1/status"

    async def build(self) -> Answer[BuildInfo]:
        """Return what the server was built from."""
        return await self._get("/buildinfo")

    async def runtime(self) -> Answer[RuntimeInfo]:
        """Return how the server fares."""
        return await self._get("/runtimeinfo", cast_to=Answer[RuntimeInfo])

    async def config(self) -> Answer[Config]:
        """Return the configuration that is in force."""
        return await self._get("/config", cast_to=Answer[Config])

    async def flags(self) -> Answer[dict[str, str]]:
        """Return the command line that the server was started with."""
        return await self._get("/flags", cast_to=Answer[dict[str, str]])

    async def tsdb(self, *, limit: int | Omit = OMIT) -> Answer[TsdbStats]:
        """Return what takes the most room in the database."""
        return await self._get("/tsdb", query={"limit": limit}, cast_to=Answer[TsdbStats])
