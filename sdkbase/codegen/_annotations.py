"""Find annotations written as strings: unasync replaces a string as a whole or not at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_ANNOTATION = "a quoted annotation: remove the quotes (`from __future__ import annotations`)"
_CAST = "a quoted type in `cast`: remove the quotes"


def quoted_annotations(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """
    Find quoted annotations and quoted types in `cast`.

    Args:
        tree: The module.

    Yields:
        The line and what to do about it.
    """
    for node in ast.walk(tree):
        for annotation in _annotations(node):
            for line in _strings(annotation):
                yield line, _ANNOTATION
        match node:
            case ast.Call(func=ast.Name(id="cast") | ast.Attribute(attr="cast"), args=[first, *_]):
                for line in _strings(first):
                    yield line, _CAST
            case _:
                pass


def _annotations(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.arg(annotation=ast.expr() as annotation):
            yield annotation
        case ast.AnnAssign(annotation=annotation):
            yield annotation
        case (
            ast.FunctionDef(returns=ast.expr() as annotation)
            | ast.AsyncFunctionDef(returns=ast.expr() as annotation)
        ):
            yield annotation
        case _:
            pass


def _strings(node: ast.AST) -> Iterator[int]:
    match node:
        case ast.Constant(value=str()):
            yield node.lineno
        case ast.Subscript(value=ast.Name(id="Literal") | ast.Attribute(attr="Literal")):
            # The strings in a Literal are values.
            return
        case ast.Subscript(
            value=ast.Name(id="Annotated") | ast.Attribute(attr="Annotated"),
            slice=ast.Tuple(elts=[first, *_]),
        ):
            yield from _strings(first)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _strings(child)
