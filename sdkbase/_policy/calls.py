"""From the arguments of a call to the `Call`, and from its reply to the result."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any, TypeVar

import httpx

from .._wire.body import Body, Content, Files, FormData, encode_body
from .._wire.call import Call
from .._wire.codec import Decoder
from .._wire.headers import HeaderInput, Headers, check_method
from .._wire.path_template import PathArg, PathTemplate
from .._wire.query import QueryParams, add_query, encode_query
from .._wire.reply import Reply
from .._wire.status import status_error
from .._wire.url import label_of, split_userinfo
from ..config import RequestOptions
from ..errors import CallError, DecodeError, InvalidRequestError
from .auth import BasicAuth
from .retry_after import retry_after_of
from .settings import ClientSettings, names_given
from .transport_errors import coding_error

U = TypeVar("U")

# What users of httpx and of the client's constructor are likely to write.
_INSTEAD = {
    "json": "json_data=",
    "query": "params=",
    "params": "query=",
    "timeout": "options=RequestOptions(timeout=...)",
    "deadline": "options=RequestOptions(deadline=...)",
    "max_retries": "options=RequestOptions(max_retries=...)",
    "follow_redirects": "options=RequestOptions(follow_redirects=...)",
    "headers": "options=RequestOptions(headers=...)",
    "auth": "auth= of the client, or of client.with_options()",
    "cookies": "cookies= of the client",
}


def call_by_url(
    settings: ClientSettings,
    method: str,
    url: str | httpx.URL,
    *,
    event_loop: bool,
    params: QueryParams | None = None,
    headers: HeaderInput | None = None,
    json_data: Any = None,
    data: FormData | None = None,
    files: Files | None = None,
    content: Content | None = None,
    options: RequestOptions | None = None,
) -> Call:
    """
    Return the call for a URL that the user wrote, relative or absolute.

    Raises:
        InvalidRequestError: An argument makes no valid request.
    """
    _check_options(options)
    if not isinstance(url, str | httpx.URL):
        raise InvalidRequestError(f"url must be a string or an httpx.URL, got {url!r}")
    text, userinfo = split_userinfo(str(url))
    absolute = _with_query(settings.base_url.join(text), params, options)
    trusted = settings.base_url.owns(absolute)
    body = encode_body(
        json_data=json_data, data=data, files=files, content=content, event_loop=event_loop
    )
    sent = settings.headers_for(headers, options, trusted=trusted)
    given = names_given(headers, options)
    if userinfo is not None:
        sent = {**BasicAuth(*userinfo).auth_headers(), **sent}
        given |= {"authorization"}
    return Call(
        check_method(method),
        absolute,
        label_of(text),
        _with_body_headers(body, sent),
        body,
        owned=settings.owned,
        given=given,
        trusted=trusted,
    )


def call_by_template(
    settings: ClientSettings,
    method: str,
    template: PathTemplate,
    path_args: tuple[PathArg, ...],
    *,
    event_loop: bool,
    query: QueryParams | None = None,
    json_data: Any = None,
    data: FormData | None = None,
    files: Files | None = None,
    content: Content | None = None,
    options: RequestOptions | None = None,
) -> Call:
    """
    Return the call of a resource: a path template below the client's base URL.

    Raises:
        InvalidRequestError: An argument makes no valid request.
    """
    _check_options(options)
    url = settings.base_url.join_path(template.expand(path_args))
    body = encode_body(
        json_data=json_data, data=data, files=files, content=content, event_loop=event_loop
    )
    sent = settings.headers_for(None, options, trusted=True)
    return Call(
        check_method(method),
        _with_query(url, query, options),
        template.text,
        _with_body_headers(body, sent),
        body,
        owned=settings.owned,
        given=names_given(None, options),
    )


def result_of(
    settings: ClientSettings, call: Call, reply: Reply, decoder: Decoder[U], wall_time: float
) -> U:
    """
    Return the decoded result of a typed call.

    Args:
        settings: The client's settings.
        call: What was asked.
        reply: What came.
        decoder: Of the type that is due.
        wall_time: Seconds since the epoch.

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
    failed = status_error(
        sent,
        reply,
        error_model=settings.error_model,
        retry_after=retry_after_of(reply, wall_time),
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
            raise InvalidRequestError(
                f"a call takes no argument {name!r}{f'; use {hint}' if hint else ''}"
            )


def _check_options(options: object) -> None:
    if options is not None and not isinstance(options, RequestOptions):
        raise InvalidRequestError(f"options must be RequestOptions(...), got {options!r}")


def _with_body_headers(body: Body, sent: Headers) -> Headers:
    if not body.headers:
        return sent
    joined = {**body.headers, **sent}
    if "content-length" in sent:
        joined.pop("transfer-encoding", None)  # RFC 9112, section 6.2: never both
    return joined


def _with_query(url: str, query: QueryParams | None, options: RequestOptions | None) -> str:
    url = add_query(url, encode_query(query))
    return url if options is None else add_query(url, encode_query(options.query))
