"""A client's settings and its engine, joined: what every kind of call goes through."""

from __future__ import annotations

from typing import Any, TypeVar

import httpx

from .._concurrency import AsyncClock
from .._policy.calls import call_by_url, result_of
from .._policy.deprecation import DeprecationNotices
from .._policy.life import Life
from .._policy.settings import CallSettings, ClientSettings
from .._wire.api_response import ResponseDecoder
from .._wire.call import Call
from .._wire.reply import Reply
from .attempt import drop_body
from .engine import AsyncEngine

U = TypeVar("U")


class AsyncSender:
    """
    Prepare and send the calls of one client.

    Args:
        engine: Carries a call through.
        settings: The client's settings.
        life: Whether the client is still open.
        clock: Its wall clock reads dates that servers send.
        notices: Warns of deprecated calls.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        settings: ClientSettings,
        life: Life,
        clock: AsyncClock,
        notices: DeprecationNotices,
    ) -> None:
        self._engine = engine
        self.settings: ClientSettings = settings
        self._life = life
        self._notices = notices
        self.clock: AsyncClock = clock

    def prepare(self, method: str, url: str | httpx.URL, **args: Any) -> Call:
        """
        Return the call for a URL that the user wrote.

        Raises:
            InvalidRequestError: An argument makes no valid request.
        """
        return call_by_url(
            self.settings,
            method,
            url,
            **args,
        )

    async def send(self, call: Call, settings: CallSettings, *, stream: bool = False) -> Reply:
        """
        Send *call* and return its reply, whatever its status.

        Args:
            call: The request.
            settings: What holds for this call.
            stream: Leave the body to be read.

        Raises:
            ClientClosedError: The client was closed.
            CallError: No complete reply came.
        """
        self._life.check()
        reply = await self._engine.send(call, settings, stream=stream)
        try:
            self._notices.warn(call, reply)
        except BaseException:  # where warnings are errors
            await drop_body(reply)
            raise
        return reply

    def result(self, call: Call, reply: Reply, decoder: ResponseDecoder[U]) -> U:
        """
        Return the decoded result of a typed call.

        Raises:
            StatusError: The status is not 2xx.
            DecodeError: The body is not what is due.
        """
        return result_of(self.settings, call, reply, decoder, self.clock.time)
