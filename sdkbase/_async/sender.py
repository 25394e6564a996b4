"""A client's settings and its engine, joined: what every kind of call goes through."""

from __future__ import annotations

from typing import Any, TypeVar

import httpx

from .._concurrency import AsyncClock, AsyncHooks
from .._policy.calls import call_by_template, call_by_url, result_of
from .._policy.settings import ClientSettings, Life
from .._wire.call import Call
from .._wire.codec import Decoder
from .._wire.path_template import PathArg, PathTemplate
from .._wire.reply import Reply
from ..config import RequestOptions
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
    """

    def __init__(
        self, engine: AsyncEngine, settings: ClientSettings, life: Life, clock: AsyncClock
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._life = life
        self._clock = clock

    def prepare(self, method: str, url: str | httpx.URL, **args: Any) -> Call:
        """
        Return the call for a URL that the user wrote.

        Raises:
            InvalidRequestError: An argument makes no valid request.
        """
        return call_by_url(self._settings, method, url, event_loop=AsyncHooks.EVENT_LOOP, **args)

    def prepare_typed(
        self, method: str, template: PathTemplate, path_args: tuple[PathArg, ...], **args: Any
    ) -> Call:
        """
        Return the call of a resource.

        Raises:
            InvalidRequestError: An argument makes no valid request.
        """
        return call_by_template(
            self._settings, method, template, path_args, event_loop=AsyncHooks.EVENT_LOOP, **args
        )

    async def send(
        self, call: Call, options: RequestOptions | None, *, stream: bool = False
    ) -> Reply:
        """
        Send *call* and return its reply, whatever its status.

        Raises:
            ClientClosedError: The client was closed.
            CallError: No complete reply came.
        """
        self._life.check()
        return await self._engine.send(call, self._settings.for_call(options), stream=stream)

    def result(self, call: Call, reply: Reply, decoder: Decoder[U]) -> U:
        """
        Return the decoded result of a typed call.

        Raises:
            StatusError: The status is not 2xx.
            DecodeError: The body is not what is due.
        """
        return result_of(self._settings, call, reply, decoder, self._clock.time())
