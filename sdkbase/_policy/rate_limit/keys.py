"""Which bucket of a rate limiter a call belongs to."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from ..._concurrency import is_async
from ..._wire.call import Call
from ..._wire.url import site_and_target
from ...errors import ConfigurationError, InvalidRequestError

if TYPE_CHECKING:
    from ..auth import Auth

LimitKey: TypeAlias = Literal["host", "credential", "template"] | Callable[[Call], str] | None
"""What `RateLimiter` keeps a bucket for."""

KeyOf: TypeAlias = "Callable[[Call, Auth | None], str]"

# Hashes of one process say nothing to another, where they need not be compared.
_SALT: Final = os.urandom(16)
_ANONYMOUS: Final = "anonymous"


def key_function(key: LimitKey, *, shared: bool) -> KeyOf | None:
    """
    Return the function that tells the bucket of a call, or None if there is one for all.

    Args:
        key: As `RateLimiter` takes it.
        shared: Whether other processes have to come to the same keys.

    Raises:
        ConfigurationError: There is no such key.
    """
    if key is None:
        return None
    if key == "host":
        return lambda call, auth: site_and_target(call.url)[0].netloc.decode("ascii")
    if key == "template":
        return lambda call, auth: f"{call.method} {call.template}"
    if key == "credential":
        return lambda call, auth: _credential(call, auth, shared=shared)
    if callable(key) and not is_async(key):
        return lambda call, auth: _own_key(key, call)
    raise ConfigurationError(
        "RateLimiter.key must be 'host', 'credential', 'template', a plain function of a Call, or "
        f"None, got {key!r}"
    )


def _own_key(function: Callable[[Call], object], call: Call) -> str:
    key = function(call)
    if not isinstance(key, str):
        raise InvalidRequestError(f"RateLimiter.key must return a string, got {type(key).__name__}")
    return key


def _credential(call: Call, auth: Auth | None, *, shared: bool) -> str:
    if not call.trusted:
        return _ANONYMOUS
    own = call.headers.get("authorization")
    if own is not None and (auth is None or "authorization" in call.given):
        return _hashed(own, shared=shared)
    identity = None if auth is None else _identity(auth, shared=shared)
    identity = identity or own or call.headers.get("x-api-key")
    return _ANONYMOUS if identity is None else _hashed(identity, shared=shared)


def _identity(auth: Auth, *, shared: bool) -> str | None:
    from ..auth import ApiKeyAuth, BasicAuth, BearerAuth

    credentials, grant = auth.credentials, auth.grant
    if type(credentials) is BasicAuth:
        return credentials.auth_headers()["authorization"]
    if isinstance(credentials, BearerAuth | ApiKeyAuth) and auth.ask is None:
        return credentials.source.secret().reveal()
    if grant is not None:
        return f"{grant.token_url} {grant.client_id}"
    given = credentials or auth.flow
    if given is None:
        return None
    if shared:
        raise InvalidRequestError(
            "RateLimiter.key='credential': another process can not tell whether it has the same "
            f"{type(given).__name__}; with a store, give a function of a Call as the key"
        )
    return f"{type(given).__name__} {id(given)}"


def _hashed(secret: str, *, shared: bool) -> str:
    from hashlib import blake2b  # late: few limiters have such keys

    salt = b"" if shared else _SALT
    return blake2b(secret.encode(), digest_size=8, salt=salt, person=b"sdkbase limit").hexdigest()
