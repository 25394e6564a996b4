"""Access tokens for calls: at hand, or fetched once for all who need one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .._concurrency import AsyncBackground, AsyncClock, AsyncHooks
from .._policy.auth.grant import OAuth2Grant
from .._policy.deadline import AttemptTimeout
from .._policy.token import Flight, Token, own_copy
from .._policy.transport_errors import deadline_error
from .._version import __version__
from .._wire.call import Call
from .transport import AsyncTransport

Limits: TypeAlias = Callable[[], AttemptTimeout]

# Nothing of the client's own: the token endpoint may be someone else's.
_HEADERS = {"user-agent": f"sdkbase/{__version__}"}

# Times its time limit, a request is taken for lost.
_PATIENCE = 1.5


class AsyncTokens:
    """
    Get the tokens of grants.

    Args:
        transport: Carries the token requests.
        clock: Measures the tokens' lifetimes.
    """

    def __init__(self, transport: AsyncTransport, clock: AsyncClock) -> None:
        self._transport = transport
        self._clock = clock

    async def token(self, grant: OAuth2Grant, call: Call, limits: Limits) -> Token:
        """
        Return a token for *call*: the grant's current one, or that of one request for all.

        Raises:
            CallError: The request for a token failed, or the call's deadline came first.
        """
        while True:
            now = self._clock.monotonic()
            token = grant.tokens.current(now)
            boarded = self._board(grant, now) if token is None else token
            if isinstance(boarded, Token):
                return boarded
            arrived = await self._wait(boarded, call, limits)
            if isinstance(arrived, Token):
                return arrived
            if arrived is not None:
                # No name holds it: see AsyncExchange.
                raise _told(arrived, call) from arrived.__cause__

    def _board(self, grant: OAuth2Grant, now: float) -> Token | Flight:
        flight = Flight(now + grant.timeout * _PATIENCE)
        try:
            boarded = grant.tokens.board(flight, now)
            if boarded is flight:
                background = AsyncBackground.start(self._fly, grant, flight)
                # It may be stopped before its first step, at the end of its event loop.
                background.outcome.when_done(flight.abandon)
        except BaseException:
            flight.abandon()
            raise
        return boarded

    async def _fly(self, grant: OAuth2Grant, flight: Flight) -> None:
        from .._policy.auth.token_endpoint import token_failure

        try:
            flight.outcome.settle(await self._fetch(grant))
        except Exception as error:
            flight.outcome.settle(token_failure(error, grant.timeout))

    async def _fetch(self, grant: OAuth2Grant) -> Token:
        # Late: few clients have a grant.
        from .._policy.auth.token_endpoint import token_answer, token_request

        request = token_request(grant, _HEADERS)
        asked_at = self._clock.monotonic()
        reply = await self._transport.send(request, grant.limits())
        answer = token_answer(request, reply, self._clock.time())
        token, tokens = grant.take(answer, asked_at)
        if grant.on_refresh is not None:
            # One argument to a line: see verbs.py.
            await AsyncHooks.call(
                grant.on_refresh,
                tokens,
            )
        return token

    async def _wait(self, flight: Flight, call: Call, limits: Limits) -> Token | Exception | None:
        timeout = limits()
        left = max(0.0, flight.ends_by - self._clock.monotonic())
        try:
            return await AsyncBackground.wait_for(
                flight.outcome,
                left if timeout.total is None else min(left, timeout.total),
                self._clock,
            )
        except TimeoutError:
            if limits().total != 0.0:
                return None
        raise deadline_error(
            call, timeout.deadline, sent=False, note="it waited for an access token"
        )


def _told(error: Exception, call: Call) -> Exception:
    twin = own_copy(error)
    twin.add_note(f"raised while getting an access token for {call.method} {call.template}")
    return twin
