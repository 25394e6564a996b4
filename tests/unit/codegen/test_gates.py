from __future__ import annotations

import ast
from pathlib import PurePosixPath

import pytest

from sdkbase.codegen._output import with_header
from sdkbase.codegen._residue import residue
from sdkbase.codegen._source import Token, f_strings
from tests.unit.codegen.project import Project

# It formats by ruff, again and again.
pytestmark = pytest.mark.usefixtures("uncovered_children")


@pytest.mark.parametrize(
    ("code", "node"),
    [
        ("async def f(): ...", "AsyncFunctionDef"),
        ("def f():\n    await x", "Await"),
        ("def f():\n    async for x in y: ...", "AsyncFor"),
        ("def f():\n    async with x: ...", "AsyncWith"),
    ],
)
def test_async_node_is_residue(code: str, node: str) -> None:
    messages = [message for _, message in residue(code, ast.parse(code))]
    assert f"the sync code still holds {node}" in messages


def test_async_comprehension_is_residue_even_on_a_marked_line() -> None:
    code = "x = [a async for a in b]  # sync: keep"
    assert list(residue(code, ast.parse(code))) == [
        (code, "the sync code still holds an async comprehension")
    ]


@pytest.mark.parametrize(
    "word",
    ["AsyncX", "async", "_async", "await", "awaited", "anyio", "asyncio", "aclose", "aread"]
    + ["__aiter__", "aiter_x", "anext", "asynchronously", "Async", "Awaitable"],
)
def test_word_is_residue_in_prose(word: str) -> None:
    assert list(residue(f"# a {word} b", ast.parse("")))
    assert not list(residue(f"# a {word} b  # sync: keep", ast.parse("")))


@pytest.mark.parametrize("word", ["waiter", "thread", "spread_out", "Syncing", "enclose"])
def test_word_is_not_residue(word: str) -> None:
    assert not list(residue(f"# {word}", ast.parse("")))


def test_keep_marker_works_inside_a_docstring(project: Project) -> None:
    code = '"""\nAsyncA\nThe other colour: await AsyncB.  # sync: keep\nAsyncC\n"""\n'
    assert project.sync(code) == (
        '"""\nSyncA\nThe other colour: await AsyncB.  # sync: keep\nSyncC\n"""\n'
    )


def test_keep_marker_keeps_names_too(project: Project) -> None:
    code = "from acme import aclose, Both  # sync: keep\n\nx = (aclose, Both)  # sync: keep\n"
    assert project.sync(code) == (
        "from acme import Both, aclose  # sync: keep\n\nx = (aclose, Both)  # sync: keep\n"
    )


def test_all_problems_are_listed_at_once(project: Project) -> None:
    project.write("import asyncio\nimport time\n", "a.py")
    project.write("def f(:\n", "b.py")
    project.write("# Runs async.\n", "c.py")
    project.replacements = {"nowhere": "x"}
    lines = project.refusal().splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "_async/b.py",
        "_async",
        "_async/a.py:1",
        "_async/a.py:2",
        "_async/c.py:1",
    ]
    assert not project.output.exists()


def test_file_that_is_not_utf_8_is_named(project: Project) -> None:
    (project.source / "module.py").write_bytes(b'x = "\xff"\n')
    assert project.refusal().startswith("_async/module.py: cannot be read as Python: 'utf-8'")


def test_missing_source_folder_is_named(project: Project) -> None:
    project.source.rmdir()
    assert project.refusal() == "_async: the source folder does not exist"


@pytest.mark.parametrize("name", ["async_tools.py", "aclose.py", "sub/_async/x.py", "aio/await.py"])
def test_module_name_with_a_colour_is_refused(project: Project, name: str) -> None:
    project.write("x = 1\n", name)
    assert "modules keep their names in the sync code" in project.refusal()


@pytest.mark.parametrize(
    "code",
    [
        "from a import AsyncPage\nfrom b import SyncPage\n",
        "class AsyncPage: ...\n\n\nclass SyncPage: ...\n",
        "from a import AsyncPage\n\n\nSyncPage = 1\n",
        "class C:\n    async def aclose(self): ...\n    def close(self): ...\n",
        "class C:\n    def __iter__(self): ...\n    def __aiter__(self): ...\n",
    ],
)
def test_two_names_that_become_one_are_refused(project: Project, code: str) -> None:
    assert "would both become" in project.refusal(code)


def test_two_names_of_one_module_may_become_one(project: Project) -> None:
    code = "from httpx import AsyncClient, Client\n\nx = (AsyncClient, Client)\n"
    assert project.sync(code) == "from httpx import Client\n\nx = (Client, Client)\n"


def test_source_that_unasync_breaks_is_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sdkbase.codegen._generate.to_sync", lambda texts, naming: ["f())"])
    assert project.refusal("x = 1\n").startswith(
        "_async/module.py: its sync code is not valid Python: unmatched ')'"
    )


def test_failure_of_ruff_is_told(project: Project) -> None:
    (project.root / "pyproject.toml").write_text("[tool.ruff]\nline-length = 'long'\n")
    assert project.refusal("x = 1\n").startswith(
        "_async/module.py: its sync code cannot be tidied: ruff check failed: "
    )


def test_header_of_another_source_is_drift(project: Project) -> None:
    project.sync("x = 1\n")
    path = project.output / "module.py"
    path.write_bytes(with_header("x = 1\n", PurePosixPath("_async/other.py")))
    assert [str(change) for change in project.check().changes] == ["_sync/module.py: differs"]


def test_text_that_the_tokens_lose_is_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sdkbase.codegen._source.text_of", lambda tokens: "")
    assert project.refusal("x = 1\n") == (
        "_async/module.py: cannot be read as Python: its tokens do not add up to its text"
    )


def test_path_outside_the_working_directory_is_shown_whole(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.source)
    project.output.mkdir()
    (project.output / "mine.py").touch()
    assert project.refusal().startswith(f"{project.output.as_posix()}/mine.py: has no async source")


def test_f_strings_are_found_in_the_tokens_of_every_python() -> None:
    old = [Token("STRING", "f'{a}'", 1), Token("STRING", "'b'", 1)]
    new = [
        Token("FSTRING_START", "f'", 1),
        Token("OP", "{", 1),
        Token("FSTRING_START", 'f"', 1),
        Token("FSTRING_MIDDLE", "x", 1),
        Token("FSTRING_END", '"', 1),
        Token("STRING", '"y"', 1),
        Token("OP", "}", 1),
        Token("FSTRING_END", "'", 1),
        Token("STRING", "'b'", 1),
    ]
    assert [token.src for token in f_strings(old)] == ["f'{a}'"]
    assert [token.src for token in f_strings(new)] == ['f\'{f"x""y"}\'']
