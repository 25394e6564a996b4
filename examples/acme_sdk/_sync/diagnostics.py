# Generated from _async/diagnostics.py by sdkbase.codegen. Do not edit.
# sha256: d4a1f653c04da652
"""Routes that show how the API behaves; they work with `auth=None` too."""

from __future__ import annotations

from os import PathLike

from sdkbase import OMIT, DownloadedFile, Omit, SyncEventStream, SyncResource

from ..models import Flaky, Health, Limited, Tick


class Diagnostics(SyncResource):
    """Health, failures on order, a rate limit, a stream and a file."""

    def health(self) -> Health:
        """Say whether the API is up."""
        return self._get("/health", cast_to=Health)

    def flaky(self, key: str) -> Flaky:
        """Call the route that fails with 503 twice for each *key*, then works."""
        return self._get("/flaky/{key}", key, cast_to=Flaky)

    def limited(self) -> Limited:
        """Call the route that allows only some requests a second, and answers 429 beyond."""
        return self._get("/limited", cast_to=Limited)

    def ticks(self, count: int, *, cut: int | Omit = OMIT) -> SyncEventStream[Tick]:
        """Count up to *count*; the connection breaks after *cut* ticks, and the stream goes on."""
        query = {"count": count, "cut": cut}
        return self._stream_events("GET", "/events", query=query, cast_to=Tick, reconnect=True)

    def download(
        self, size: int, to: str | PathLike[str], *, cut: int | Omit = OMIT
    ) -> DownloadedFile:
        """Write *size* bytes to a file; the connection breaks after *cut*, the rest follows."""
        query = {"cut": cut}
        return self._download("/bytes/{size}", size, to=to, query=query, checksum="server")
