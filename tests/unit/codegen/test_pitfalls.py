"""One test for each pitfall of unasync that the design lists; the numbers are those of the list."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from sdkbase.codegen._table import BASE, DOWNSTREAM, UNASYNC
from tests.unit.codegen.project import Project

# It formats by ruff, again and again.
pytestmark = pytest.mark.usefixtures("uncovered_children")

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def unasync(project: Project) -> ModuleType:
    # Imported by the generator, which keeps the warnings of setuptools away.
    project.generate()
    return sys.modules["unasync"]


@pytest.mark.parametrize("code", ["await(f())", "await[f][0]", "await(a)(b)"])
def test_pitfall_01_await_without_a_space_is_refused(project: Project, code: str) -> None:
    message = project.refusal(f"async def g(f):\n    x = 1\n    return {code}\n")
    assert message == (
        "_async/module.py:3: no space after 'await': run `ruff format` on the async source"
    )


def test_pitfall_02_the_source_is_never_overwritten(project: Project) -> None:
    path = project.write("async def f():\n    pass\n")
    before = path.read_bytes()
    # A relative source folder is what makes unasync write in place.
    relative = Project(Path("."))
    relative.generate()
    assert path.read_bytes() == before
    assert project.read() == "def f():\n    pass\n"


def test_pitfall_03_source_folder_names_elsewhere_in_the_path_are_left_alone(
    project: Project,
) -> None:
    inner = Project(project.root / "_async" / "my_async" / "acme")
    inner.write("async def f():\n    pass\n")
    inner.generate()
    assert [path.relative_to(project.root).as_posix() for path in project.root.rglob("*.py")] == [
        "_async/my_async/acme/_async/module.py",
        "_async/my_async/acme/_sync/module.py",
    ]


@pytest.mark.parametrize(
    "code",
    ['f"{await c.get()}"', 'f"{AsyncThing}"', "rf'{x!r:>{await w()}}'", 'f"use {c.aclose}"'],
)
def test_pitfall_04_await_in_f_string_is_refused(project: Project, code: str) -> None:
    message = project.refusal(f"async def f(c, w, x):\n    return {code}\n")
    assert message.startswith("_async/module.py:2: ")
    assert message.endswith("in an f-string: move it to a name outside")


@pytest.mark.parametrize("code", ['f"async"', 'f"{a}await"', 'f"""\n{a} async {a}\n"""'])
def test_pitfall_05_keyword_as_text_of_an_f_string_is_refused(project: Project, code: str) -> None:
    message = project.refusal(f"a = 1\nx = {code}\n")
    assert message.startswith("_async/module.py:2: ")
    assert message.endswith("in an f-string: move it to a name outside")


def test_pitfall_05_other_f_strings_are_left_alone(project: Project) -> None:
    code = 'a = "x"\nb = f"{a!r:>{10}} {{}} {a[:-1]} \\N{BULLET} {f\'{a}\'}"\n'
    assert project.sync(code) == code


def test_pitfall_06_httpx_names_become_names_that_httpx_has(project: Project) -> None:
    code = """\
        import httpx

        client = httpx.AsyncClient(transport=httpx.AsyncHTTPTransport())
        bases = (httpx.AsyncBaseTransport, httpx.AsyncByteStream)
        """
    assert project.sync(code) == (
        "import httpx\n\n"
        "client = httpx.Client(transport=httpx.HTTPTransport())\n"
        "bases = (httpx.BaseTransport, httpx.SyncByteStream)\n"
    )


def test_pitfall_07_own_class_named_like_one_of_httpx_is_refused(project: Project) -> None:
    assert project.refusal("class AsyncClient:\n    pass\n") == (
        "_async/module.py:1: rename 'AsyncClient': it is a library's name too, and becomes 'Client'"
    )


def test_pitfall_07_it_is_fine_where_both_become_the_same(project: Project) -> None:
    project.prefix = ""
    assert project.sync("class AsyncClient:\n    pass\n") == "class Client:\n    pass\n"


@pytest.mark.parametrize("name", ["_AsyncPool", "BaseAsyncPool"])
def test_pitfall_08_async_inside_a_name_is_refused(project: Project, name: str) -> None:
    assert project.refusal(f"class {name}:\n    pass\n") == (
        f"_async/module.py:1: rename '{name}': only a name that starts with Async can follow"
    )


def test_pitfall_08_names_without_a_rule_are_caught_as_residue(project: Project) -> None:
    message = project.refusal("def f(async_client, aiter_pages):\n    return async_client\n")
    assert message.splitlines()[0] == (
        "_async/module.py:1: the sync code still says 'async_client' "
        "(reword it, or end the line with `# sync: keep`): "
        "def f(async_client, aiter_pages):"
    )


def test_pitfall_08_marked_methods_and_functions_follow_the_table(project: Project) -> None:
    code = """\
        async def f(c):
            await c.handle_async_request(await anext(aiter(c)))
            async for part in c.aiter_bytes():
                await c.asend(part)
            await c.athrow(await c.aread())
            await c.aclose()
        """
    assert project.sync(code) == (
        "def f(c):\n"
        "    c.handle_request(next(iter(c)))\n"
        "    for part in c.iter_bytes():\n"
        "        c.send(part)\n"
        "    c.throw(c.read())\n"
        "    c.close()\n"
    )


def test_pitfall_09_contextlib_names_follow_the_table(project: Project) -> None:
    code = """\
        from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing


        async def f(c: AbstractAsyncContextManager[int]):
            async with AsyncExitStack() as stack, aclosing(c):
                await stack.enter_async_context(c)
                stack.push_async_callback(c.close)
                stack.push_async_exit(c)
        """
    assert project.sync(code) == (
        "from contextlib import AbstractContextManager, ExitStack, closing\n\n\n"
        "def f(c: AbstractContextManager[int]):\n"
        "    with ExitStack() as stack, closing(c):\n"
        "        stack.enter_context(c)\n"
        "        stack.callback(c.close)\n"
        "        stack.push(c)\n"
    )


def test_pitfall_10_absolute_imports_of_the_source_folder_follow(project: Project) -> None:
    code = """\
        from acme._async.client import AsyncAcme
        from .._async.pager import AsyncPager

        x = (AsyncAcme, AsyncPager)
        """
    assert project.sync(code) == (
        "from acme._sync.client import SyncAcme\n\n"
        "from .._sync.pager import SyncPager\n\n"
        "x = (SyncAcme, SyncPager)\n"
    )


def test_pitfall_11_strings_and_comments_follow(project: Project) -> None:
    code = '''\
        class AsyncThing:
            """
            Use an AsyncThing as in `async with AsyncThing() as thing`, or ``await thing.aclose()``.

            >>> user = await thing.users.retrieve(7)
            >>> async for user in thing.list(): ...
            """

            # An `AsyncThing` wraps an httpx.AsyncClient; see `async def get`.
            message = "AsyncThing is closed"
        '''
    assert project.sync(code) == (
        "class SyncThing:\n"
        '    """\n'
        "    Use a SyncThing as in `with SyncThing() as thing`, or ``thing.close()``.\n"
        "\n"
        "    >>> user = thing.users.retrieve(7)\n"
        "    >>> for user in thing.list(): ...\n"
        '    """\n'
        "\n"
        "    # A `SyncThing` wraps an httpx.Client; see `def get`.\n"
        '    message = "SyncThing is closed"\n'
    )


@pytest.mark.parametrize(
    "prose", ["You must await it here.", "Runs async.", "An asynchronous call.", "A coroutine."]
)
def test_pitfall_11_english_words_are_for_the_author_to_reword(
    project: Project, prose: str
) -> None:
    message = project.refusal(f'"""{prose}"""\n')
    assert message.startswith("_async/module.py:1: the sync code still says ")
    assert prose in message


@pytest.mark.parametrize(
    "code",
    [
        'def f(x: "AsyncIterator[int]"): ...',
        'def f() -> "AsyncPage[AsyncClient]": ...',
        'x: list["AsyncPage"] = []',
        'def f() -> Annotated["AsyncPage", "note"]: ...',
    ],
)
def test_pitfall_12_quoted_annotation_is_refused(project: Project, code: str) -> None:
    assert project.refusal(code + "\n") == (
        "_async/module.py:1: a quoted annotation: "
        "remove the quotes (`from __future__ import annotations`)"
    )


@pytest.mark.parametrize("cast", ["cast", "typing.cast"])
def test_pitfall_12_quoted_type_in_a_cast_is_refused(project: Project, cast: str) -> None:
    assert "a quoted type in `cast`" in project.refusal(f'y = {cast}("list[int]", x)\n')


def test_pitfall_12_strings_that_are_values_are_allowed(project: Project) -> None:
    code = (
        "from typing import Annotated, Literal\n\n\n"
        'def f(x: Literal["a"], y: Annotated[int, "note"]): ...\n'
    )
    assert project.sync(code) == code


def test_pitfall_13_a_marked_line_keeps_its_data(project: Project) -> None:
    code = """\
        wire = {"aclose": 1, "b": b"await"}  # sync: keep
        kind = "AsyncIterable"  # sync: keep
        pair = (r"Async" "AsyncX")  # sync: keep
        """
    assert project.sync(code) == (
        'wire = {"aclose": 1, "b": b"await"}  # sync: keep\n'
        'kind = "AsyncIterable"  # sync: keep\n'
        'pair = r"Async" "AsyncX"  # sync: keep\n'
    )


def test_pitfall_13_all_follows(project: Project) -> None:
    code = '__all__ = ["AsyncThing"]\n\n\nclass AsyncThing: ...\n'
    assert project.sync(code) == '__all__ = ["SyncThing"]\n\n\nclass SyncThing: ...\n'


@pytest.mark.parametrize(
    "code",
    [
        "from collections.abc import Awaitable\n\nx: Awaitable[int]\n",
        "from collections.abc import Coroutine\n\nx: Coroutine[None, None, int]\n",
        "import inspect\n\nx = inspect.isawaitable\n",
        "import inspect\n\nx = inspect.iscoroutinefunction\n",
    ],
)
def test_pitfall_14_types_of_awaited_things_are_residue(project: Project, code: str) -> None:
    assert "the sync code still says" in project.refusal(code)


def test_pitfall_14_a_two_colour_alias_follows(project: Project) -> None:
    code = "from .._shim import AsyncHook\n\nx: AsyncHook[int]\n"
    assert project.sync(code) == "from .._shim import SyncHook\n\nx: SyncHook[int]\n"


def test_pitfall_15_generators_and_iterators_come_from_the_same_module(project: Project) -> None:
    code = """\
        from collections.abc import AsyncGenerator, AsyncIterator, Iterator


        async def f() -> AsyncGenerator[int, None]:
            yield 1


        async def g(x: Iterator[int]) -> AsyncIterator[int]:
            yield 1
        """
    assert project.sync(code) == (
        "from collections.abc import Generator, Iterator\n\n\n"
        "def f() -> Generator[int, None]:\n    yield 1\n\n\n"
        "def g(x: Iterator[int]) -> Iterator[int]:\n    yield 1\n"
    )


@pytest.mark.parametrize("module", ["asyncio", "anyio", "trio", "time", "threading"])
@pytest.mark.parametrize(
    "form",
    ["import {}", "import {}.sub as x", "from {} import x", "from {}.sub import x"],
)
def test_pitfall_16_modules_of_one_colour_are_refused(
    project: Project, module: str, form: str
) -> None:
    message = project.refusal(f"def f():\n    {form.format(module)}\n\n    return x\n")
    assert message.startswith(f"_async/module.py:2: imports '{module}")
    assert message.endswith(
        "what differs by colour belongs in a shim outside (to wait: sdkbase.AsyncClock().sleep)"
    )


def test_pitfall_16_own_modules_of_that_name_are_allowed(project: Project) -> None:
    code = "from .time import x\nfrom .timeouts import y\n\nz = (x, y)\n"
    assert project.sync(code) == code


def test_pitfall_17_the_result_is_formatted_sorted_and_without_unused_imports(
    project: Project,
) -> None:
    code = """\
        from acme import AsyncB, Ruler, Thing
        from contextlib import suppress


        async def f(foo):
            x = (await
                 foo())
            return (await  # note
                    foo(x, AsyncB, Ruler, Thing))
        """
    assert project.sync(code) == (
        "from acme import Ruler, SyncB, Thing\n\n\n"
        "def f(foo):\n"
        "    x = foo()\n"
        "    return (  # note\n"
        "        foo(x, SyncB, Ruler, Thing)\n"
        "    )\n"
    )


def test_pitfall_18_line_ends_are_always_the_same(project: Project) -> None:
    project.write("async def f():\r\n    pass\r\n")
    project.generate()
    assert project.read() == "def f():\n    pass\n"
    assert b"\r" not in (project.output / "module.py").read_bytes()


def test_pitfall_18_the_file_says_where_it_comes_from(project: Project) -> None:
    project.write("", "sub/__init__.py")
    project.generate()
    first, second, rest = (project.output / "sub/__init__.py").read_text().split("\n")
    assert first == "# Generated from _async/sub/__init__.py by sdkbase.codegen. Do not edit."
    assert second == "# sha256: e3b0c44298fc1c14"
    assert rest == ""


def test_pitfall_18_the_twin_of_a_deleted_source_is_deleted(project: Project) -> None:
    project.write("x = 1\n")
    project.write("x = 1\n", "sub/gone.py").write_text("x = 2\n")
    project.generate()
    (project.source / "sub/gone.py").unlink()
    assert [str(change) for change in project.generate().changes] == ["_sync/sub/gone.py: orphan"]
    assert not (project.output / "sub").exists()


def test_pitfall_19_unasync_and_setuptools_are_not_needed_at_run_time() -> None:
    code = (
        "import sys, sdkbase.codegen\n"
        "print(*{'unasync', 'setuptools', 'tokenize_rt', 'ruff'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_pitfall_19_importing_setuptools_raises_no_warning(project: Project) -> None:
    code = (
        "from pathlib import Path\n"
        "from sdkbase.codegen import Target, generate\n"
        f"generate([Target(Path({str(project.source)!r}), Path({str(project.output)!r}))])"
    )
    project.write("x = 1\n")
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
    assert project.read() == "x = 1\n"


def test_pitfall_20_no_file_shadows_unasync(unasync: ModuleType) -> None:
    folders = [REPOSITORY / "tools", REPOSITORY / "sdkbase/codegen"]
    names = {path.name for folder in folders for path in folder.iterdir()}
    assert names.isdisjoint({"unasync.py", "unasync", "ruff.py", "tokenize_rt.py"})
    assert (unasync.__file__ or "").endswith("unasync/__init__.py")


def test_pitfall_21_time_and_locks_come_only_from_the_shim(project: Project) -> None:
    """What differs in meaning cannot be seen; what makes it differ must be imported."""
    code = """\
        from .._shim import AsyncLock


        async def f(lock: AsyncLock):
            async with lock:
                pass
        """
    assert project.sync(code) == (
        "from .._shim import SyncLock\n\n\ndef f(lock: SyncLock):\n    with lock:\n        pass\n"
    )
    assert project.refusal(code + "from threading import Lock\n")


def test_the_tables_know_what_unasync_does_by_itself(unasync: ModuleType) -> None:
    assert unasync.Rule("/a/", "/b/").token_replacements == UNASYNC


def test_the_tables_do_not_overlap() -> None:
    assert not UNASYNC.keys() & BASE.keys()
    assert not DOWNSTREAM.keys() & (BASE.keys() | UNASYNC.keys())
