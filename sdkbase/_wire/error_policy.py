"""What an API's errors look like: models of their bodies, classes of its own, and its kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import UnionType
from typing import Any, Literal, TypeAlias, Union, cast, get_origin

import msgspec

from ..config import OMIT
from ..errors import ConfigurationError, StatusError, status_error_class
from .codec import decoder_for, type_name
from .pointer import Path, parse_path, read_path
from .reply import Reply

Models: TypeAlias = Any
"""Types of error bodies: one, or several to try in order."""

ErrorModel: TypeAlias = Models | Mapping[int | Literal["default"], Models]
"""What `error_model` takes: models for all errors, or models by status."""

ErrorClasses: TypeAlias = Mapping[int | str | type[StatusError], type[StatusError]]
"""What `error_classes` takes."""

_HEADER = "header:"
CODE_PLACES = ("code", "error.code", "__type", "error.type")
"""Where the kind stands in the bodies of most APIs."""

# Where AWS puts the kind, with a namespace before it or an address behind it.
_AWS = frozenset({"__type", "x-amzn-errortype"})


class ErrorPolicy(msgspec.Struct, frozen=True):
    """How the errors of one API are told."""

    models: tuple[Any, ...] = ()
    """Types of error bodies, tried in this order."""
    status_models: Mapping[int, tuple[Any, ...]] = {}
    """Those of some statuses, tried before."""
    classes: Mapping[int | str | type[StatusError], type[StatusError]] = {}
    """Error classes by kind, by status, or by the built-in class that they stand in for."""
    headers: tuple[bytes, ...] = ()
    """Header fields that name the kind, in lower case."""
    paths: tuple[Path, ...] = tuple(map(parse_path, CODE_PLACES))
    """Where in a body the kind stands."""

    def models_for(self, status_code: int) -> tuple[Any, ...]:
        """Return the types to try for the body of an error."""
        return self.status_models.get(status_code, ()) + self.models

    def kind_of(self, reply: Reply, plain: Any) -> str | None:
        """
        Return what the API calls this kind of error, or None if it does not say.

        Args:
            reply: Its header fields are asked first.
            plain: The body as builtins.
        """
        fields = ((name.decode("ascii"), reply.header(name)) for name in self.headers)
        places = ((path[-1], read_path(plain, path)) for path in self.paths)
        for name, value in (*fields, *places):
            if kind := _kind(name, value):
                return kind
        return None

    def class_for(self, status_code: int, kind: str | None) -> type[StatusError]:
        """Return the class of an error: by its kind, else by its status, else the built-in one."""
        if kind is not None and kind in self.classes:
            return self.classes[kind]
        built_in = status_error_class(status_code)
        return self.classes.get(status_code) or self.classes.get(built_in, built_in)


def error_policy(error_model: Any, error_classes: Any, error_code: Any) -> ErrorPolicy:
    """
    Return what a client's class declares about errors.

    Args:
        error_model: A type, several in the order in which they are tried, or a mapping of these by
            status, in which `"default"` stands for all others. None for no model.
        error_classes: Error classes by what they are for. A string is a kind, as the body names it;
            a number is a status; a built-in class, such as `ClientError`, is what is raised where
            that very class would be.
        error_code: Where the kind stands: a path in the body such as `error.type` or
            `errors.0.code`, or a JSON pointer, or `header:` and the name of a header field; one
            or several, of which the first that is there counts, headers before the body.

    Raises:
        ConfigurationError: A declaration is wrong; names it.
    """
    models, status_models = _all_models(error_model)
    sources = [_source(source) for source in _listed(error_code, "error_code")]
    classes = _classes(error_classes)
    if not sources and (kind := next((key for key in classes if isinstance(key, str)), None)):
        raise ConfigurationError(
            f"error_classes has the kind {kind!r}, but error_code does not say where kinds stand"
        )
    return ErrorPolicy(
        models=models,
        status_models=status_models,
        classes=classes,
        headers=tuple(source for source in sources if isinstance(source, bytes)),
        paths=tuple(source for source in sources if isinstance(source, tuple)),
    )


def _kind(name: str, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    kind = str(value)
    return kind.partition(":")[0].rpartition("#")[2] if name in _AWS else kind


def _source(source: Any) -> bytes | Path:
    if isinstance(source, str) and source.startswith(_HEADER):
        name = source.removeprefix(_HEADER).strip().lower()
        if name.isascii() and name:
            return name.encode("ascii")
    elif isinstance(source, str) and source:
        try:
            return parse_path(source)
        except ConfigurationError as error:
            raise ConfigurationError(f"error_code: {error}") from None
    raise ConfigurationError(
        f"error_code must be a path such as 'error.type', or 'header:' and a name, got {source!r}"
    )


def _listed(given: Any, name: str) -> Sequence[Any]:
    if given is None:
        return ()
    if isinstance(given, str):
        return (given,)
    if isinstance(given, Mapping) or not isinstance(given, Iterable):
        raise ConfigurationError(f"{name} must be a string or a list of strings, got {given!r}")
    return tuple(cast("Iterable[Any]", given))


def _all_models(given: Any) -> tuple[tuple[Any, ...], dict[int, tuple[Any, ...]]]:
    if not isinstance(given, Mapping):
        return _models(given, "error_model"), {}
    by_status = dict(cast("Mapping[Any, Any]", given))
    default = _models(by_status.pop("default", None), "error_model['default']")
    for status in by_status:
        _check_status(status, "error_model")
    return default, {
        status: _models(models, f"error_model[{status}]") for status, models in by_status.items()
    }


def _models(given: Any, name: str) -> tuple[Any, ...]:
    if given is None or given is OMIT:
        return ()
    models = tuple(cast("Sequence[Any]", given)) if isinstance(given, list | tuple) else (given,)
    for model in models:
        try:
            decoder_for(model)
        except ConfigurationError as error:
            several = get_origin(model) in (Union, UnionType)
            hint = "; write several models as a tuple: (A, B)" if several else ""
            raise ConfigurationError(f"{name}: {error}{hint}") from None
    for model in models[:-1]:
        if _takes_any_object(model):
            raise ConfigurationError(
                f"{name}: {type_name(model)} has no required field, so any object fits it and what "
                "comes after it is never tried; put it last"
            )
    return models


def _takes_any_object(model: Any) -> bool:
    info = msgspec.inspect.type_info(model)
    if isinstance(info, msgspec.inspect.AnyType | msgspec.inspect.DictType):
        return True
    if getattr(info, "tag", None) is not None or getattr(info, "forbid_unknown_fields", False):
        return False
    fields: Sequence[msgspec.inspect.Field] | None = getattr(info, "fields", None)
    return fields is not None and not any(field.required for field in fields)


def _classes(given: Any) -> dict[int | str | type[StatusError], type[StatusError]]:
    if not isinstance(given, Mapping):
        raise ConfigurationError(
            "error_classes must be a mapping of kinds, statuses or built-in error classes to error "
            f"classes, got {given!r}"
        )
    classes = dict(cast("Mapping[Any, Any]", given))
    for key, cls in classes.items():
        if not (isinstance(cls, type) and issubclass(cls, StatusError)):
            raise ConfigurationError(
                f"error_classes[{_shown(key)}] must be a subclass of StatusError, got {cls!r}"
            )
        _check_key(key, cls)
    return classes


def _check_key(key: Any, cls: type[StatusError]) -> None:
    if isinstance(key, str):
        if not key:
            raise ConfigurationError("error_classes has an empty kind")
    elif isinstance(key, type):
        # Else code that catches the built-in class would miss the error.
        if not issubclass(key, StatusError) or not issubclass(cls, key):
            raise ConfigurationError(
                f"error_classes[{_shown(key)}] must be a subclass of it, and it of StatusError; "
                f"got {cls.__name__}"
            )
    else:
        _check_status(key, "error_classes")


def _check_status(key: Any, name: str) -> None:
    if isinstance(key, bool) or not isinstance(key, int) or not 300 <= key <= 599:
        others = (
            ", or 'default'" if name == "error_model" else "; write the API's own codes as strings"
        )
        raise ConfigurationError(
            f"{name} has the key {key!r}, which is no HTTP status from 300 to 599{others}"
        )


def _shown(key: Any) -> str:
    return key.__name__ if isinstance(key, type) else repr(key)
