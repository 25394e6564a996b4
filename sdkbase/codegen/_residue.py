"""The last gate: nothing in the sync code may still speak of async."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_HINT = "reword it, or end the line with `# sync: keep`"

#: The marker `# sync: keep`: its line keeps its words as they are.
KEEP = re.compile(r"#\s*sync:\s*keep\b")

#: Wider than the words themselves: `async_client`, "Asynchronous" and `Awaitable` are residue too,
#: while "waiter" and "thread" are not.
RESIDUE = re.compile(
    r"Async[A-Z]\w*"
    r"|(?<![A-Za-z])[Aa]sync(?![a-z])\w*"
    r"|[Aa]synchronous(?:ly)?"
    r"|\w*await\w*|Awaitable|[Cc]oroutine\w*"
    r"|anyio|asyncio"
    r"|(?<![A-Za-z])(?:aclose|aread|aiter|anext)\w*"
)

_ASYNC_NODES = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)


def residue(code: str, tree: ast.Module) -> Iterator[tuple[str, str]]:
    """
    Find what is left of async in generated code.

    Args:
        code: The generated code, without its header.
        tree: The same code, parsed.

    Yields:
        The line that is wrong, without its indentation, and what is wrong there.
    """
    lines = [line.strip() for line in code.split("\n")]
    for node in ast.walk(tree):
        if isinstance(node, _ASYNC_NODES):
            yield lines[node.lineno - 1], f"the sync code still holds {type(node).__name__}"
        if isinstance(node, ast.comprehension) and node.is_async:
            line = lines[node.target.lineno - 1]
            yield line, "the sync code still holds an async comprehension"
    for line in lines:
        if not KEEP.search(line) and (found := RESIDUE.search(line)):
            yield line, f"the sync code still says {found[0]!r} ({_HINT})"
