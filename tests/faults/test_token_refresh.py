"""
Access tokens under stress: threads, event loops and both colours share one, and one renews it.

`python -m tests.faults.test_token_refresh` interrupts a renewal at the moments of a sync call.
"""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import anyio
import pytest

from sdkbase import (
    AsyncHttpClient,
    DeadlineExceededError,
    OAuth2ClientCredentials,
    OAuth2RefreshToken,
    RequestOptions,
    RequestTimeoutError,
    RetryConfig,
    SdkError,
    SyncHttpClient,
)
from sdkbase._policy.auth.grant import OAuth2Grant
from tests.backends import command_on
from tests.faults.answers import response
from tests.faults.driver import in_thread, run_async
from tests.faults.interrupted import Tripwire, watched
from tests.faults.server import Answer, Connection, FaultServer, Request
from tests.scale import scaled

ROOT = Path(__file__).parents[2]
GRANT = b'{"access_token": "access-%d", "expires_in": 3600, "refresh_token": "refresh-%d"}'


class TokenServer(FaultServer):
    """An API and its token endpoint; only the newest token is good, and each refresh token once."""

    def __init__(self) -> None:
        super().__init__(self._answer_of_path)
        self.issued = 0
        self.refused = 0
        self.refresh_token = "refresh-0"
        #: How many calls with a bad token must be there before the first of them is refused.
        self.refuses_together = 0
        self.may_answer = threading.Event()
        self.may_answer.set()
        #: After how many good calls a token is withdrawn; 0 for never.
        self.withdraws_after = 0
        self.withdrawn = 0
        self.good = 0

    @property
    def grants(self) -> int:
        return len(self.seen("/token"))

    @property
    def calls(self) -> int:
        return len(self.seen("/me"))

    def withdraw(self) -> None:
        """Make the token that was issued last a bad one."""
        self.issued += 1
        self.withdrawn += 1

    def _answer_of_path(self, name: str) -> Answer:
        return self._grant if name == "token" else self._call

    async def _grant(self, _server: FaultServer, connection: Connection, request: Request) -> None:
        await self._until(self.may_answer.is_set)
        if connection.reader.at_eof():
            return  # a grant that nobody gets would make the next one bad
        form = parse_qs(request.body.decode())
        if form["grant_type"] == ["refresh_token"]:
            if form["refresh_token"] != [self.refresh_token]:
                await connection.send(response(b'{"error": "invalid_grant"}', 400))
                return
            self.refresh_token = f"refresh-{self.issued + 1}"
        self.issued += 1
        await connection.send(response(GRANT % (self.issued, self.issued)))

    async def _call(self, _server: FaultServer, connection: Connection, request: Request) -> None:
        if request.headers.get("authorization") == f"Bearer access-{self.issued}":
            self.good += 1
            if self.withdraws_after and self.good % self.withdraws_after == 0:
                self.withdraw()
            await connection.send(response())
        else:
            self.refused += 1
            await self._until(lambda: self.refused >= self.refuses_together)
            await connection.send(response(b"{}", 401))

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():  # noqa: ASYNC110  # other threads change what it depends on
            await asyncio.sleep(0.02)  # a hundred may wait here


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    with TokenServer() as running:
        yield running
    assert running.errors == []


def machine(server: TokenServer, **options: Any) -> OAuth2ClientCredentials:
    return OAuth2ClientCredentials(f"{server.url}/token", "client", "client-secret", **options)


def person(server: TokenServer, **options: Any) -> OAuth2RefreshToken:
    return OAuth2RefreshToken(f"{server.url}/token", "refresh-0", "client", **options)


def settings(server: TokenServer, auth: OAuth2Grant) -> dict[str, Any]:
    retries = RetryConfig(max_retries=0)
    return {"base_url": server.url, "auth": auth, "retry_config": retries, "trust_env": False}


def sync_calls(server: TokenServer, auth: OAuth2Grant, count: int) -> list[int]:
    with SyncHttpClient(**settings(server, auth)) as client, ThreadPoolExecutor(count) as threads:
        return list(threads.map(lambda _: client.get("/me").status_code, range(count)))


async def async_calls(server: TokenServer, auth: OAuth2Grant, count: int) -> list[int]:
    statuses: list[int] = []
    async with AsyncHttpClient(**settings(server, auth)) as client:

        async def call() -> None:
            statuses.append((await client.get("/me")).status_code)

        async with anyio.create_task_group() as group:
            for _ in range(count):
                group.start_soon(call)
    return statuses


def calls_of_all(
    threads: ThreadPoolExecutor,
    colours: tuple[str, ...],
    server: TokenServer,
    auth: OAuth2Grant,
) -> list[Future[list[int]]]:
    """Begin a hundred calls, half of them in a loop, or a third in each of two."""

    def calls(colour: str, count: int) -> list[int]:
        if colour == "sync":
            return sync_calls(server, auth, count)
        return run_async(colour, lambda: async_calls(server, auth, count))

    counts = [34, 33, 33] if len(colours) == 3 else [50, 50]
    return [
        threads.submit(calls, colour, count) for colour, count in zip(colours, counts, strict=True)
    ]


# --- one for all -----------------------------------------------------------------------------


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("make", [machine, person])
def test_a_hundred_refused_calls_of_all_colours_renew_once(
    tokens: TokenServer, colours: tuple[str, ...], make: Callable[..., OAuth2Grant]
) -> None:
    auth = make(tokens)
    assert sync_calls(tokens, auth, 1) == [200]
    tokens.withdraw()
    tokens.refuses_together = 100
    with ThreadPoolExecutor(3) as threads:
        running = calls_of_all(threads, colours, tokens, auth)
        statuses = [status for colour in running for status in colour.result(20)]
    assert statuses == [200] * 100
    assert tokens.grants == 2
    assert tokens.refused == 100
    assert tokens.calls == 201


@pytest.mark.usefixtures("uncovered")
def test_a_hundred_first_calls_of_all_colours_ask_once(
    tokens: TokenServer, colours: tuple[str, ...]
) -> None:
    auth = machine(tokens)
    tokens.may_answer.clear()
    with ThreadPoolExecutor(3) as threads:
        running = calls_of_all(threads, colours, tokens, auth)
        assert tokens.settles(lambda: tokens.grants == 1)
        tokens.may_answer.set()
        statuses = [status for colour in running for status in colour.result(20)]
    assert statuses == [200] * 100
    assert (tokens.grants, tokens.refused) == (1, 0)


@pytest.mark.usefixtures("uncovered")
def test_tokens_that_are_withdrawn_all_the_time(tokens: TokenServer) -> None:
    auth = person(tokens)
    tokens.withdraws_after = 10
    statuses: list[int] = []

    def calls() -> None:
        for _ in range(20):
            statuses.extend(sync_calls(tokens, auth, 4))

    def loop_calls() -> None:
        for _ in range(20):
            statuses.extend(run_async("asyncio", lambda: async_calls(tokens, auth, 4)))

    with ThreadPoolExecutor(2) as threads:
        for future in [threads.submit(calls), threads.submit(loop_calls)]:
            future.result(30)
    # A token may be withdrawn again before the call that had it renewed gets through: but of the
    # eight that are under way at most, each has to meet two withdrawals.
    good, refused = statuses.count(200), statuses.count(401)
    assert good + refused == 160
    assert refused <= 8 * tokens.withdrawn / 2
    assert good >= 110
    assert tokens.grants <= tokens.withdrawn + 1


# --- who waits, and who does not -------------------------------------------------------------


@pytest.mark.parametrize("colour", ["asyncio", "trio"])
def test_cancelling_the_one_who_asked_leaves_the_others_their_token(
    tokens: TokenServer, colour: str
) -> None:
    async def main() -> None:
        statuses: list[int] = []
        tokens.may_answer.clear()
        async with AsyncHttpClient(**settings(tokens, machine(tokens))) as client:

            async def call(scope: anyio.CancelScope) -> None:
                with scope:
                    statuses.append((await client.get("/me")).status_code)

            scopes = [anyio.CancelScope() for _ in range(3)]
            async with anyio.create_task_group() as group:
                for scope in scopes:
                    group.start_soon(call, scope)
                    # The first one asks before the others come.
                    await anyio.to_thread.run_sync(tokens.settles, lambda: tokens.grants == 1)
                scopes[0].cancel()
                scopes[1].cancel()
                await anyio.wait_all_tasks_blocked()
                tokens.may_answer.set()
            assert statuses == [200]
            assert scopes[0].cancelled_caught and scopes[1].cancelled_caught
            # The token of a request that all have left serves as well.
            assert (await client.get("/me")).status_code == 200

    in_thread(lambda: run_async(colour, main))
    assert tokens.grants == 1


def test_a_token_that_all_have_left_is_kept(tokens: TokenServer, colour: str) -> None:
    hurried = RequestOptions(deadline=0.05)

    async def in_a_loop() -> None:
        async with AsyncHttpClient(**settings(tokens, machine(tokens))) as client:
            tokens.may_answer.clear()
            with pytest.raises(DeadlineExceededError) as caught:
                await client.get("/me", options=hurried)
            check(caught.value)
            tokens.may_answer.set()
            assert (await client.get("/me")).status_code == 200

    def in_threads() -> None:
        with SyncHttpClient(**settings(tokens, machine(tokens))) as client:
            tokens.may_answer.clear()
            with pytest.raises(DeadlineExceededError) as caught:
                client.get("/me", options=hurried)
            check(caught.value)
            tokens.may_answer.set()
            assert client.get("/me").status_code == 200

    def check(error: DeadlineExceededError) -> None:
        assert "GET /me: not over within its deadline of 0.05 s" in str(error)
        assert error.sent is False
        assert "it waited for an access token" in error.__notes__

    in_thread(in_threads if colour == "sync" else lambda: run_async(colour, in_a_loop))
    assert tokens.grants == 1


def test_a_token_request_has_a_time_limit_of_its_own(tokens: TokenServer, colour: str) -> None:
    auth = machine(tokens, timeout=0.05)

    async def in_a_loop() -> None:
        async with AsyncHttpClient(**settings(tokens, auth)) as client:
            tokens.may_answer.clear()
            with pytest.raises(RequestTimeoutError, match="/token: ") as caught:
                await client.get("/me")
            check(caught.value)
            tokens.may_answer.set()
            assert (await client.get("/me")).status_code == 200

    def in_threads() -> None:
        with SyncHttpClient(**settings(tokens, auth)) as client:
            tokens.may_answer.clear()
            with pytest.raises(RequestTimeoutError, match="/token: ") as caught:
                client.get("/me")
            check(caught.value)
            tokens.may_answer.set()
            assert client.get("/me").status_code == 200

    def check(error: RequestTimeoutError) -> None:
        assert not isinstance(error, DeadlineExceededError)
        assert error.sent is False

    in_thread(in_threads if colour == "sync" else lambda: run_async(colour, in_a_loop))


@pytest.mark.parametrize("colour", ["asyncio", "trio"])
def test_a_loop_that_ends_leaves_the_request_to_those_who_still_wait(
    tokens: TokenServer, colour: str, backend: str
) -> None:
    auth = machine(tokens)

    async def begin_and_leave() -> None:
        client = AsyncHttpClient(**settings(tokens, auth))
        async with anyio.create_task_group() as group:
            group.start_soon(client.get, "/me")
            await anyio.to_thread.run_sync(tokens.settles, lambda: tokens.grants == 1)
            group.cancel_scope.cancel()
        assert tokens.grants == 1
        running.append(threads.submit(sync_calls, tokens, auth, 3))
        assert await anyio.to_thread.run_sync(tokens.settles, lambda: waiters() == 3)

    def waiters() -> int:
        flight = auth.tokens._flight
        return 0 if flight is None else len(flight.outcome._callbacks)

    running: list[Any] = []
    tokens.may_answer.clear()
    with ThreadPoolExecutor(1) as threads:
        in_thread(lambda: run_async(colour, begin_and_leave))
        assert tokens.settles(lambda: tokens.grants == 2)
        tokens.may_answer.set()
        assert running[0].result(10) == [200] * 3
    # The first request can not be called back on the fast transport: its late answer makes the
    # token of the second one old, and a third is asked for.
    assert tokens.grants in ({2, 3} if backend == "reqwest" else {2})


def test_a_loop_that_stands_still_is_not_waited_for(tokens: TokenServer) -> None:
    auth = machine(tokens, timeout=0.1)
    loop = asyncio.new_event_loop()
    tokens.may_answer.clear()
    client = AsyncHttpClient(**settings(tokens, auth))

    async def begin() -> None:
        with anyio.move_on_after(0.02):
            await client.get("/me")

    loop.run_until_complete(begin())
    assert tokens.grants == 1
    tokens.may_answer.set()
    assert in_thread(lambda: sync_calls(tokens, auth, 2)) == [200] * 2
    assert tokens.grants == 2
    loop.run_until_complete(client.aclose())
    loop.run_until_complete(asyncio.sleep(0.15))
    loop.close()


# --- KeyboardInterrupt -----------------------------------------------------------------------

STRIDE = scaled(full=1, ci=3)  # moments of one call, of which there are hundreds


@pytest.mark.wire
def test_an_interrupt_at_every_moment_of_a_renewal(backend: str) -> None:
    command = command_on(backend, "-m", "tests.faults.test_token_refresh")
    # Not measured: an interrupt inside coverage's own lock would leave that held for ever.
    unmeasured = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    done = subprocess.run(
        command, cwd=ROOT, env=unmeasured, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert int(done.stdout) > 100


def at_moment(server: TokenServer, moment: int) -> bool:
    """Interrupt one call, which renews its token, at *moment*; tell whether it lasted that long."""
    auth = machine(server)
    wire = Tripwire(moment, "/sdkbase/")
    with SyncHttpClient(**settings(server, auth), deadline=5.0) as client:
        client.get("/me")
        server.withdraw()
        try:
            with watched(wire):
                client.get("/me")
        except (KeyboardInterrupt, SdkError):
            pass
        try:
            assert client.get("/me").status_code == 200
        except SdkError as error:
            raise AssertionError(f"{wire.where}: {error}") from error
    return wire.left <= 0


def at_moments() -> int:
    with TokenServer() as server:
        moment = 1
        while at_moment(server, moment):
            moment += STRIDE
    return moment - STRIDE


if __name__ == "__main__":
    faulthandler.dump_traceback_later(60, exit=True)
    # What is there now never becomes garbage; so collecting is quick.
    gc.collect()
    gc.freeze()
    print(at_moments())
