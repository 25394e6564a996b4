"""From the arguments of a call to the `Call`, and from its reply to the result."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable
from typing import Any, TypeVar

import httpx

from .._wire.api_response import ResponseDecoder
from .._wire.body import NO_BODY, Body, encode_body
from .._wire.call import Call
from .._wire.headers import HeaderInput, Headers, check_method
from .._wire.path_template import PathArg, PathTemplate
from .._wire.query import QueryParams, add_query, encode_query
from .._wire.reply import Reply
from .._wire.url import label_of, split_userinfo
from ..config import OMIT, QueryStyle, RequestOptions
from ..errors import CallError, DecodeError, InvalidRequestError
from .auth import BasicAuth
from .retry_after import retry_after_of
from .server_url import server_url
from .settings import ClientSettings
from .transport_errors import coding_error

U = TypeVar("U")

_BOUNDARY = r"boundary=.+$"

# What users of httpx and of the client's constructor are likely to write.
_INSTEAD = {
    "json": "json_data=",
    "query": "params=",
    "params": "query=",
    "timeout": "options=RequestOptions(timeout=...)",
    "deadline": "options=RequestOptions(deadline=...)",
    "max_retries": "options=RequestOptions(max_retries=...)",
    "follow_redirects": "options=RequestOptions(follow_redirects=...)",
    "auth": "options=RequestOptions(auth=...), or auth= of the client",
    "cookies": "cookies= of the client",
}


def call_by_url(
    settings: ClientSettings,
    method: str,
    url: str | httpx.URL,
    *,
    params: QueryParams | None = None,
    headers: HeaderInput | None = None,
    options: RequestOptions | None = None,
    **body: Any,
) -> Call:
    """
    Return the call for a URL that the user wrote, relative or absolute.

    Args:
        settings: The client's settings.
        method: HTTP method.
        url: The URL.
        params: Query parameters.
        headers: The call's own headers.
        options: The call's options.
        body: What `encode_body` takes.

    Raises:
        InvalidRequestError: An argument makes no valid request.
    """
    if not isinstance(url, str | httpx.URL):
        raise InvalidRequestError(f"url must be a string or an httpx.URL, got {url!r}")
    text, userinfo = split_userinfo(str(url))
    absolute = settings.base_url.join(text)
    trusted = settings.base_url.owns(absolute)
    if not trusted and isinstance(options, RequestOptions) and options.auth not in (OMIT, None):
        raise InvalidRequestError(
            "auth= of a call goes to the origin of the client's base_url only; give a call to "
            "another one an Authorization header"
        )
    call = _call(
        settings,
        method,
        absolute,
        label_of(text),
        query=params,
        headers=headers,
        options=options,
        trusted=trusted,
        **body,
    )
    if userinfo is not None:
        call.headers = {**BasicAuth(*userinfo).auth_headers(), **call.headers}
        call.given |= {"authorization"}
    return call


def call_by_template(
    settings: ClientSettings,
    method: str,
    template: PathTemplate,
    path_args: tuple[PathArg, ...],
    *,
    url: str | None = None,
    allow_other_origin: bool = False,
    query: QueryParams | None = None,
    headers: HeaderInput | None = None,
    options: RequestOptions | None = None,
    **body: Any,
) -> Call:
    """
    Return the call of a resource: a path template below the client's base URL.

    Args:
        settings: The client's settings.
        method: HTTP method.
        template: The path, and the call's label in logs and metrics.
        path_args: Arguments of the template, in order.
        url: A URL that the server gave, which takes the place of the path.
        allow_other_origin: Whether *url* may lead elsewhere, then without credentials.
        query: Query parameters.
        headers: The call's own headers.
        options: The call's options.
        body: What `encode_body` takes.

    Raises:
        InvalidRequestError: An argument makes no valid request.
    """
    trusted = True
    if url is None:
        absolute = settings.base_url.join_path(template.expand(path_args))
    else:
        absolute, trusted = server_url(
            settings.base_url, url, allow_other_origin=allow_other_origin
        )
    return _call(
        settings,
        method,
        absolute,
        template.text,
        query=query,
        headers=headers,
        options=options,
        trusted=trusted,
        **body,
    )


def _call(
    settings: ClientSettings,
    method: str,
    url: str,
    label: str,
    *,
    query: QueryParams | None,
    headers: HeaderInput | None,
    options: RequestOptions | None,
    trusted: bool,
    **body: Any,
) -> Call:
    method = check_method(method)
    if options is not None:
        _check_options(options)
        if options.upload_progress is not None:
            body["progress"] = options.upload_progress
    if query is not None or options is not None:
        url = _with_query(url, query, options, settings.query_style(options))
    encoded = NO_BODY
    if body:
        encoded = encode_body(
            event_loop=settings.event_loop,
            query_style=settings.query_style(options),
            **body,
        )
    sent, given = settings.headers_for(method, headers, options, trusted=trusted)
    return Call(
        method,
        url,
        label,
        _with_body_headers(encoded, sent) if encoded.headers else sent,
        encoded,
        owned=settings.owned,
        given=given,
        trusted=trusted,
        key_header=settings.traits.key_header,
    )


def result_of(
    settings: ClientSettings,
    call: Call,
    reply: Reply,
    decoder: ResponseDecoder[U],
    wall_clock: Callable[[], float],
) -> U:
    """
    Return the decoded result of a typed call.

    Args:
        settings: The client's settings.
        call: What was asked.
        reply: What came.
        decoder: Of the type that is due.
        wall_clock: Tells the seconds since the epoch.

    Raises:
        StatusError: The status is not 2xx.
        DecodeError: The body is not what is due.
    """
    sent = reply.call or call
    if 200 <= reply.status_code < 300:
        try:
            return decoder.decode(sent, reply)
        except DecodeError as error:
            raise error.with_history(reply.history) from None
    from .._wire.status import status_error  # late: most calls succeed

    failed = status_error(
        sent,
        reply,
        policy=settings.traits.errors,
        retry_after=retry_after_of(reply, wall_clock()),
    )
    if reply.give_up_reason:
        failed.add_note(give_up_note(len(reply.history), reply.give_up_reason))
    raise failed.with_history(reply.history)


def stream_error(call: Call, reply: Reply, error: CallError | httpx.DecodingError) -> CallError:
    """Return *error*, which broke the body of a streamed reply, as one that tells its attempts."""
    failed = error if isinstance(error, CallError) else coding_error(call, error)
    return failed if failed.history else failed.with_history(reply.history)


def give_up_note(attempts: int, reason: str) -> str:
    """Return the note that tells a person why there was no further attempt."""
    return f"sdkbase gave up after {attempts} attempt{'s' * (attempts != 1)}: {reason}"


def refuse_unknown(args: Iterable[str], known: Container[str]) -> None:
    """
    Make sure that a call's keyword arguments are among the *known* ones.

    Raises:
        InvalidRequestError: One is not; says what to use in its place.
    """
    for name in args:
        if name not in known:
            hint = _INSTEAD.get(name)
            instead = f"; use {hint}" if hint else "; the arguments of a path are positional"
            raise InvalidRequestError(f"a call takes no argument {name!r}{instead}")


def _check_options(options: object) -> None:
    if options is not None and not isinstance(options, RequestOptions):
        kind = type(options).__name__  # the value may hold secrets
        raise InvalidRequestError(f"options must be RequestOptions(...), got {kind}")


def _with_body_headers(body: Body, sent: Headers) -> Headers:
    joined = {**body.headers, **sent}
    kind, boundary = (
        joined.get("content-type", ""),
        re.search(_BOUNDARY, body.headers.get("content-type", "")),
    )
    if boundary and kind.startswith("multipart/") and "boundary=" not in kind:
        joined["content-type"] = f"{kind}; {boundary[0]}"
    if "content-length" in sent:
        joined.pop("transfer-encoding", None)  # RFC 9112, section 6.2: never both
    return joined


def _with_query(
    url: str, query: QueryParams | None, options: RequestOptions | None, style: QueryStyle
) -> str:
    url = add_query(url, encode_query(query, style))
    return url if options is None else add_query(url, encode_query(options.query, style))
