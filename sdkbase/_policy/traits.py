"""What an SDK's client class declares about its API, checked when the class is made."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, cast
from uuid import uuid4

import msgspec
from typing_extensions import Format, get_annotations

from .._wire.error_policy import CODE_PLACES, ErrorPolicy, error_policy
from .._wire.headers import check_method, parse_headers
from .._wire.url import BaseUrl
from ..config import QueryStyle, RequestOptions, RetryConfig, TimeoutConfig, to_query_style
from ..errors import ConfigurationError, InvalidRequestError, StatusError
from .auth import Auth, AuthFromEnv, AuthInput

# How alike a name must be to one of the declarations to be taken for it, from 0 to 1.
_NEARLY = 0.85


class ApiTraits(msgspec.Struct, frozen=True):
    """What holds for all calls to one API."""

    errors: ErrorPolicy
    query_style: QueryStyle = "repeat"
    stream: dict[str, Any] = {}
    """How its streams of events end, unless a call says otherwise."""
    key_methods: frozenset[str] = frozenset()
    """Methods that carry an idempotency key of their own."""
    key_header: str = "idempotency-key"
    """The header that the key stands in, in lower case."""

    def idempotency_key(self, method: str, options: RequestOptions | None) -> str | None:
        """Return the idempotency key of a call that is about to be made, or None."""
        given = None if options is None else options.idempotency_key
        if isinstance(given, str):
            return given
        return str(uuid4()) if given or method in self.key_methods else None


def traits_of(cls: type[ApiDeclaration]) -> ApiTraits:
    """
    Return what the client class *cls* declares.

    Raises:
        ConfigurationError: A declaration is wrong; names it.
    """
    _check_types(cls)
    try:
        _check_auth(cls.default_auth)
        return ApiTraits(
            errors=error_policy(cls.error_model, cls.error_classes, cls.error_code),
            query_style=to_query_style(cls.query_style, "query_style"),
            stream=_event_args(cls),
            key_methods=_methods(cls.idempotency_key_methods),
            key_header=_header_name(cls.idempotency_key_header),
        )
    except ConfigurationError as error:
        raise ConfigurationError(f"{cls.__name__}: {error}") from None


def default_base_url(cls: type[ApiDeclaration]) -> str:
    """
    Return the base URL of a client that is given none: of the environment, or of its class.

    Raises:
        ConfigurationError: It has to be in the environment, and is not, or is no URL.
    """
    variable = cls.base_url_env
    found = os.environ.get(variable, "") if variable else ""
    if variable and not found and not cls.default_base_url:
        raise ConfigurationError(f"set the environment variable {variable}, or pass base_url=")
    if found:
        try:
            BaseUrl(
                found,
            )
        except ConfigurationError as error:
            raise ConfigurationError(f"the environment variable {variable}: {error}") from None
    return found or cls.default_base_url


_TYPES: dict[str, type[Any]] = {
    "default_base_url": str,
    "base_url_env": str,
    "default_headers": Mapping,
    "default_timeout_config": TimeoutConfig,
    "default_retry_config": RetryConfig,
}


def _check_types(cls: type[ApiDeclaration]) -> None:
    for name, kind in _TYPES.items():
        value = getattr(cls, name)
        if not isinstance(value, kind):
            found = type(value).__name__
            raise ConfigurationError(
                f"{cls.__name__}.{name} must be a {kind.__name__}, got {found}"
            )


def _check_auth(given: AuthInput | None) -> None:
    if not isinstance(given, AuthFromEnv):  # the environment is asked when a client is made
        try:
            # One argument to a line: see _async/verbs.py.
            Auth(
                given,
            )
        except ConfigurationError as error:
            raise ConfigurationError(f"default_auth: {error}") from None


def _check_resource_names(cls: type[ApiDeclaration]) -> None:
    """Make sure that no resource takes the name of something that the client itself has."""
    package = __name__.partition(".")[0]
    ours = [base for base in cls.__mro__ if base.__module__.partition(".")[0] == package]
    for name, value in vars(cls).items():
        if isinstance(value, cached_property) and any(name in vars(base) for base in ours):
            raise ConfigurationError(
                f"{cls.__name__}.{name} would hide the client's own {name!r}; give the resource "
                f"another name, such as {name}_"
            )


def _check_spelling(cls: type[ApiDeclaration]) -> None:
    """Make sure that no attribute is a declaration with a typing error, which would do nothing."""
    declared = get_annotations(ApiDeclaration)
    for name, value in vars(cls).items():
        if name.startswith("_") or name in declared or _is_part_of_a_class(name, value):
            continue
        from difflib import get_close_matches  # late: few classes have attributes of their own

        meant = get_close_matches(name, declared, 1, _NEARLY)
        if meant and not _is_annotated(cls, name):
            raise ConfigurationError(
                f"{cls.__name__}.{name} has no meaning; did you mean {meant[0]}? If it is an "
                "attribute of your own, annotate it: ClassVar[...]"
            )


def _is_part_of_a_class(name: str, value: object) -> bool:
    """Tell whether *value* is a method, a property or a class that stands inside the other."""
    return hasattr(value, "__get__") or (isinstance(value, type) and value.__name__ == name)


def _is_annotated(cls: type[ApiDeclaration], name: str) -> bool:
    # Names in annotations may not be defined yet.
    return any(name in get_annotations(base, format=Format.FORWARDREF) for base in cls.__mro__)


def _event_args(cls: type[ApiDeclaration]) -> dict[str, Any]:
    for name in ("stream_done", "stream_error_event"):
        value = getattr(cls, name)
        if value is not None and not isinstance(value, str):
            raise ConfigurationError(f"{name} must be a string, got {value!r}")
    args: dict[str, Any] = {"done": cls.stream_done, "error_event": cls.stream_error_event}
    if isinstance(cls.error_model, type):
        args["error_type"] = cls.error_model
    return args


def _methods(given: object) -> frozenset[str]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ConfigurationError(
            f"idempotency_key_methods must be a list of HTTP methods, got {given!r}"
        )
    try:
        return frozenset(check_method(method) for method in cast("Iterable[str]", given))
    except InvalidRequestError as error:
        raise ConfigurationError(f"idempotency_key_methods: {error}") from None


def _header_name(given: str) -> str:
    try:
        (name,) = parse_headers({given: "key"})
    except InvalidRequestError as error:
        raise ConfigurationError(f"idempotency_key_header: {error}") from None
    return name


class ApiDeclaration:
    """
    What an SDK declares about its API, as attributes of its client's class.

        class AsyncAcme(AsyncHttpClient):
            default_base_url = "https://api.acme.example"
            error_model = (Problem, OldError)
            error_classes = {"no_such_user": NoSuchUser, 402: PaymentNeeded}
            error_code = "error.reason"

    With these, the body `{"error": {"reason": "no_such_user"}}` is raised as `NoSuchUser`. A kind
    that is in `error_classes` but stands elsewhere in the body finds no class, and nothing warns.

    Attributes:
        default_base_url: `base_url` of a client that is given none.
        base_url_env: Name of an environment variable that is asked before `default_base_url`.
        default_auth: `auth` of a client that is given none, such as
            `BearerAuth.from_env("ACME_API_KEY")`.
        default_headers: Headers of every client, such as the API's version; `headers` win over
            them.
        default_timeout_config: `timeout_config` of a client that is given none.
        default_retry_config: `retry_config` of a client that is given none.
        error_model: Type of the API's error bodies, which `StatusError.body` then is. Several, in a
            tuple, are tried in order: `(Problem, OldError)`; or by status: `{422: Invalid,
            "default": Problem}`.
        error_classes: Error classes of the API's own: by the kind that an error body names,
            `{"no_such_user": NoSuchUser}`; by status, `{402: PaymentNeeded}`; or in place of a
            class of sdkbase, `{ClientError: AcmeError}`.
        error_code: Where an error body names its kind, which is `StatusError.code` and a key of
            `error_classes`: a path such as `error.code`, a header as `header:x-error-code`, or
            several, of which the first that is there counts.
        query_style: How arrays and mappings stand in a query; see `QueryStyle`.
        stream_done: Data of the event that says that a stream of events is complete, such as
            `[DONE]`.
        stream_error_event: Name of the events that tell of an error, such as `error`; what they
            hold is read as `error_model`.
        idempotency_key_methods: HTTP methods whose calls carry an idempotency key, made once and
            sent on every attempt, such as `("POST",)`.
        idempotency_key_header: The header that an idempotency key stands in.

    Raises:
        ConfigurationError: When the class is made: a declaration is wrong.
    """

    default_base_url: ClassVar[str] = ""
    base_url_env: ClassVar[str] = ""
    default_auth: ClassVar[AuthInput | None] = None
    default_headers: ClassVar[Mapping[str, str]] = {}
    default_timeout_config: ClassVar[TimeoutConfig] = TimeoutConfig()
    default_retry_config: ClassVar[RetryConfig] = RetryConfig()
    error_model: ClassVar[Any] = None
    error_classes: ClassVar[Mapping[int | str | type[StatusError], type[StatusError]]] = {}
    error_code: ClassVar[str | Sequence[str]] = CODE_PLACES
    query_style: ClassVar[QueryStyle] = "repeat"
    stream_done: ClassVar[str | None] = None
    stream_error_event: ClassVar[str | None] = None
    idempotency_key_methods: ClassVar[Iterable[str]] = ()
    idempotency_key_header: ClassVar[str] = "Idempotency-Key"

    _traits: ClassVar[ApiTraits]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _check_resource_names(cls)
        _check_spelling(cls)
        cls._traits = traits_of(cls)

    # `help` of a client shows the docstrings of what it inherits, but of functions only.
    __init_subclass__.__doc__ = __doc__
