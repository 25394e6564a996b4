# Generated from _async/metadata.py by sdkbase.codegen. Do not edit.
# sha256: 33ae6f9730abd127
"""Which series, labels and metrics there are."""

from __future__ import annotations

from collections.abc import Sequence

from sdkbase import OMIT, Omit, SyncResource

from ..models import Answer, MetadataByMetric
from ..results import Labels
from ..times import Time, timestamp


class Metadata(SyncResource[Answer[Sequence[str]]]):
    """
    Look up what is stored.

    *match* are series selectors such as `up` or `{job="api"}`; a series has to fit one of them.
    Without *start* and *end* the whole time is searched.
    """

    path = "/api/v1"

    def series(
        self, *match: str, start: Time | Omit = OMIT, end: Time | Omit = OMIT
    ) -> Answer[Sequence[Labels]]:
        """Return the labels of each series that fits; at least one *match* is needed."""
        query = _span(match, start, end)
        return self._get("/series", query=query, cast_to=Answer[Sequence[Labels]])

    def labels(
        self, *match: str, start: Time | Omit = OMIT, end: Time | Omit = OMIT
    ) -> Answer[Sequence[str]]:
        """Return the names of all labels."""
        return self._get("/labels", query=_span(match, start, end))

    def label_values(
        self, name: str, *match: str, start: Time | Omit = OMIT, end: Time | Omit = OMIT
    ) -> Answer[Sequence[str]]:
        """Return all values of one label."""
        return self._get("/label/{name}/values", name, query=_span(match, start, end))

    def metrics(
        self, metric: str | Omit = OMIT, *, limit: int | Omit = OMIT
    ) -> Answer[MetadataByMetric]:
        """Return what the targets say about their metrics, by name of the metric."""
        query = {"metric": metric, "limit": limit}
        return self._get("/metadata", query=query, cast_to=Answer[MetadataByMetric])


def _span(match: Sequence[str], start: Time | Omit, end: Time | Omit) -> dict[str, object]:
    return {"match[]": match, "start": timestamp(start), "end": timestamp(end)}
