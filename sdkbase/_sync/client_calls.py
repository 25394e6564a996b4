# Generated from _async/client_calls.py by sdkbase.codegen. Do not edit.
# sha256: 17c2e4bf4b8079af
"""What a client's calls have in common: preparing, sending, and the typed result."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import httpx
from typing_extensions import Unpack

from .._concurrency import SyncMethod
from .._policy.call_args import (
    REQUEST_ARGS,
    RESOURCE_ARGS,
    RequestArgs,
    UrlDownloadArgs,
    idle_options,
)
from .._policy.calls import call_by_template, refuse_unknown
from .._wire.api_response import (
    ApiResponse,
    Capture,
    ResponseDecoder,
    lenient_of,
    response_decoder,
)
from .._wire.call import Call
from .._wire.path_template import PathArg, PathTemplate
from ..config import OMIT, RequestOptions
from ..errors import ConfigurationError, SdkError
from .sender import SyncSender
from .stream import SyncStream
from .streams import SyncStreams, download_to
from .verbs import SyncVerbs

if TYPE_CHECKING:
    from .._policy.download_plan import DownloadedFile
    from .opener import SyncOpener

P = ParamSpec("P")
U = TypeVar("U")

_TYPED_ARGS = REQUEST_ARGS | {"cast_to"}


class SyncClientCalls(SyncVerbs, SyncStreams):
    """The calls of a client, by URL and by path template."""

    _sender: SyncSender

    # Hidden from type checkers, which would else take every name for one of the client's.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name == "_sender":
                raise ConfigurationError(
                    type(self).__name__ + ".__init__ must call super().__init__(...)"
                )
            raise AttributeError(type(self).__name__ + " has no attribute " + repr(name))

    def _perform(self, method: str, url: str | httpx.URL, **args: Any) -> Any:
        refuse_unknown(args, _TYPED_ARGS)
        try:
            return self._request(
                method,
                url,
                **args,
            )
        except SdkError as error:
            # Without the frames inside, whose variables may hold secrets.
            raise error.with_traceback(None) from error.__cause__

    def _request(
        self,
        method: str,
        url: str | httpx.URL,
        *,
        cast_to: Any = OMIT,
        options: RequestOptions | None = None,
        **args: Any,
    ) -> Any:
        lenient = lenient_of(options, default=False)
        decoder = None if cast_to is OMIT else response_decoder(cast_to, lenient=lenient)
        call = self._sender.prepare(
            method,
            url,
            options=options,
            **args,
        )
        reply = self._sender.send(call, self._sender.settings.for_call(options))
        if decoder is None:
            if reply.broken is not None:
                raise reply.broken.with_history(reply.history)
            return reply.to_httpx()
        return self._sender.result(call, reply, decoder)

    def stream(self, method: str, url: str | httpx.URL, **args: Unpack[RequestArgs]) -> SyncStream:
        """
        Send a request and give its response with the body still to be read.

        Args and errors are those of `request` without `cast_to`. The connection is given back when
        the block ends: to be used again if the body was read to its end, else to be closed.

        Returns:
            A context manager that gives an `httpx.Response`.
        """
        refuse_unknown(args, REQUEST_ARGS)
        return SyncStream(self._sender, method, url, dict(args))

    def send_typed(
        self,
        method: str,
        template: PathTemplate,
        path_args: tuple[PathArg, ...],
        decoder: ResponseDecoder[U],
        **args: Any,
    ) -> U:
        """
        Send a call by its path template and return its decoded result; resources are built on it.

        Args:
            method: HTTP method in upper case.
            template: Path below `base_url`.
            path_args: Arguments of the template, in order.
            decoder: Of the result.
            args: As in `ResourceArgs`.

        Raises:
            SdkError: As `request` with `cast_to`.
        """
        try:
            sender = self._sender
            call = call_by_template(
                sender.settings,
                method,
                template,
                path_args,
                **args,
            )
            reply = sender.send(
                call,
                sender.settings.for_call(
                    args.get("options"),
                ),
            )
            return sender.result(call, reply, decoder)
        except SdkError as error:
            raise error.with_traceback(None) from error.__cause__

    def open_typed(
        self, method: str, template: PathTemplate, path_args: tuple[PathArg, ...], **args: Any
    ) -> SyncOpener:
        """
        Return a call by its path template, ready to be opened; streams of resources begin so.

        Args:
            method: HTTP method in upper case.
            template: Path below `base_url`.
            path_args: Arguments of the template, in order.
            args: As in `ResourceArgs`, and `idle_timeout`.

        Raises:
            InvalidRequestError: An argument makes no valid request.
        """
        settings = self._sender.settings
        prepare = partial(call_by_template, settings, method, template, path_args)
        return self._opener(
            prepare,
            RESOURCE_ARGS,
            **args,
        )

    def _open(self, method: str, url: str | httpx.URL, **args: Any) -> SyncOpener:
        return self._opener(
            partial(self._sender.prepare, method, url),
            REQUEST_ARGS,
            **args,
        )

    def _opener(
        self,
        prepare: Callable[..., Call],
        known: frozenset[str],
        *,
        idle_timeout: Any = OMIT,
        **args: Any,
    ) -> SyncOpener:
        refuse_unknown(args, known)
        try:
            call = prepare(
                **args,
            )
        except SdkError as error:
            raise error.with_traceback(None) from error.__cause__
        limits = self._sender.settings.call.timeout
        options = idle_options(args.get("options"), limits, idle_timeout)
        from .opener import SyncOpener  # late: few calls are streams

        return SyncOpener(self._sender, call, options)

    def download(
        self, url: str | httpx.URL, path: str | PathLike[str], **args: Unpack[UrlDownloadArgs]
    ) -> DownloadedFile:
        """
        Download what a URL brings to a file, which is there when it is whole, and not before.

        A connection that breaks is taken up where it broke, in this call or the next one for the
        same URL, if the server knows ranges and names the version: two are never put together.

        Args:
            url: As in `request`.
            path: The file to write.
            args: As in `request`; `checksum` that it must have, such as `sha256:...`; `resume`,
                `overwrite`, `fsync`; `progress`, told how many bytes are there, and of how many.

        Raises:
            InvalidRequestError: An argument is wrong, or the file can not be put there.
            StatusError: The status is not 2xx.
            ChecksumError: The file is not what it should be; what was at *path* is still there.
            CallError: It did not come to its end, or the disk failed.
        """
        return download_to(path, partial(self._open, "GET", url), dict(args))

    def with_response(
        self, method: SyncMethod[P, U], *args: P.args, **kwargs: P.kwargs
    ) -> ApiResponse[U]:
        """
        Call a method of the SDK and return its result together with the response it came in.

            response = client.with_response(client.users.retrieve, 7)
            response.data, response.headers, response.attempts

        Of a method that makes several calls, the response is that of the last.

        Args:
            method: A method that returns a typed result.
            args: Its arguments.
            kwargs: Its keyword arguments.

        Raises:
            ConfigurationError: The method made no typed call.
        """
        with Capture() as capture:
            return capture.response(method(*args, **kwargs))
