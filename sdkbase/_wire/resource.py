"""What a resource declares: its path and its model, checked when the class is made."""

from __future__ import annotations

import sys
from typing import Any, ClassVar, ForwardRef, Generic, TypeVar, cast, get_args, get_origin

from ..errors import ConfigurationError
from .codec import Decoder, decoder_for, type_name
from .path_template import PathTemplate, path_template

T = TypeVar("T")


class Resource(Generic[T]):
    """
    Base of typed resources of either colour; *T* is what their calls return.

    Subclass `AsyncResource` or `SyncResource`, not this.

    Raises:
        ConfigurationError: When the subclass is made: its `path` is no path template, or msgspec
            can not decode its model.
    """

    path: ClassVar[str] = ""
    """
    Path template that the templates of all calls begin with, such as `/users`. It starts at the
    client's base URL, also in a resource of a resource: `/users/{user_id}/posts`.
    """

    _decoder: ClassVar[Decoder[Any] | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._check_path()
        if "error_model" in cls.__dict__:
            raise ConfigurationError(
                f"{cls.__name__}.error_model has no effect; declare it on the client's class"
            )
        model = _model_of(cls)
        if model is not None:
            try:
                cls._decoder = decoder_for(model)
            except ConfigurationError as error:
                raise ConfigurationError(f"{cls.__name__}: {error}") from None

    @classmethod
    def _check_path(cls) -> None:
        if not isinstance(cls.path, str) or (cls.path and not cls.path.startswith("/")):
            raise ConfigurationError(f"{cls.__name__}.path must start with '/', got {cls.path!r}")
        try:
            path_template(cls.path)
        except ConfigurationError as error:
            raise ConfigurationError(f"{cls.__name__}.path: {error}") from None

    def _template(self, template: str) -> PathTemplate:
        if template and template[0] != "/" and not (template[0] == ":" and self.path):
            template = f"/{template}"
        return path_template(self.path + template)

    def _decoder_for(self, cast_to: Any, *, given: bool) -> Decoder[Any]:
        if given:
            return decoder_for(cast_to)
        if self._decoder is None:
            name, base = type(self).__name__, type(self).__mro__[-4].__name__
            raise ConfigurationError(
                f"{name} has no model; declare it as class {name}({base}[Model]) or pass cast_to="
            )
        return self._decoder

    def __repr__(self) -> str:
        model = type_name(self._decoder.type) if self._decoder else "no model"
        return f"<{type(self).__name__} {self.path or '/'} ({model})>"


def _model_of(cls: type[Resource[Any]]) -> Any:
    """Return the model that *cls* names in its bases, or None if it names none of its own."""
    for base in cls.__dict__.get("__orig_bases__", ()):
        argument = _resource_argument(base)
        if isinstance(argument, str | ForwardRef):
            return _resolved(cls, argument)
        if argument is not None and not _is_open(argument):
            return argument
    return None


def _resource_argument(alias: Any) -> Any:
    """Follow a base such as `Crud[User, NewUser]` down to the T of its `Resource[T]`."""
    origin = get_origin(alias)
    if not (isinstance(origin, type) and issubclass(origin, Resource)):
        return None
    arguments = get_args(alias)
    if origin is Resource:
        return arguments[0]
    generic = cast("Any", origin)
    bound = dict(zip(generic.__parameters__, arguments, strict=False))
    for base in origin.__dict__.get("__orig_bases__", ()):
        argument = _resource_argument(base)
        if argument is not None:
            return _bind(argument, bound)
    return None


def _bind(argument: Any, bound: dict[Any, Any]) -> Any:
    """Put what is *bound* in the place of type variables: `Page[T]` becomes `Page[User]`."""
    if isinstance(argument, TypeVar):
        return bound.get(argument, argument)
    open_ones: tuple[Any, ...] = getattr(argument, "__parameters__", ())
    return argument[tuple(bound.get(one, one) for one in open_ones)] if open_ones else argument


def _is_open(argument: Any) -> bool:
    return isinstance(argument, TypeVar) or bool(getattr(argument, "__parameters__", ()))


def _resolved(cls: type, name: str | ForwardRef) -> Any:
    text = name if isinstance(name, str) else name.__forward_arg__
    module = sys.modules[cls.__module__]
    model = getattr(module, text, None)
    if model is None:
        raise ConfigurationError(
            f"{cls.__name__}: model {text!r} is not defined before the class; move it up"
        )
    return model
