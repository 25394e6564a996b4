"""What a resource declares: its path and its model, checked when the class is made."""

from __future__ import annotations

import sys
from typing import Any, ClassVar, ForwardRef, Generic, cast, get_args, get_origin

from typing_extensions import TypeVar

from .._exports import publish
from ..config import OMIT, RequestOptions
from ..errors import ConfigurationError
from .api_response import ResponseDecoder, lenient_of, response_decoder
from .codec import type_name
from .path_template import PathTemplate, path_template

# Without a model, each call says what it returns.
T = TypeVar("T", default=object)

_PACKAGE = __name__.partition(".")[0]


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

    lenient: ClassVar[bool] = False
    """Whether numbers and bools may come as strings in this resource's results."""

    _model: ClassVar[Any] = OMIT
    _decoder: ClassVar[ResponseDecoder[Any] | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._check_path()
        if "error_model" in cls.__dict__:
            raise ConfigurationError(
                f"{cls.__name__}.error_model has no effect; declare it on the client's class"
            )
        if not isinstance(cls.lenient, bool):
            raise ConfigurationError(f"{cls.__name__}.lenient must be True or False")
        model = _model_of(cls)
        if model is not None:
            cls._model = model
        if cls._model is not OMIT and (model is not None or "lenient" in cls.__dict__):
            try:
                cls._decoder = response_decoder(cls._model, lenient=cls.lenient)
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

    def _type_for(self, cast_to: Any) -> Any:
        """Return *cast_to*, or the resource's own model if it is `OMIT`."""
        if cast_to is not OMIT:
            return cast_to
        if self._model is OMIT:
            name = type(self).__name__
            base = next(c.__name__ for c in type(self).__mro__ if c.__module__.startswith(_PACKAGE))
            raise ConfigurationError(
                f"{name} has no model; declare it as class {name}({base}[Model]) or pass cast_to="
            )
        return self._model

    def _decoder_for(self, cast_to: Any, options: RequestOptions | None) -> ResponseDecoder[Any]:
        lenient = lenient_of(options, default=self.lenient)
        if cast_to is OMIT and self._decoder is not None and lenient is self.lenient:
            return self._decoder
        return response_decoder(self._type_for(cast_to), lenient=lenient)

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


publish(Resource)
