"""The keyword arguments of every kind of call."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict

import msgspec

from .._exports import publish
from .._wire.body import Content, Files, FormData
from .._wire.headers import HeaderInput
from .._wire.query import QueryParams
from ..config import (
    OMIT,
    Omit,
    Progress,
    RequestOptions,
    Seconds,
    TimeoutConfig,
    timeout_config,
    to_seconds,
)

if TYPE_CHECKING:
    from .._wire.checksum import ChecksumInput

Reconnect: TypeAlias = bool | int | Literal["always"]
"""
Whether a broken event stream is opened again: True as often as `max_retries` allows, a number that
often in its place, "always" also when the request is not safe to repeat.
"""


class RequestArgs(TypedDict, total=False):
    """Of a call by URL; named as in httpx, but for `json_data`."""

    params: QueryParams | None
    headers: HeaderInput | None
    json_data: Any
    msgpack_data: Any
    data: FormData | None
    files: Files | None
    content: Content | None
    options: RequestOptions | None


class ResourceArgs(TypedDict, total=False):
    """Of a call by path template."""

    query: QueryParams | None
    headers: HeaderInput | None
    json_data: Any
    msgpack_data: Any
    data: FormData | None
    files: Files | None
    content: Content | None
    url: str | None
    allow_other_origin: bool
    options: RequestOptions | None


class PageArgs(TypedDict, total=False):
    """Of a list that comes in pages."""

    method: str
    query: QueryParams | None
    headers: HeaderInput | None
    json_data: Any
    options: RequestOptions | None


class StreamArgs(TypedDict, total=False):
    """Of every stream."""

    idle_timeout: Seconds | None


class LineArgs(StreamArgs, total=False):
    """Of a stream of lines, or of a JSON value in each."""

    max_line_bytes: int


class EventArgs(StreamArgs, total=False):
    """Of a stream of events."""

    done: str | None
    error_event: str | None
    error_type: Any
    events: Mapping[str, Any]
    max_event_bytes: int
    reconnect: Reconnect


class DownloadArgs(TypedDict, total=False):
    """Of a download, beside those of its request."""

    checksum: "ChecksumInput | None"
    resume: bool
    overwrite: bool
    fsync: bool
    progress: Progress | None


class UrlLinesArgs(RequestArgs, LineArgs, total=False):
    """Of a stream of lines, by URL."""


class UrlEventsArgs(RequestArgs, EventArgs, total=False):
    """Of a stream of events, by URL."""


class BytesArgs(ResourceArgs, StreamArgs, total=False):
    """Of a stream of bytes, by path template."""


class LinesArgs(ResourceArgs, LineArgs, total=False):
    """Of a stream of lines, by path template."""


class EventsArgs(ResourceArgs, EventArgs, total=False):
    """Of a stream of events, by path template."""


class UrlDownloadArgs(RequestArgs, DownloadArgs, total=False):
    """Of a download, by URL."""


class TemplateDownloadArgs(ResourceArgs, DownloadArgs, total=False):
    """Of a download, by path template."""


class IdleTimeout(TimeoutConfig, frozen=True):
    """Limits of a stream whose `read` was given as `idle_timeout`, which errors have to name."""


DOWNLOAD_ARGS = DownloadArgs.__optional_keys__
PAGE_ARGS = PageArgs.__optional_keys__
REQUEST_ARGS = RequestArgs.__optional_keys__
RESOURCE_ARGS = ResourceArgs.__optional_keys__
LINE_ARGS = LineArgs.__optional_keys__ - StreamArgs.__optional_keys__
EVENT_ARGS = EventArgs.__optional_keys__ - StreamArgs.__optional_keys__ - {"reconnect"}


def take(args: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """Take those of *names* that are there out of *args*, and return them."""
    return {name: args.pop(name) for name in names & args.keys()}


def idle_options(
    options: RequestOptions | None, client: TimeoutConfig, idle_timeout: Any
) -> RequestOptions | None:
    """
    Return the *options* of a stream whose server may be silent for *idle_timeout* seconds.

    Args:
        options: Of the call.
        client: The client's limits.
        idle_timeout: Seconds, None for no limit, or `OMIT` for that of *options* or *client*.

    Raises:
        ConfigurationError: It is no number of seconds.
    """
    if idle_timeout is OMIT:
        return options
    seconds = None if idle_timeout is None else to_seconds(idle_timeout, "idle_timeout")
    options = options or RequestOptions()
    given = options.timeout
    limits = client if isinstance(given, Omit) else timeout_config(given)
    changed = IdleTimeout(limits.connect, seconds, limits.write, limits.pool)
    return msgspec.structs.replace(options, timeout=changed)


publish(EventsArgs, PageArgs, ResourceArgs)
