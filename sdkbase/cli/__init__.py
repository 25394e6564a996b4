"""The command `sdkbase`: start an SDK, generate its sync twin, check it."""

from ._main import main

__all__ = ["main"]
