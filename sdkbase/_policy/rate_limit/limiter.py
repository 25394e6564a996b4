"""The rate limiter: buckets by key, what servers say about them, and what all that looks like."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from ..._concurrency import LockOwner, SyncClock, is_async
from ..._concurrency._limit_store import AsyncRateLimitStore, SyncRateLimitStore
from ..._exports import publish
from ..._wire.call import Call
from ..._wire.rate_limit_headers import ServerLimit
from ..._wire.redaction import redact_text
from ...config import Seconds, to_count, to_seconds
from ...errors import ConfigurationError, InvalidRequestError
from ..adaptive_rate import AdaptiveRate
from .bucket import Bucket, Reservation
from .keys import LimitKey, key_function
from .snapshot import BucketSnapshot, LimiterSnapshot

if TYPE_CHECKING:
    from ..auth import Auth

_MOST_KEYS = 10_000
_LOOKED_AT = 16
_OVERFLOW = "(further keys)"


class RateLimiter(LockOwner):
    """
    Allow *max_requests* at once and, over time, that many in each *time_window*.

    A token bucket: by time t never more than `max_requests + max_requests / time_window * t`
    requests have begun. Turns are given in the order they were asked for. A caller that gives up
    while it waits returns its token, for those who ask after it.

    Each attempt takes a turn; the further requests of an `httpx.Auth` flow do not. One limiter may
    be shared by any number of clients, async and sync, threads and event loops.

    Args:
        max_requests: Requests in one window, 1 or more.
        time_window: Length of the window in seconds, or a timedelta.
        key: What has a limit of its own: each "host" (with its port), each "credential" (known by
            a hash, never kept), each "template" (with its method), or what a function of a `Call`
            returns, which must be no secret. None has one limit for all. At most 10,000 keys are
            in use at once; beyond, further keys share one limit.
        follow_server: Whether all callers of a key pause when the server asks for it: by
            `Retry-After` with status 403, 429 or 503, or by `RateLimit`, `RateLimit-Remaining` or
            `X-RateLimit-Remaining` that tell of 0 requests left until a reset.
        adaptive: Whether to slow down by itself where the server throttles (status 429): the rate
            is cut to 70 % and won back along a cubic curve, up to *max_requests* in a window. With
            a high *max_requests*, the server alone sets the pace.
        store: Counts the requests of several processes together, such as
            `AsyncRedisRateLimitStore`; then no window of *time_window* holds more than
            *max_requests* of all of them. What servers say stays with each process.
        max_pause: Seconds that one answer of a server can pause callers; then one of them tries
            again. So no header stops a client for long.

    Raises:
        ConfigurationError: A value is out of range; names it.
    """

    def __init__(
        self,
        max_requests: int = 10,
        time_window: Seconds = 1.0,
        *,
        key: LimitKey = None,
        follow_server: bool = True,
        adaptive: bool = False,
        store: AsyncRateLimitStore | SyncRateLimitStore | None = None,
        max_pause: Seconds = 60.0,
    ) -> None:
        self.max_requests: int = to_count(max_requests, "RateLimiter.max_requests", minimum=1)
        self.time_window: float = to_seconds(time_window, "RateLimiter.time_window")
        self.key: LimitKey = key
        self.follow_server: bool = _flag(follow_server, "follow_server")
        self.adaptive: bool = _flag(adaptive, "adaptive")
        self.store: AsyncRateLimitStore | SyncRateLimitStore | None = store
        self.max_pause: float = to_seconds(max_pause, "RateLimiter.max_pause")
        if store is not None and not callable(getattr(store, "acquire", None)):
            raise ConfigurationError(
                "RateLimiter.store must have the method acquire(key, cost, max_requests, "
                f"time_window), got {type(store).__name__}"
            )
        self._key_of = key_function(key, shared=store is not None)
        self._interval = self.time_window / self.max_requests
        self._buckets: OrderedDict[str | None, Bucket] = OrderedDict()
        super().__init__()

    def check_colour(self, *, event_loop: bool) -> None:
        """
        Make sure that a client with or without an event loop can use it.

        Raises:
            ConfigurationError: Its store is not one for such clients.
        """
        if self.store is not None and is_async(self.store.acquire) != event_loop:
            kind = "async" if event_loop else "sync"
            raise ConfigurationError(
                f"RateLimiter.store: {type(self.store).__name__} does not serve {kind} clients; "
                "give each kind a limiter of its own, whose stores share what they count"
            )

    def key_of(self, call: Call, auth: Auth | None = None) -> str | None:
        """
        Return the key of the bucket that *call* belongs to; None if there is one for all.

        Args:
            call: The request.
            auth: The credentials that it is sent with.

        Raises:
            InvalidRequestError: The function given as `key` returned no string.
        """
        return None if self._key_of is None else self._key_of(call, auth)

    def reserve(self, now: float, *, key: str | None = None, cost: float = 1.0) -> Reservation:
        """
        Take a turn.

        Args:
            now: The monotonic clock.
            key: What has a limit of its own, as `key_of` told.
            cost: Requests that it counts for, more than 0 and at most `max_requests`.

        Returns:
            The turn: wait until its `ready_at`, then `begin` it, or `cancel` it.

        Raises:
            InvalidRequestError: The limit never allows that *cost*.
        """
        if not 0 < cost <= self.max_requests:
            raise InvalidRequestError(
                f"a call that counts for {cost:g} requests never fits a rate limit of "
                f"{self.max_requests} at once; its cost must be more than 0, and no more than that"
            )
        with self._lock:
            return self._bucket(key, now).reserve(now, cost)

    def begin(self, turn: Reservation) -> None:
        """Note that the holder of *turn* has waited and goes ahead."""
        with self._lock:
            turn.bucket.pending.pop(turn, None)

    def cancel(self, turn: Reservation, now: float) -> None:
        """Return the tokens of a turn that will not be used."""
        with self._lock:
            turn.bucket.cancel(turn, now)

    def hold(self, turn: Reservation, now: float, seconds: float) -> None:
        """
        Put *turn* back into its place, and let it and those behind it wait.

        Args:
            turn: A turn whose moment had come, and that the store did not let through.
            now: The monotonic clock.
            seconds: How long to wait, at most `max_pause`.
        """
        with self._lock:
            turn.bucket.hold(turn, now + min(seconds, self.max_pause))

    def pause(self, seconds: float, *, now: float, key: str | None = None) -> None:
        """
        Let nobody go for a while; those who wait keep their order.

        Args:
            seconds: How long, at most `max_pause`.
            now: The monotonic clock.
            key: Whom it concerns.
        """
        with self._lock:
            self._bucket(key, now).pause(now + min(seconds, self.max_pause))

    def observe(
        self,
        key: str | None,
        now: float,
        *,
        throttled: bool,
        limit: ServerLimit | None = None,
        retry_after: float | None = None,
    ) -> None:
        """
        Take note of an answer.

        Args:
            key: Whom it concerns.
            now: The monotonic clock.
            throttled: Whether the server refused it because there were too many.
            limit: What the server says about its limit.
            retry_after: Seconds that it asks to wait; wins over *limit*.
        """
        with self._lock:
            bucket = self._bucket(key, now)
            if limit is not None:
                bucket.server, bucket.server_seen = limit, now
            if bucket.adaptive is not None:
                rate = bucket.adaptive.observe(now, throttled=throttled)
                if rate is not None:
                    bucket.adapt(rate, now)
            if self.follow_server and (seconds := _pause_of(throttled, limit, retry_after)):
                bucket.pause(now + min(seconds, self.max_pause))

    def snapshot(self, now: float | None = None) -> LimiterSnapshot:
        """
        Return the state of all buckets; safe in every thread, and it holds no secret.

        Args:
            now: The monotonic clock; that of the system if left out.
        """
        moment = SyncClock().monotonic() if now is None else now
        with self._lock:
            shown = [_shown(key, bucket, moment) for key, bucket in self._buckets.items()]
        return LimiterSnapshot(tuple(shown))

    def _bucket(self, key: str | None, now: float) -> Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            return self._new_bucket(key, now)
        if key is not None:
            self._buckets.move_to_end(key)
        return bucket

    def _new_bucket(self, key: str | None, now: float) -> Bucket:
        full = len(self._buckets) >= _MOST_KEYS and key != _OVERFLOW
        if full and not self._drop_idle(now):
            return self._bucket(_OVERFLOW, now)
        bucket = self._buckets[key] = Bucket(float(self.max_requests), self._interval)
        if self.adaptive:
            bucket.adaptive = AdaptiveRate(now)
        return bucket

    def _drop_idle(self, now: float) -> bool:
        # Those that were not used for the longest time are full by now, unless they are paused.
        oldest = [key for key, _ in zip(self._buckets, range(_LOOKED_AT), strict=False)]
        idle = [key for key in oldest if self._buckets[key].is_idle(now)]
        for key in idle:
            del self._buckets[key]
        return bool(idle)

    def reset_lock(self) -> None:
        """Replace the lock, and forget the callers in line: a forked child has none of them."""
        super().reset_lock()
        for bucket in self._buckets.values():
            bucket.pending.clear()

    def __repr__(self) -> str:
        shown = f"max_requests={self.max_requests}, time_window={self.time_window:g}"
        if self.key is not None:
            shown += f", key={self.key!r}" if isinstance(self.key, str) else ", key=..."
        return f"RateLimiter({shown}{', adaptive=True' if self.adaptive else ''})"


def _flag(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise ConfigurationError(f"RateLimiter.{name} must be True or False, got {value!r}")
    return value


def _pause_of(
    throttled: bool, limit: ServerLimit | None, retry_after: float | None
) -> float | None:
    if retry_after is not None:
        return retry_after
    if limit is None or (limit.remaining is None and not throttled):
        return None
    return limit.reset_in if not limit.remaining else None


def _shown(key: str | None, bucket: Bucket, now: float) -> BucketSnapshot:
    server = bucket.server or ServerLimit()
    adaptive, reset = bucket.adaptive, server.reset_in
    return BucketSnapshot(
        key=None if key is None else redact_text(key),
        available=bucket.available(now),
        waiting=len(bucket.pending),
        paused_for=max(0.0, bucket.paused_until - now),
        rate=1 / bucket.interval,
        adaptive_rate=None if adaptive is None else adaptive.per_second,
        server_policy=None if server.policy is None else redact_text(server.policy),
        server_limit=server.limit,
        server_remaining=server.remaining,
        server_reset_in=None if reset is None else max(0.0, bucket.server_seen + reset - now),
    )


publish(RateLimiter)
