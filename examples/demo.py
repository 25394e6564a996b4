"""
A short story of sdkbase at work: `python tools/dev.py demo`.

The SDK in `acme_sdk` talks to the API in `demo_api`, a real HTTP server on a port of this machine.
Everything printed is measured in this run.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from acme_sdk import Acme, AsyncAcme, InvalidFieldsError, User
from demo_api import DemoApi
from sdkbase import (
    ApiResponse,
    BearerAuth,
    CallRecord,
    DownloadedFile,
    MetricsInterceptor,
    Observer,
    RateLimiter,
    RateLimitError,
    RetryConfig,
)

T = TypeVar("T")

BURST = 10
SIZE = 1_000_000


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

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        """Run an async call to its end."""
        return self.runner.run(call)

    def all(self, items: AsyncIterable[T]) -> list[T]:
        """Return all items of a list or a stream, as `async for` brings them."""

        async def collected() -> list[T]:
            return [item async for item in items]

        return self.run(collected())

    def close(self) -> None:
        """Close both clients."""
        self.run(self.async_acme.aclose())
        self.acme.close()


def main() -> None:
    """Tell the story."""
    started = time.perf_counter()
    scenes = (results, pages, streams_and_files, retries, rate_limit, errors, the_figures)
    with DemoApi() as api, asyncio.Runner() as runner:
        print(f"An SDK built on sdkbase calls a demo API at {api.base_url}.")
        print("Its async source is written by hand; its sync twin is generated from that.")
        with closing(Stage(api, runner)) as stage:
            for scene in scenes:
                stage.api.reset()
                scene(stage)
    print(f"\nDone in {time.perf_counter() - started:.1f} s.")


def results(stage: Stage) -> None:
    """Call the same things in both colours; ask for the response as well."""
    heading("1. Typed results, in both colours")
    acme, async_acme = stage.acme, stage.async_acme
    say("async", "await acme.users.retrieve(7)", person(stage.run(async_acme.users.retrieve(7))))
    say("sync", "acme.users.retrieve(7)", person(acme.users.retrieve(7)))
    response = stage.run(async_acme.with_response(async_acme.users.retrieve, 7))
    say("async", "await acme.with_response(acme.users.retrieve, 7)", around(response))
    response = acme.with_response(acme.users.retrieve, 7)
    say("sync", "acme.with_response(acme.users.retrieve, 7)", around(response))


def pages(stage: Stage) -> None:
    """Go through lists, by page number and by cursor."""
    heading("2. Lists, page by page")
    users = stage.all(stage.async_acme.users.list())
    say("async", "async for user in acme.users.list()", f"{len(users)} users in {sent(stage)}")
    same = list(stage.acme.users.list()) == users
    say("sync", "for user in acme.users.list()", f"{'the same' if same else 'OTHER'} users")
    stage.api.reset()
    posts = stage.all(stage.async_acme.posts.list().limit(150))
    found = f"{len(posts)} posts in {sent(stage)}, by cursor"
    say("async", "async for post in acme.posts.list().limit(150)", found)
    same = list(stage.acme.posts.list().limit(150)) == posts
    say(
        "sync",
        "for post in acme.posts.list().limit(150)",
        f"{'the same' if same else 'OTHER'} posts",
    )


def streams_and_files(stage: Stage) -> None:
    """Stream and download over connections that break half-way."""
    heading("3. Streams and files; the connections break in the middle")
    there, here = stage.async_acme.diagnostics, stage.acme.diagnostics
    call = "acme.diagnostics.ticks(6, cut=3)"
    ticks = [tick.number for tick in stage.all(there.ticks(6, cut=3))]
    say("async", f"async for tick in {call}", f"events {ticks} in {sent(stage)}")
    stage.api.reset()
    ticks = [tick.number for tick in here.ticks(6, cut=3)]
    say("sync", f"for tick in {call}", f"events {ticks} in {sent(stage)}")
    users = stage.all(stage.async_acme.users.export())
    same = list(stage.acme.users.export()) == users
    told = f"{len(users)} users, one to a line" if same else "NOT the same"
    say("both", "for user in acme.users.export()", told)
    call = "acme.diagnostics.download(n, path, cut=n // 2)"
    with tempfile.TemporaryDirectory() as folder:
        file = stage.run(there.download(SIZE, Path(folder, "async"), cut=SIZE // 2))
        say("async", f"await {call}", arrival(file))
        say("sync", call, arrival(here.download(SIZE, Path(folder, "sync"), cut=SIZE // 2)))


def sent(stage: Stage) -> str:
    """Tell how many requests the server has seen in this scene."""
    return f"{len(stage.api.requests)} requests"


def retries(stage: Stage) -> None:
    """Call the route that fails twice; show what the client did and what the server saw."""
    heading("4. Retries: a route that answers 503 twice, then 200")
    stage.watch.told()
    stage.run(stage.async_acme.diagnostics.flaky("async"))
    say("async", "await acme.diagnostics.flaky('async')", stage.watch.told())
    stage.acme.diagnostics.flaky("sync")
    say("sync", "acme.diagnostics.flaky('sync')", stage.watch.told())
    seen = Counter(path for _, path in stage.api.requests)
    note("the server saw: " + ", ".join(f"{path} {count} times" for path, count in seen.items()))


def rate_limit(stage: Stage) -> None:
    """Call the limited route too fast, then with one limiter for both clients."""
    heading("5. Rate limit: a route that allows 5 requests a second and answers 429 beyond")
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
        refused = stage.run(count_refused(async_acme))
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


def errors(stage: Stage) -> None:
    """Show what is known about a call that failed."""
    heading("6. Errors: typed, with the API's own words")
    try:
        stage.acme.users.create(name="", email="nobody")
    except InvalidFieldsError as error:
        say("sync", "acme.users.create(name='', email='nobody')", type(error).__name__)
        note(f"message:       {error}")
        for refused in error.fields:
            note(f"error.fields:  {refused.field} {refused.message}")
        note(f"request id:    {error.request_id}")
        caught = isinstance(error, httpx.HTTPStatusError)
        note(f"caught by `except httpx.HTTPStatusError` too: {'yes' if caught else 'no'}")


def the_figures(stage: Stage) -> None:
    """Print the metrics of both clients."""
    heading("7. Metrics of both clients, by path template; times in milliseconds")
    for line in stage.metrics.metrics.format_table().splitlines():
        note(line)


def person(user: User) -> str:
    """Return a user as words."""
    return f"{user.name}, {user.role}, since {user.created_at:%Y-%m-%d}"


def around(response: ApiResponse[User]) -> str:
    """Return what came with a user, as words."""
    return f"{response.data.name}, {response.status_code}, {response.request_id}"


def arrival(file: DownloadedFile) -> str:
    """Return what came of a download, as words."""
    checked = "sha256 as the server says" if file.checksum else "NOT checked"
    return f"{file.size:,} bytes in {file.attempts} requests, {checked}"


def heading(text: str) -> None:
    """Begin a scene."""
    print(f"\n{text}")


def say(colour: str, call: str, result: str) -> None:
    """Tell a call and what came of it."""
    print(f"   {colour:<6} {call:<52} -> {result}")


def note(text: str) -> None:
    """Tell something more about the last call."""
    print(f"   {text}")


if __name__ == "__main__":
    main()
