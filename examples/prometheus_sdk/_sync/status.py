# Generated from _async/status.py by sdkbase.codegen. Do not edit.
# sha256: 762db6479bc0fce7
"""The server itself."""

from __future__ import annotations

from sdkbase import OMIT, Omit, SyncResource

from ..models import Answer, BuildInfo, Config, RuntimeInfo, TsdbStats


class Status(SyncResource[Answer[BuildInfo]]):
    """How the server was built, configured and started, and how it fares."""

    path = "/api/v1/status"

    def build(self) -> Answer[BuildInfo]:
        """Return what the server was built from."""
        return self._get("/buildinfo")

    def runtime(self) -> Answer[RuntimeInfo]:
        """Return how the server fares."""
        return self._get("/runtimeinfo", cast_to=Answer[RuntimeInfo])

    def config(self) -> Answer[Config]:
        """Return the configuration that is in force."""
        return self._get("/config", cast_to=Answer[Config])

    def flags(self) -> Answer[dict[str, str]]:
        """Return the command line that the server was started with."""
        return self._get("/flags", cast_to=Answer[dict[str, str]])

    def tsdb(self, *, limit: int | Omit = OMIT) -> Answer[TsdbStats]:
        """Return what takes the most room in the database."""
        return self._get("/tsdb", query={"limit": limit}, cast_to=Answer[TsdbStats])
