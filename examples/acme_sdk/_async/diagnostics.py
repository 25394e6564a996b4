"""Routes that show how the API behaves; they work with `auth=None` too."""

from __future__ import annotations

from os import PathLike

from sdkbase import OMIT, AsyncEventStream, AsyncResource, DownloadedFile, Omit

from ..models import Flaky, Health, Limited, Tick


class AsyncDiagnostics(AsyncResource):
    """Health, failures on order, a rate limit, a stream and a file."""

    async def health(self) -> Health:
        """Say whether the API is up."""
        return await self._get("/health", cast_to=Health)

    async def flaky(self, key: str) -> Flaky:
        """Call the route that fails with 503 twice for each *key*, then works."""
        return await self._get("/flaky/{key}", key, cast_to=Flaky)

    async def limited(self) -> Limited:
        """Call the route that allows only some requests a second, and answers 429 beyond."""
        return await self._get("/limited", cast_to=Limited)

    def ticks(self, count: int, *, cut: int | Omit = OMIT) -> AsyncEventStream[Tick]:
        """Count up to *count*; the connection breaks after *cut* ticks, and the stream goes on."""
        query = {"count": count, "cut": cut}
        return self._stream_events("GET", "/events", query=query, cast_to=Tick, reconnect=True)

    async def download(
        self, size: int, to: str | PathLike[str], *, cut: int | Omit = OMIT
    ) -> DownloadedFile:
        """Write *size* bytes to a file; the connection breaks after *cut*, the rest follows."""
        query = {"cut": cut}
        return await self._download("/bytes/{size}", size, to=to, query=query, checksum="server")
