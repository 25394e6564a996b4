# Generated from _async/models.py by sdkbase.codegen. Do not edit.
# sha256: 8b8a0562b5c59679
"""The models that can be asked."""

from __future__ import annotations

from collections.abc import Sequence

from sdkbase import SyncResource

from ..messages import Model


class Models(SyncResource[Model]):
    """The models that can be asked."""

    path = "/v1/models"

    def list(self) -> Sequence[Model]:
        """Return all models."""
        return self._get(cast_to=list[Model])
