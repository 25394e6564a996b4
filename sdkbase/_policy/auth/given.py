"""What a client or a call was given as `auth=`, sorted by how it is applied."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard, cast

import httpx

from ..._concurrency import is_async
from ..._wire.call import Call
from ..._wire.headers import merge_headers
from ...errors import ConfigurationError
from .credentials import ApiKeyAuth, BasicAuth, BearerAuth, Credentials, signed
from .environment import AuthFromEnv

if TYPE_CHECKING:
    from .grant import OAuth2Grant

    AuthInput: TypeAlias = (
        Credentials
        | AuthFromEnv
        | OAuth2Grant
        | httpx.Auth
        | tuple[str | bytes, str | bytes]
        | Callable[[httpx.Request], httpx.Request]
    )
    """What `auth=` takes."""
else:
    AuthInput = Any  # every client imports this, and few have a grant

_KEYED = (BearerAuth, ApiKeyAuth)
_OURS = (*_KEYED, BasicAuth)
_OWN = {BearerAuth.auth_headers, BasicAuth.auth_headers, ApiKeyAuth.auth_headers}


class Auth:
    """
    What was given as `auth=`, sorted by how it is applied; at most one kind is there.

    Args:
        given: As the user wrote it.
        event_loop: Whether functions may be async; None does not ask.

    Attributes:
        credentials: What is put into each attempt by `apply`, or None.
        ask: A function to call for each attempt, whose result `apply` takes; or None.
        grant: Gets access tokens from a token endpoint, or None.
        flow: A flow of httpx that sees requests and responses, or None.

    Raises:
        ConfigurationError: It is no auth, or has an async function where that can't be waited for.
    """

    __slots__ = ("_own", "ask", "credentials", "flow", "grant")

    def __init__(self, given: AuthInput | None, *, event_loop: bool | None = None) -> None:
        self.credentials: Credentials | None = None
        self.ask: Callable[[], Any] | None = None
        self.grant: OAuth2Grant | None = None
        self.flow: httpx.Auth | None = None
        self._own = True
        if isinstance(given, AuthFromEnv):
            given = given.resolve()
        if given is not None:
            # One argument to a line: see _async/verbs.py.
            self._sort(
                given,
            )
        if event_loop is not None:
            self.check_colour(event_loop=event_loop)

    def _sort(self, given: Any) -> None:
        if inspect.iscoroutinefunction(given):
            raise ConfigurationError(
                "auth takes a plain function; for one that waits, write an httpx.Auth with "
                "async_auth_flow"
            )
        if isinstance(given, httpx.Auth):
            self.flow = given
        elif isinstance(given, _OURS):
            self._take(given)
        elif isinstance(given, tuple):
            self.credentials = _basic(cast("tuple[Any, ...]", given))
        elif _is_grant(given):
            self.grant = given
        elif isinstance(given, Credentials) and not isinstance(given, type):
            self._take(given)
        elif callable(given) and not isinstance(given, type):
            self.flow = _FunctionAuth(cast("Callable[[httpx.Request], httpx.Request]", given))
        else:
            raise ConfigurationError(
                "auth must be BearerAuth, BasicAuth, ApiKeyAuth, an OAuth2 grant, an httpx.Auth, "
                "a pair of user name and password, or a function of a request, "
                f"got {type(given).__name__}"
            )

    def _take(self, credentials: Credentials) -> None:
        self.credentials = credentials
        # A class of the user's may build on one of ours.
        self._own = getattr(type(credentials), "auth_headers", None) in _OWN
        if not self._own:
            self.ask = credentials.auth_headers
        elif isinstance(credentials, _KEYED):
            self.ask = credentials.source.ask

    def check_colour(self, *, event_loop: bool) -> None:
        """
        Make sure that a client with or without an event loop can use it.

        Raises:
            ConfigurationError: It has an async function where that can't be waited for.
        """
        functions: dict[str, Callable[..., object] | None] = {"the function": self.ask}
        if self.grant is not None:
            functions["on_refresh"] = self.grant.on_refresh
        for name, function in functions.items():
            if not event_loop and function is not None and is_async(function):
                kind = type(self.credentials or self.grant).__name__
                raise ConfigurationError(
                    f"auth: {name} of {kind} is async def, which a sync client can't await; "
                    "use plain def"
                )

    def apply(self, call: Call, answer: Any = None) -> Call:
        """Return *call* with the credentials; *answer* is what `ask` returned, if it is there."""
        credentials = self.credentials
        if credentials is None:
            return call
        if not self._own:
            return signed(call, merge_headers({}, answer))
        if isinstance(credentials, _KEYED):
            return credentials.apply(call, credentials.source.secret(answer))
        return signed(call, cast("BasicAuth", credentials).auth_headers())

    @property
    def query(self) -> str | None:
        """Name of the query parameter that holds the key, or None."""
        credentials = self.credentials
        if self._own and isinstance(credentials, ApiKeyAuth) and credentials.place == "query":
            return credentials.name
        return None


class _FunctionAuth(httpx.Auth):
    def __init__(self, function: Callable[[httpx.Request], httpx.Request]) -> None:
        self._function = function

    def auth_flow(self, request: httpx.Request) -> Any:
        yield self._function(request)


def _is_grant(given: object) -> TypeGuard[OAuth2Grant]:
    from .grant import OAuth2Grant

    return isinstance(given, OAuth2Grant)


def _basic(pair: tuple[Any, ...]) -> BasicAuth:
    if len(pair) != 2 or not all(isinstance(part, str | bytes) for part in pair):
        raise ConfigurationError("auth as a tuple must be a user name and a password")
    try:
        name, password = (part.decode() if isinstance(part, bytes) else part for part in pair)
    except UnicodeDecodeError:
        raise ConfigurationError("auth as a pair of bytes must be UTF-8") from None
    return BasicAuth(name, password)
