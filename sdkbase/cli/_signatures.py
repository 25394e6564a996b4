"""Write down what classes and functions take and give, in the words of the sync half."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, cast

Convert = Callable[[str], str]

_WORD = re.compile(r"[A-Za-z_]\w*")
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_INIT = "__init__"
# What an object of either colour has: the protocols of `with` and `for`.
_PROTOCOLS = {"__enter__", "__exit__", "__iter__", "__next__", "__call__"}


def members(value: Any, convert: Convert, shared: frozenset[str] = frozenset()) -> dict[str, str]:
    """
    List the public surface of a class or function.

    Args:
        value: The class or function.
        convert: Gives the sync form of a name.
        shared: Members to leave out, by their own names.

    Returns:
        A signature for each name; that of the thing itself is under "".
    """
    found = {} if _INIT in shared else {"": _text(value, convert)}
    names = [name for name in (dir(value) if inspect.isclass(value) else []) if name not in shared]
    # An async iterator may have an `__iter__` that says so; its twin's is made from `__aiter__`.
    for name in sorted(names, key=lambda name: convert(name) != name):
        if not name.startswith("_") or convert(name) in _PROTOCOLS:
            found[convert(name)] = _text(inspect.getattr_static(value, name), convert)
    return found


def shared_members(one: Any, other: Any) -> frozenset[str]:
    """
    Find what two classes have from the same base, such as both colours of a library's class.

    Args:
        one: A class, or anything else, which shares nothing.
        other: Its twin.

    Returns:
        The names of members that are one and the same object.
    """
    if not (inspect.isclass(one) and inspect.isclass(other)):
        return frozenset()
    names = [name for name in dir(other) if name != _INIT]
    # The constructor of a struct is always the same object; what differs is what it takes.
    names += [_INIT] if inspect.isfunction(inspect.getattr_static(other, _INIT)) else []
    return frozenset(
        name
        for name in names
        if inspect.getattr_static(one, name, None) is inspect.getattr_static(other, name)
    )


def is_coloured(value: Any) -> bool:
    """
    Tell whether something can only be called in an event loop.

    Args:
        value: What stands in a class or module.

    Returns:
        True for a coroutine function and for an asynchronous generator function.
    """
    function = _function(value)
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def _text(value: Any, convert: Convert) -> str:
    function = _function(value)
    if not (inspect.isclass(function) or hasattr(function, "__code__")):
        # A value, or something in C: its kind is all there is to compare.
        return convert(type(value).__name__)
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return convert(type(value).__name__)
    gives = _described(signature.return_annotation, convert)
    parameters = [_converted(it, convert) for it in signature.parameters.values()]
    return str(signature.replace(parameters=parameters, return_annotation=gives))


def _function(value: Any) -> Any:
    if isinstance(value, classmethod | staticmethod):
        return cast("Any", value).__func__
    if isinstance(value, property):
        return value.fget
    if isinstance(value, cached_property):
        return cast("Any", value).func
    return inspect.unwrap(value) if callable(value) else value


def _converted(parameter: inspect.Parameter, convert: Convert) -> inspect.Parameter:
    default = parameter.default
    if default is not parameter.empty:
        text = _ADDRESS.sub("", repr(default))
        default = _Text(_WORD.sub(lambda found: convert(found[0]), text))
    annotation = _described(parameter.annotation, convert)
    name = convert(parameter.name)
    return parameter.replace(name=name, annotation=annotation, default=default)


def _described(annotation: Any, convert: Convert) -> Any:
    if annotation is inspect.Parameter.empty:
        return annotation
    return _Text(_annotation(annotation, convert))


class _Text(str):
    """Text that a signature shows as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _annotation(annotation: Any, convert: Convert) -> str:
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:  # the repr of some object, not of a type
        return _WORD.sub(lambda found: convert(found[0]), _ADDRESS.sub("", text))
    converted: ast.AST = _SyncTypes(convert).visit(tree)
    return ast.unparse(converted)


class _SyncTypes(ast.NodeTransformer):
    """Turn a type into its sync form, without the modules that its names come from."""

    def __init__(self, convert: Convert) -> None:
        self._convert: Convert = convert

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._convert(node.id))

    def visit_Attribute(self, node: ast.Attribute) -> ast.Name:
        return ast.Name(self._convert(node.attr))

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        name = node.value.attr if isinstance(node.value, ast.Attribute) else ast.unparse(node.value)
        arguments = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        self.generic_visit(node)
        if name in {"Awaitable", "Coroutine"}:
            # Who waits for it gets what stands last.
            return node.slice.elts[-1] if isinstance(node.slice, ast.Tuple) else node.slice
        if name in {"AsyncGenerator", "Generator"} and len(arguments) > 2:
            # What a generator returns has no counterpart among those that are awaited.
            node.slice = ast.Tuple(arguments[:2])
        return node
