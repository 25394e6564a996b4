"""
A short story of sdkbase at work: `python tools/dev.py demo`.

The SDK in `acme_sdk` talks to the API in `demo_api`, a real HTTP server on a port of this machine.
Everything printed is measured in this run.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

import httpx

from acme_sdk import Acme, AsyncAcme, Problem, User
from demo_api import DemoApi
from sdkbase import (
    BearerAuth,
    CallRecord,
    MetricsInterceptor,
    Observer,
    RateLimiter,
    RateLimitError,
    RetryConfig,
    StatusError,
)

BURST = 10


class Watch(Observer):
    """Collects the retries that the clients make, as words."""

    def __init__(self) -> None:
        self.retries: list[str] = []

    def retry_scheduled(
        self, method: str, url: str, template: str, attempt: int, delay: float, reason: str
    ) -> None:
        """Note the failed attempt and the wait that follows it."""
        self.retries.append(f"{reason}, waited {delay:.2f} s")

    def call_finished(self, record: CallRecord) -> None:
        """Note how the call ended."""
        self.retries.append(record.error or f"HTTP {record.status_code}")

    def told(self) -> str:
        """Return what was collected since the last time."""
        story, self.retries = ", ".join(self.retries), []
        return story


@dataclass
class Stage:
    """What all scenes share: the server and one client of each colour."""

    api: DemoApi
    runner: asyncio.Runner
    watch: Watch = field(default_factory=Watch)
    metrics: MetricsInterceptor = field(default_factory=MetricsInterceptor)

    def __post_init__(self) -> None:
        auth = BearerAuth(self.api.token)
        interceptors = [self.watch, self.metrics]
        self.async_acme = AsyncAcme(self.api.base_url, auth=auth, interceptors=interceptors)
        self.acme = Acme(self.api.base_url, auth=auth, interceptors=interceptors)

    def close(self) -> None:
        """Close both clients."""
        self.runner.run(self.async_acme.aclose())
        self.acme.close()


def main() -> None:
    """Tell the story."""
    started = time.perf_counter()
    with DemoApi() as api, asyncio.Runner() as runner:
        print(f"An SDK built on sdkbase calls a demo API at {api.base_url}.")
        print("Its async source is written by hand; its sync twin is generated from that.")
        with closing(Stage(api, runner)) as stage:
            for scene in (typed_results, retries, rate_limit, typed_errors, the_figures):
                scene(stage)
    print(f"\nDone in {time.perf_counter() - started:.1f} s.")


def typed_results(stage: Stage) -> None:
    """Call the same things in both colours and compare."""
    heading("1. Typed results, in both colours")
    stage.api.reset()
    user = stage.runner.run(stage.async_acme.users.retrieve(7))
    say("async", "await acme.users.retrieve(7)", told(user))
    same = stage.acme.users.retrieve(7)
    say("sync", "acme.users.retrieve(7)", told(same))
    sent = len(stage.api.requests)
    users = stage.runner.run(all_users(stage.async_acme))
    pages = len(stage.api.requests) - sent
    say("async", "async for user in acme.users.list()", f"{len(users)} users in {pages} requests")
    equal = user == same and users == list(stage.acme.users.list())
    say("sync", "for user in acme.users.list()", "the same users" if equal else "OTHER users")
    posts = stage.acme.users.posts.list(7)
    say("sync", "acme.users.posts.list(7)", f"{len(posts)} posts, the first: {posts[0].title!r}")


async def all_users(acme: AsyncAcme) -> list[User]:
    """Collect the users of every page."""
    return [user async for user in acme.users.list()]


def retries(stage: Stage) -> None:
    """Call the route that fails twice; show what the client did and what the server saw."""
    heading("2. Retries: a route that answers 503 twice, then 200")
    stage.api.reset()
    stage.watch.told()
    stage.runner.run(stage.async_acme.diagnostics.flaky("async"))
    say("async", "await acme.diagnostics.flaky('async')", stage.watch.told())
    stage.acme.diagnostics.flaky("sync")
    say("sync", "acme.diagnostics.flaky('sync')", stage.watch.told())
    seen = Counter(path for _, path in stage.api.requests)
    note("the server saw: " + ", ".join(f"{path} {count} times" for path, count in seen.items()))


def rate_limit(stage: Stage) -> None:
    """Call the limited route too fast, then with one limiter for both clients."""
    heading("3. Rate limit: a route that allows 5 requests a second and answers 429 beyond")
    plan = f"{BURST} calls at once"
    refused, seconds = burst(stage, None)
    say("both", f"{plan}, no limiter", f"{refused} refused with 429, in {seconds:.1f} s")
    refused, seconds = burst(stage, RateLimiter(max_requests=4, time_window=1.0))
    say("both", f"{plan}, RateLimiter(4, 1.0)", f"{refused} refused with 429, in {seconds:.1f} s")
    note("half of the calls were async tasks, half threads; the one limiter kept pace for both")


def burst(stage: Stage, limiter: RateLimiter | None) -> tuple[int, float]:
    """Make calls in both colours at once; return how many got 429, and the time it took."""
    stage.api.reset()
    once = RetryConfig(max_retries=0)
    async_acme = stage.async_acme.with_options(rate_limiter=limiter, retry_config=once)
    acme = stage.acme.with_options(rate_limiter=limiter, retry_config=once)
    started = time.perf_counter()
    with ThreadPoolExecutor() as pool:
        in_threads = [pool.submit(is_refused, acme) for _ in range(BURST // 2)]
        refused = stage.runner.run(count_refused(async_acme))
    refused += sum(future.result() for future in in_threads)
    return refused, time.perf_counter() - started


async def count_refused(acme: AsyncAcme) -> int:
    """Make half of the calls as tasks; return how many were refused."""
    calls = [acme.diagnostics.limited() for _ in range(BURST // 2)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    return sum(isinstance(result, RateLimitError) for result in results)


def is_refused(acme: Acme) -> bool:
    """Make one call; tell whether it was refused."""
    try:
        acme.diagnostics.limited()
    except RateLimitError:
        return True
    return False


def typed_errors(stage: Stage) -> None:
    """Show what is known about a call that failed."""
    heading("4. Errors: typed, with the API's own words")
    try:
        stage.acme.users.create(name="", email="nobody")
    except StatusError as error:
        say("sync", "acme.users.create(name='', email='nobody')", type(error).__name__)
        note(f"message:     {error}")
        if isinstance(error.body, Problem):
            for refused in error.body.errors:
                note(f"error.body:  {refused.field} {refused.message}")
        caught = isinstance(error, httpx.HTTPStatusError)
        note(f"request id:  {error.request_id}")
        note(f"caught by `except httpx.HTTPStatusError` too: {'yes' if caught else 'no'}")


def the_figures(stage: Stage) -> None:
    """Print the metrics of both clients."""
    heading("5. Metrics of both clients, by path template; times in milliseconds")
    for line in stage.metrics.metrics.format_table().splitlines():
        note(line)


def told(user: User) -> str:
    """Return a user as words."""
    return f"{user.name}, {user.role}, since {user.created_at:%Y-%m-%d}"


def heading(text: str) -> None:
    """Begin a scene."""
    print(f"\n{text}")


def say(colour: str, call: str, result: str) -> None:
    """Tell a call and what came of it."""
    print(f"   {colour:<6} {call:<43} -> {result}")


def note(text: str) -> None:
    """Tell something more about the last call."""
    print(f"   {text}")


if __name__ == "__main__":
    main()
