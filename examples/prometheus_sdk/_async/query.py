"""Expressions and what they evaluate to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from typing_extensions import TypeForm

from sdkbase import OMIT, AsyncResource, Omit, RequestOptions

from ..models import Answer
from ..results import Matrix, QueryResult, Vector
from ..times import Duration, Time, duration, timestamp

U = TypeVar("U")

_LONGEST_IN_URL = 2_000
_SAFE = RequestOptions(idempotent=True)


class AsyncQuery(AsyncResource[Answer[QueryResult]]):
    """Evaluate expressions (PromQL)."""

    path = "/api/v1"

    async def instant(
        self, query: str, *, time: Time | Omit = OMIT, timeout: Duration | Omit = OMIT
    ) -> Answer[QueryResult]:
        """Evaluate *query* at one moment; the server's now if *time* is left out."""
        fields = {"query": query, "time": timestamp(time), "timeout": duration(timeout)}
        return await self._ask("/query", fields, Answer[QueryResult])

    async def vector(
        self, query: str, *, time: Time | Omit = OMIT, timeout: Duration | Omit = OMIT
    ) -> Answer[Vector]:
        """Evaluate *query* as `instant` does, where it is known to give a vector."""
        fields = {"query": query, "time": timestamp(time), "timeout": duration(timeout)}
        return await self._ask("/query", fields, Answer[Vector])

    async def range(
        self, query: str, start: Time, end: Time, step: Duration, *, timeout: Duration | Omit = OMIT
    ) -> Answer[Matrix]:
        """Evaluate *query* from *start* to *end*, both included, every *step*."""
        span = {"start": timestamp(start), "end": timestamp(end), "step": duration(step)}
        fields = {"query": query, "timeout": duration(timeout), **span}
        return await self._ask("/query_range", fields, Answer[Matrix])

    async def format(self, query: str) -> Answer[str]:
        """Return *query* as the server would lay it out."""
        return await self._ask("/format_query", {"query": query}, Answer[str])

    async def _ask(self, template: str, fields: Mapping[str, object], cast_to: TypeForm[U]) -> U:
        if len(str(fields["query"])) <= _LONGEST_IN_URL:
            return await self._get(template, query=fields, cast_to=cast_to)
        # As a form, which changes nothing either, whatever the method says.
        return await self._post(template, data=fields, cast_to=cast_to, options=_SAFE)
