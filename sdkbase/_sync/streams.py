# Generated from _async/streams.py by sdkbase.codegen. Do not edit.
# sha256: baa9efed3957fc3e
"""Typed streams of a client, and how each kind of them is made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import httpx
from typing_extensions import TypeForm, Unpack

from .._policy.call_args import (
    DOWNLOAD_ARGS,
    EVENT_ARGS,
    LINE_ARGS,
    UrlEventsArgs,
    UrlLinesArgs,
    take,
)
from .._wire.api_response import lenient_of
from .._wire.codec import decoder_for

if TYPE_CHECKING:
    from .._policy.download_plan import DownloadedFile
    from .event_stream import SyncEventStream
    from .item_stream import SyncItemStream
    from .opener import SyncOpener

    Open: TypeAlias = Callable[..., SyncOpener]
    """Makes a call of its keyword arguments, ready to be opened."""

U = TypeVar("U")

# Each kind of stream is imported when the first one is made: many programs have none.


def bytes_of(open_call: Open, args: dict[str, Any]) -> SyncItemStream[bytes]:
    """Return the body of a call, piece by piece."""
    from .._wire.lines import ByteChunks
    from .item_stream import SyncItemStream

    return SyncItemStream(open_call(**args), ByteChunks())


def lines_of(open_call: Open, args: dict[str, Any]) -> SyncItemStream[str]:
    """Return the body of a call, line by line."""
    from .._wire.lines import TextLines
    from .item_stream import SyncItemStream

    parser = TextLines(**take(args, LINE_ARGS))
    return SyncItemStream(open_call(**args), parser)


def json_of(
    open_call: Open, cast_to: TypeForm[U], args: dict[str, Any], *, lenient: bool = False
) -> SyncItemStream[U]:
    """Return the JSON values of a call's body, one in each line."""
    from .._wire.lines import JsonLines
    from .item_stream import SyncItemStream

    decoder = decoder_for(cast_to, lenient=lenient_of(args.get("options"), default=lenient))
    parser = JsonLines(decoder, **take(args, LINE_ARGS))
    return SyncItemStream(open_call(**args), parser)


def events_of(
    open_call: Open, cast_to: TypeForm[U], args: dict[str, Any], *, lenient: bool = False
) -> SyncEventStream[U]:
    """Return the server-sent events of a call's body."""
    from .._wire.sse import EventReader
    from .event_stream import SyncEventStream

    lenient = lenient_of(args.get("options"), default=lenient)
    own, reconnect = take(args, EVENT_ARGS), args.pop("reconnect", False)
    opener = open_call(**args)
    reader = EventReader(
        cast_to, lenient=lenient, **{**opener.sender.settings.traits.stream, **own}
    )
    return SyncEventStream(opener, reader, reconnect=reconnect)


def download_to(path: str | PathLike[str], open_call: Open, args: dict[str, Any]) -> DownloadedFile:
    """Write the body of a call to a file."""
    from .download import SyncDownloader

    own = take(args, DOWNLOAD_ARGS)
    opener = open_call(**args)
    downloader = SyncDownloader(opener.sender, opener.call, opener.options)
    return downloader.download(path, **own)


class SyncStreams:
    """The typed streams of a client, by URL."""

    def _open(self, method: str, url: str | httpx.URL, **args: Any) -> SyncOpener:
        raise TypeError(f"{type(self).__name__} sends nothing")  # pragma: no cover

    def stream_lines(
        self, method: str, url: str | httpx.URL, **args: Unpack[UrlLinesArgs]
    ) -> SyncItemStream[str]:
        """
        Return the lines of the response; the call is sent when the stream is opened.

        Args:
            method: HTTP method.
            url: As in `request`.
            args: As in `request`; `idle_timeout`, seconds that the server may be silent;
                `max_line_bytes`.

        Raises:
            SdkError: As `request` with `cast_to`, when it is opened and while it is read.
        """
        return lines_of(partial(self._open, method, url), dict(args))

    def stream_json(
        self,
        method: str,
        url: str | httpx.URL,
        *,
        cast_to: TypeForm[U],
        **args: Unpack[UrlLinesArgs],
    ) -> SyncItemStream[U]:
        """
        Return the values of a response with one JSON value in each line (NDJSON, JSON Lines).

        Args:
            method: HTTP method.
            url: As in `request`.
            cast_to: Type of a value.
            args: As in `stream_lines`.

        Raises:
            SdkError: As `request` with `cast_to`, when it is opened and while it is read.
        """
        return json_of(partial(self._open, method, url), cast_to, dict(args))

    def stream_events(
        self,
        method: str,
        url: str | httpx.URL,
        *,
        cast_to: TypeForm[U],
        **args: Unpack[UrlEventsArgs],
    ) -> SyncEventStream[U]:
        """
        Return server-sent events, the data of each read as JSON.

            ticks = client.stream_events(
                "GET",
                "/ticks",
                cast_to=Tick | Trade,
                events={"tick": Tick, "trade": Trade},
                error_event="error",
                error_type=Problem,
                done="[DONE]",
            )

        An event that is named `tick` comes as a `Tick`. One named `error` raises a `StreamError`
        whose `body` is a `Problem`. The data `[DONE]` ends the stream, which is not complete
        without it. What a call leaves out of `done` and `error_event` is what the client's class
        declares as `stream_done` and `stream_error_event`.

        Args:
            method: HTTP method.
            url: As in `request`.
            cast_to: Type of the data; `ServerSentEvent` for the events as they are.
            args: As in `request`; `idle_timeout`, seconds that the server may be silent; `done`,
                data of the event that ends the stream; `error_event`, name of the events that tell
                of an error, and `error_type`, what they hold; `events`, types by the name of the
                event: those of all other names are left out without a word, so a name with a
                typing error gives no events (`message` is the name of those that have none);
                `reconnect`, whether and how often in a row a stream that breaks is opened again;
                `max_event_bytes`.

        Raises:
            SdkError: As `request` with `cast_to`, when it is opened and while it is read.
        """
        return events_of(partial(self._open, method, url), cast_to, dict(args))
