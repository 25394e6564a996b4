# Generated from _async/diagnostics.py by sdkbase.codegen. Do not edit.
# sha256: 2127254f822ad492
"""Routes that show how the API behaves; they need no token."""

from __future__ import annotations

from sdkbase import SyncResource

from ..models import Flaky, Health, Limited


class Diagnostics(SyncResource[Health]):
    """Health, failures on order, and a rate limit."""

    def health(self) -> Health:
        """Say whether the API is up."""
        return self._get("/health")

    def flaky(self, key: str) -> Flaky:
        """Call the route that fails with 503 twice for each *key*, then works."""
        return self._get("/flaky/{key}", key, cast_to=Flaky)

    def limited(self) -> Limited:
        """Call the route that allows only some requests a second, and answers 429 beyond."""
        return self._get("/limited", cast_to=Limited)
