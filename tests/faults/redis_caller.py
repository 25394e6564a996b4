"""A process of its own that takes turns of a limit in Redis; prints when each one was granted."""

from __future__ import annotations

import json
import sys
import time

from sdkbase import RateLimiter, SyncClock, SyncRedisRateLimitStore
from sdkbase._policy.deadline import NO_DEADLINE
from sdkbase._sync.turns import SyncTurns
from sdkbase._wire.body import NO_BODY
from sdkbase._wire.call import Call

CALL = Call("GET", "https://api.example/", "/", {}, NO_BODY)


class Watched(SyncRedisRateLimitStore):
    """Keep the moments before and after each question that was granted."""

    def __init__(self, url: str, name: str) -> None:
        super().__init__(url, name)
        self.grants: list[tuple[float, float]] = []

    def acquire(self, key: str, cost: float, max_requests: int, time_window: float) -> float:
        before = time.time()
        wait = super().acquire(key, cost, max_requests, time_window)
        if wait == 0:
            self.grants.append((before, time.time()))
        return wait


def main(url: str, requests: int, seconds: float) -> None:
    """Take as many turns as there are for some seconds."""
    store = Watched(url, "shared")
    turns = SyncTurns(RateLimiter(requests, 1.0, store=store), SyncClock())
    print("ready", flush=True)
    sys.stdin.readline()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        turns.wait(CALL, NO_DEADLINE)
    print(json.dumps(store.grants))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
