# Generated from _async/rules.py by sdkbase.codegen. Do not edit.
# sha256: b27c453ae50c6146
"""Rules, and the alerts that come of them."""

from __future__ import annotations

from typing import Literal

from sdkbase import OMIT, Omit, SyncResource

from ..models import AlertList, Answer, RuleGroups


class Rules(SyncResource[Answer[RuleGroups]]):
    """Recording and alerting rules."""

    path = "/api/v1"

    def list(self, *, type: Literal["alert", "record"] | Omit = OMIT) -> Answer[RuleGroups]:
        """Return the rules in their groups, of one *type* if given."""
        return self._get("/rules", query={"type": type})

    def alerts(self) -> Answer[AlertList]:
        """Return the alerts that are pending or firing."""
        return self._get("/alerts", cast_to=Answer[AlertList])
