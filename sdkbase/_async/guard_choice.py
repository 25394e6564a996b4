"""The guards that a client's settings ask for. Most clients have none, so they load late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._concurrency import AsyncClock
from .._policy.bulkhead import Bulkhead
from .._policy.hedging import Hedging
from .._policy.retry_quota import Quota
from .._policy.settings import ClientSettings, checked_setting

if TYPE_CHECKING:
    from .bulkhead import AsyncBulkhead
    from .guards import AsyncGuards
    from .hedge import AsyncHedge


def bulkhead_of(bulkhead: Bulkhead | None, clock: AsyncClock) -> AsyncBulkhead | None:
    """
    Return the places of a client, or None if *bulkhead* is None.

    Raises:
        ConfigurationError: *bulkhead* is no such settings.
    """
    if bulkhead is None or checked_setting(bulkhead, Bulkhead, "bulkhead") is None:
        return None
    from .bulkhead import AsyncBulkhead

    return AsyncBulkhead(bulkhead, clock)


def hedge_of(hedging: Hedging | None, clock: AsyncClock, quota: Quota) -> AsyncHedge | None:
    """
    Return what hedges the calls of a client, or None if *hedging* is None.

    Raises:
        ConfigurationError: *hedging* is no such settings.
    """
    if hedging is None or checked_setting(hedging, Hedging, "hedging") is None:
        return None
    from .hedge import AsyncHedge

    return AsyncHedge(hedging, clock, quota)


def guards_of(
    settings: ClientSettings,
    hedge: AsyncHedge | None,
    bulkhead: AsyncBulkhead | None,
    clock: AsyncClock,
) -> AsyncGuards | None:
    """
    Return the guards that a client's *settings* ask for, or None if there are none.

    Raises:
        ConfigurationError: The rate limiter's store is not one for such clients.
    """
    limiter, breaker = settings.rate_limiter, settings.circuit_breaker
    if limiter is None and breaker is None and bulkhead is None and hedge is None:
        return None
    from .guards import AsyncGuards
    from .turns import AsyncTurns

    turns = None if limiter is None else AsyncTurns(limiter, clock, settings.auth)
    return AsyncGuards(hedge, breaker, turns, bulkhead, clock)
