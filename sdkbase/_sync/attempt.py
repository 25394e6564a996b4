# Generated from _async/attempt.py by sdkbase.codegen. Do not edit.
# sha256: d1f0251f69d41fcb
"""One attempt: credentials, cookies and interceptors around one request to the transport."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from .._concurrency import SyncClock, SyncHooks
from .._observe.interceptors import Hooks
from .._policy.auth import Auth
from .._policy.auth.credentials import bearing
from .._policy.auth.places import without_key
from .._policy.body_errors import body_error
from .._policy.cookies import CookieKeeper, cookie_header
from .._policy.redirect import drop_added_credentials
from .._policy.transport_errors import deadline_error, unknown_status_error
from .._wire.call import Call, call_from_httpx
from .._wire.content_coding import BodyError
from .._wire.redaction import register_headers
from .._wire.reply import Reply
from .transport import SyncTransport

if TYPE_CHECKING:
    from .._policy.auth.grant import OAuth2Grant
    from .token_source import Limits, SyncTokens


class SyncAttempts:
    """
    Make single attempts.

    Args:
        transport: What sends one request.
        auth: Credentials of the client.
        cookies: The client's cookies, or None if it keeps none.
        hooks: The interceptors' methods.
        clock: Measures the lifetimes of access tokens.

    Raises:
        ConfigurationError: The credentials need an event loop, which this client has not.
    """

    def __init__(
        self,
        transport: SyncTransport,
        auth: Auth,
        cookies: CookieKeeper | None,
        hooks: Hooks,
        clock: SyncClock | None = None,
    ) -> None:
        auth.check_colour(event_loop=SyncHooks.EVENT_LOOP)
        self._transport = transport
        self._auth = auth
        self._cookies = cookies
        self._hooks = hooks
        self._hooked = any(hooks)
        self._clock = clock or SyncClock()

    def attempt(
        self, call: Call, limits: Limits, *, stream: bool, auth: Auth | None = None
    ) -> Reply:
        """
        Send *call* once and return its reply, whatever its status.

        Args:
            call: The request.
            limits: Returns the limits of what is sent now.
            stream: Leave the body unread.
            auth: Credentials of this call, in place of the client's.

        Raises:
            TransportError: No complete reply came.
        """
        if auth is None:
            auth = self._auth
        if self._hooked or auth.flow is not None:
            call = call.replace()  # they may change the request, and each attempt begins anew
        jar = None if self._cookies is None else self._cookies.jar
        if jar is not None:
            call = self._with_cookies(call, jar)
        if not call.trusted:
            reply = self._intercepted(call, limits, stream=stream)
        elif auth.flow is not None:
            reply = self._authenticated(auth.flow, call, limits, stream=stream)
        elif auth.grant is not None:
            reply = self._with_token(auth.grant, call, limits, stream=stream)
        else:
            if auth.ask is not None:
                # One argument to a line: see verbs.py.
                call = auth.apply(
                    call,
                    SyncHooks.call(auth.ask),
                )
            elif auth.credentials is not None:
                call = auth.apply(call)
            reply = self._intercepted(call, limits, stream=stream)
            if auth.query is not None:
                self._hide_key(call, reply, auth.query)
        if self._cookies is not None and reply.header(b"set-cookie") is not None:
            self._cookies.get().extract_cookies(reply.to_httpx())
        return reply

    def _with_cookies(self, call: Call, cookies: httpx.Cookies) -> Call:
        if not cookies or "cookie" in call.headers:
            return call
        cookie = cookie_header(cookies, call)
        return call if cookie is None else call.with_headers({"cookie": cookie})

    def _hide_key(self, call: Call, reply: Reply, name: str) -> None:
        # A response tells its URL to everyone, also in the errors of raise_for_status().
        sent = reply.call or call
        reply.call = sent.replace(url=without_key(sent.url, name))
        if self._hooked:
            reply.to_httpx().request = reply.call.to_httpx()

    def _with_token(self, grant: OAuth2Grant, call: Call, limits: Limits, *, stream: bool) -> Reply:
        if "authorization" in call.given:
            return self._intercepted(call, limits, stream=stream)
        tokens = self._tokens()
        token = tokens.token(grant, call, limits)
        reply = self._intercepted(bearing(call, token.value), limits, stream=stream)
        if reply.status_code != 401:
            return reply
        grant.tokens.reject(token)
        if not call.body.replayable:
            return reply
        drop_body(reply)
        token = tokens.token(grant, call, limits)
        return self._intercepted(bearing(call, token.value), limits, stream=stream)

    def _tokens(self) -> SyncTokens:
        from .token_source import SyncTokens  # late: few clients have a grant

        return SyncTokens(self._transport, self._clock)

    def _authenticated(
        self, auth: httpx.Auth, call: Call, limits: Limits, *, stream: bool
    ) -> Reply:
        own = call.to_httpx()
        flow = auth.sync_auth_flow(own)
        reply: Reply | None = None
        sent = False
        try:
            request = flow.__next__()
            while True:
                outgoing = call_from_httpx(call, request)
                register_headers(outgoing.headers)
                reply = self._intercepted(outgoing, limits, stream=stream)
                sent = sent or request.stream is own.stream
                try:
                    request = flow.send(reply.to_httpx())
                except StopIteration:
                    return reply
                if sent and request.stream is own.stream and not call.body.replayable:
                    return reply
                drop_body(reply)
        except BaseException:
            drop_body(reply)
            raise
        finally:
            flow.close()

    def _intercepted(self, call: Call, limits: Limits, *, stream: bool) -> Reply:
        if not self._hooked:
            return self._sent(call, limits, stream=stream)
        call = self._before(call)
        try:
            reply = self._sent(call, limits, stream=stream)
        except Exception as error:
            for hook in self._hooks.error:
                SyncHooks.call(
                    hook,
                    error,
                )
            raise
        try:
            return self._after(reply)
        except BaseException:
            drop_body(reply)
            raise

    def _before(self, call: Call) -> Call:
        if not self._hooks.before:
            return call
        request = call.to_httpx()
        for hook in self._hooks.before:
            # One argument to a line: see verbs.py.
            changed_request = SyncHooks.call(
                hook,
                request,
            )
            request = changed_request or request
        if not call.trusted:
            drop_added_credentials(call, request)
        changed = call_from_httpx(call, request)
        register_headers(changed.headers)
        return changed

    def _after(self, reply: Reply) -> Reply:
        if not self._hooks.after:
            return reply
        response = reply.to_httpx()
        for hook in self._hooks.after:
            changed_response = SyncHooks.call(
                hook,
                response,
            )
            response = changed_response or response
        return reply.replaced_by(response)

    def _sent(self, call: Call, limits: Limits, *, stream: bool) -> Reply:
        timeout = limits()
        if timeout.total == 0.0:
            raise deadline_error(call, timeout.deadline, sent=False)
        reply = self._transport.send(call, timeout, stream=stream)
        reply.call = call
        if not 200 <= reply.status_code <= 599:
            drop_body(reply)
            raise unknown_status_error(call, reply.status_code)
        if not stream and reply.header(b"content-encoding"):
            try:
                reply.check_body(call.method)
            except BodyError as error:
                broken = body_error(call, reply, error)
                if reply.status_code < 400:
                    raise broken from None
                # Of an error the status matters more than a body that can not be decoded.
                reply.broken = reply.broken or broken
        return reply


def drop_body(reply: Reply | None) -> None:
    """Give up the body of a streamed reply. Safe to repeat."""
    if reply is not None and isinstance(reply.stream, httpx.SyncByteStream):
        reply.stream.close()
