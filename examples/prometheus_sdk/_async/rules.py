"""Rules, and the alerts that come of them."""

from __future__ import annotations

from typing import Literal

from sdkbase import OMIT, AsyncResource, Omit

from ..models import AlertList, Answer, RuleGroups


class AsyncRules(AsyncResource[Answer[RuleGroups]]):
    """Recording and alerting rules."""

    path = "/api/v1"

    async def list(self, *, type: Literal["alert", "record"] | Omit = OMIT) -> Answer[RuleGroups]:
        """Return the rules in their groups, of one *type* if given."""
        return await self._get("/rules", query={"type": type})

    async def alerts(self) -> Answer[AlertList]:
        """Return the alerts that are pending or firing."""
        return await self._get("/alerts", cast_to=Answer[AlertList])
