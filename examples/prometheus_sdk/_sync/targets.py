# Generated from _async/targets.py by sdkbase.codegen. Do not edit.
# sha256: e9cd5e665e403112
"""What is scraped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from sdkbase import OMIT, Omit, SyncResource

from ..models import Answer, TargetList, TargetMetadata

State: TypeAlias = Literal["active", "dropped", "any"]


class Targets(SyncResource[Answer[TargetList]]):
    """Targets, and what they say about their metrics."""

    path = "/api/v1/targets"

    def list(
        self, *, state: State | Omit = OMIT, scrape_pool: str | Omit = OMIT
    ) -> Answer[TargetList]:
        """Return the targets, of one *state* or one *scrape_pool* if given."""
        return self._get(query={"state": state, "scrapePool": scrape_pool})

    def metadata(
        self, *, match: str | Omit = OMIT, metric: str | Omit = OMIT, limit: int | Omit = OMIT
    ) -> Answer[Sequence[TargetMetadata]]:
        """Return what targets that *match* say about a *metric*; at most *limit* are asked."""
        query = {"match_target": match, "metric": metric, "limit": limit}
        return self._get("/metadata", query=query, cast_to=Answer[Sequence[TargetMetadata]])
