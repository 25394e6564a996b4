"""Refuse async source that would become wrong sync code, or other code on another Python."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable, Iterator, Sequence

from ._config import Target
from ._errors import Problem
from ._names import Naming, clashes, defined_names
from ._residue import RESIDUE
from ._source import Source, f_strings

_SHIM = "what differs by colour belongs in a shim outside (to wait: sdkbase.AsyncClock().sleep)"
_WORD = re.compile(r"\w+")
_COLOURED_MODULES = {"asyncio", "anyio", "trio", "time", "threading"}
_COLOURED_TEXT = re.compile(r"Async[A-Z]\w*|\w*(?:async|await)\w*")
_MISPLACED_ASYNC = re.compile(r"\w+Async[A-Z]")
_GAP = {"UNIMPORTANT_WS", "ESCAPED_NL", "NL"}

_ANNOTATION = "a quoted annotation: remove the quotes (`from __future__ import annotations`)"
_CAST = "a quoted type in `cast`: remove the quotes"


def lint(target: Target, sources: Sequence[Source], naming: Naming) -> Iterator[Problem]:
    """
    Find everything in a target that cannot be generated faithfully.

    Args:
        target: Gives the prefix and the extra replacements.
        sources: The parsed sources.
        naming: Gives the sync form of each name.

    Yields:
        One problem for each place.
    """
    yield from _options(target)
    for name in unused(target.replacements, sources):
        message = f"the replacement {name!r} is not used by any source: remove it"
        yield Problem(message, target.source)
    for source in sources:
        for line, message in _source_problems(target, source, naming):
            yield Problem(message, source.path, line)


def unused(names: Iterable[str], sources: Iterable[Source]) -> list[str]:
    """
    Find the replacements that no source needs.

    Args:
        names: The names to look for.
        sources: Searched for them, strings and comments included.

    Returns:
        The names that do not occur, in the order given.
    """
    words = {word for source in sources for word in _WORD.findall(source.text)}
    return [name for name in names if name not in words]


def _options(target: Target) -> Iterator[Problem]:
    if target.prefix and (not target.prefix.isidentifier() or target.prefix.startswith("Async")):
        yield Problem(f"{target.prefix!r} cannot be a prefix of sync names", target.source)
    for name, value in target.replacements.items():
        if not name.isidentifier() or keyword.iskeyword(name) or not value:
            message = f"the replacement {name!r} = {value!r} is not from one name to another"
            yield Problem(message, target.source)


def _source_problems(
    target: Target, source: Source, naming: Naming
) -> Iterator[tuple[int | None, str]]:
    yield from _path(source, naming)
    yield from _imports(source.tree)
    yield from _keywords(source)
    yield from _f_strings(source, naming)
    yield from _names(source, naming)
    yield from _definitions(target, source, naming)
    yield from _quoted_annotations(source.tree)
    yield from clashes(source, naming, from_outside=target.prefix != "Sync")


def _path(source: Source, naming: Naming) -> Iterator[tuple[None, str]]:
    for part in source.relative.parts:
        name = part.removesuffix(".py")
        if naming.convert(name) != name or RESIDUE.search(name):
            yield None, f"rename {part!r}: modules keep their names in the sync code"


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), level=0):
                modules = [module]
            case _:
                continue
        for module in modules:
            if module.partition(".")[0] in _COLOURED_MODULES:
                message = f"imports {module!r}: {_SHIM}"
                yield node.lineno, message


def _keywords(source: Source) -> Iterator[tuple[int | None, str]]:
    """Find what unasync would drop together with the keyword."""
    for token, after in zip(source.tokens, source.tokens[1:], strict=False):
        if token.src in {"async", "await"} and after.name not in _GAP:
            yield token.line, f"no space after {token.src!r}: run `ruff format` on the async source"


def _f_strings(source: Source, naming: Naming) -> Iterator[tuple[int | None, str]]:
    """Python 3.12 changed the tokens of f-strings, and with them what unasync can see."""
    for token in f_strings(source.tokens):
        words = _COLOURED_TEXT.findall(token.src) + _WORD.findall(token.src)
        coloured = [word for word in words if _COLOURED_TEXT.match(word) or word in naming]
        if coloured:
            yield token.line, f"{coloured[0]!r} in an f-string: move it to a name outside"


def _names(source: Source, naming: Naming) -> Iterator[tuple[int | None, str]]:
    seen: set[str] = set()
    for token in source.tokens:
        name = token.src
        if token.name != "NAME" or name in seen or name in naming:
            continue
        seen.add(name)
        if _MISPLACED_ASYNC.match(name):
            yield token.line, f"rename {name!r}: only a name that starts with Async can follow"


def _definitions(
    target: Target, source: Source, naming: Naming
) -> Iterator[tuple[int | None, str]]:
    """Tokens have no scope: a library's name in the table rules out a class of our own."""
    for name, line in defined_names(source.tree):
        converted = naming.convert(name)
        by_rule = target.prefix + name.removeprefix("Async")
        if name not in target.replacements and converted != by_rule:
            yield line, f"rename {name!r}: it is a library's name too, and becomes {converted!r}"


def _quoted_annotations(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Find strings that are types: unasync replaces a string as a whole or not at all."""
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
