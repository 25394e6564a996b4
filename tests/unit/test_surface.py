"""The public surface: complete, the same in both colours, and free to import."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import pkgutil
import re
import subprocess
import sys
from typing import Any

import pytest

import sdkbase
from sdkbase import sync
from sdkbase._exports import LATE

_COLOUR = re.compile(r"\bAsync(?=[A-Z])")
# What a signature of the async half says where its sync twin says something else.
_WORDS = {
    "AsyncClient": "Client",
    "AsyncBaseTransport": "BaseTransport",
    "AsyncIterator": "Iterator",
    "AsyncIterable": "Iterable",
    "AsyncGenerator": "Generator",
    "_async": "_sync",
    "aclose": "close",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "handle_async_request": "handle_request",
    "create_http_client": "create_sync_http_client",
}
ASYNC_CLASSES = [name for name in sdkbase.__all__ if name.startswith("Async")]


def sync_form(text: str) -> str:
    for word, twin in _WORDS.items():
        text = re.sub(rf"(?<!\w){word}(?!\w)", twin, text)
    return _COLOUR.sub("Sync", text)


# --- __all__ --------------------------------------------------------------------------------


def public_names(module: Any) -> set[str]:
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    } - {"annotations", "TYPE_CHECKING"}


def test_all_is_the_true_surface() -> None:
    for name in sdkbase.__all__:
        getattr(sdkbase, name)  # loads what is loaded late
    assert public_names(sdkbase) == set(sdkbase.__all__) - {"__version__"}
    assert public_names(sync) == set(sync.__all__)


def test_no_name_is_listed_twice() -> None:
    assert len(sdkbase.__all__) == len(set(sdkbase.__all__))


def test_names_are_sorted_within_their_groups() -> None:
    source = inspect.getsource(sdkbase)
    body = source[source.index("__all__ = [") : source.index("]", source.index("__all__ = ["))]
    groups = re.split(r"\n\s*# [a-z ]+\n", body)[1:]
    assert len(groups) > 3
    for group in groups:
        names = re.findall(r'"(\w+)"', group)
        kinds = ([], [], [])  # type: tuple[list[str], list[str], list[str]]
        for name in names:
            kinds[0 if name.isupper() else 1 if name[0].isupper() else 2].append(name)
        assert names == [name for kind in kinds for name in sorted(kind)], names


def test_every_error_is_exported() -> None:
    errors = {
        name
        for name, value in vars(sdkbase.errors).items()
        if inspect.isclass(value) and issubclass(value, sdkbase.SdkError)
    }
    assert errors <= set(sdkbase.__all__)


def test_objects_say_that_they_are_of_sdkbase() -> None:
    for name in sdkbase.__all__:
        value = getattr(sdkbase, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert value.__module__ == "sdkbase", name
            assert value.__qualname__ == name


def test_objects_have_docstrings() -> None:
    found = [*vars(sync).items(), *vars(sdkbase).items()]
    for name, value in found:
        if name in sdkbase.__all__ and inspect.isroutine(value):
            assert inspect.getdoc(value), name


# --- twins ----------------------------------------------------------------------------------


def coloured_modules() -> list[str]:
    package = importlib.import_module("sdkbase._async")
    found = pkgutil.walk_packages(package.__path__, "sdkbase._async.")
    return [module.name for module in found]


@pytest.mark.parametrize("name", ASYNC_CLASSES)
def test_every_public_class_has_its_twin(name: str) -> None:
    twin = name.replace("Async", "Sync", 1)
    assert twin in sdkbase.__all__
    assert members(getattr(sdkbase, name)) == members(getattr(sdkbase, twin))


@pytest.mark.parametrize("name", coloured_modules())
def test_every_module_has_the_same_names_and_signatures(name: str) -> None:
    here = importlib.import_module(name)
    there = importlib.import_module(name.replace("_async", "_sync"))
    own = {sync_form(key) for key in defined_in(here)}
    assert own == set(defined_in(there))
    for key, value in defined_in(here).items():
        assert members(value) == members(getattr(there, sync_form(key))), key


def defined_in(module: Any) -> dict[str, Any]:
    return {
        name: value
        for name, value in vars(module).items()
        if (inspect.isclass(value) or inspect.isfunction(value))
        and value.__module__ in (module.__name__, "sdkbase", "sdkbase.sync")
        and inspect.getmodule(inspect.unwrap(value)) in (module, sdkbase, sync)
        and not name.startswith("_")
        and f"{module.__name__.rpartition('.')[2]}.py" in (source_file(value) or "")
    }


def source_file(value: Any) -> str | None:
    functions = [value, *vars(value).values()] if inspect.isclass(value) else [value]
    for function in functions:
        code = getattr(inspect.unwrap(function), "__code__", None)
        if code is not None:
            return str(code.co_filename)
    return None


def members(value: Any) -> dict[str, str]:
    """Return the public names of a class or function with what they take, in sync words."""
    if inspect.isfunction(value):
        return {"()": parameters(value)}
    names = [name for name in dir(value) if not name.startswith("_") or name in _WORDS.values()]
    names += [name for name in dir(value) if name in _WORDS]
    # What only refuses the other colour has no twin of the same form.
    names = [name for name in names if not is_guard(inspect.getattr_static(value, name))]
    return {
        sync_form(name): parameters(inspect.getattr_static(value, name))
        for name in sorted({*names, "__init__"})
    }


def is_guard(value: Any) -> bool:
    return getattr(value, "__module__", None) == "sdkbase._concurrency._colour"


def parameters(value: Any) -> str:
    function = value.__func__ if isinstance(value, classmethod | staticmethod) else value
    function = function.fget if isinstance(function, property) else function
    if not inspect.isroutine(function) or not hasattr(function, "__code__"):
        return type(value).__name__
    found = inspect.signature(function).parameters.values()
    return sync_form(", ".join(str(parameter) for parameter in found)).replace('"', "'")


@pytest.mark.parametrize("name", sync.__all__)
def test_module_level_functions_have_the_same_parameters(name: str) -> None:
    assert parameters(getattr(sdkbase, name)) == parameters(getattr(sync, name))
    assert inspect.iscoroutinefunction(getattr(sdkbase, name))
    assert not inspect.iscoroutinefunction(getattr(sync, name))


def test_the_two_factories_take_the_same() -> None:
    both = sdkbase.create_http_client, sdkbase.create_sync_http_client
    assert parameters(both[0]) == parameters(both[1])
    # Those of the seed come first, in its order.
    assert list(inspect.signature(both[0]).parameters)[:8] == [
        "base_url",
        "max_retries",
        "timeout_seconds",
        "max_connections",
        "enable_logging",
        "enable_metrics",
        "log_level",
        "rate_limit",
    ]


def test_no_coroutine_function_is_left_in_the_sync_half() -> None:
    for name in coloured_modules():
        module = importlib.import_module(name.replace("_async", "_sync"))
        for value in defined_in(module).values():
            for member in vars(value).values() if inspect.isclass(value) else [value]:
                assert not inspect.iscoroutinefunction(member), member


# --- importing ------------------------------------------------------------------------------

PROBE = """
import ssl, sys, threading

made = []
real = ssl.SSLContext.__new__
ssl.SSLContext.__new__ = lambda cls, *args, **kwargs: made.append(cls) or real(cls, *args, **kwargs)
import sdkbase
{more}
print("loguru" in sys.modules, threading.active_count(), len(made))
"""
MAKE_CLIENTS = """
sdkbase.AsyncHttpClient("https://api.example")
sdkbase.SyncHttpClient("https://api.example", retry_config=sdkbase.RetryConfig())
"""


@pytest.mark.parametrize("more", ["", MAKE_CLIENTS], ids=["import", "clients"])
def test_importing_and_making_clients_costs_nothing_to_others(more: str) -> None:
    # No loguru, so no handler of it either; one thread, the main one; no TLS context.
    assert run(PROBE.format(more=more)) == "False 1 0"


def test_logging_interceptors_leave_the_handlers_alone() -> None:
    probe = """
from loguru import logger
before = set(logger._core.handlers)
import sdkbase
sdkbase.create_http_client("https://api.example")
sdkbase.create_sync_http_client("https://api.example", log_level="DEBUG")
print(set(logger._core.handlers) == before, logger._core.min_level)
"""
    assert run(probe) == "True 10"


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert not done.stderr, done.stderr
    return done.stdout.strip()


# --- what is loaded late --------------------------------------------------------------------


def test_the_late_names_are_those_that_checkers_import() -> None:
    tree = ast.parse(inspect.getsource(sdkbase))
    (block,) = (
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    imported = {
        node.module: {alias.name for alias in node.names}
        for node in ast.walk(block)
        if isinstance(node, ast.ImportFrom)
    }
    assert {module: set(names.split()) for module, names in LATE.items()} == imported


FIRST_CALL = """
import httpx, sdkbase

class Notes({colour}Resource[dict[str, int]]):
    path = "/notes"

transport = httpx.MockTransport(lambda request: httpx.Response(200, json={{"id": 7}}))
client = {colour}HttpClient("https://api.example", transport=transport)
resource = Notes(client)
"""
SYNC_CALL = (
    FIRST_CALL.format(colour="sdkbase.Sync") + 'assert resource._get("/{id}", 7) == {"id": 7}\n'
)
ASYNC_CALL = FIRST_CALL.format(colour="sdkbase.Async") + (
    'import asyncio\nassert asyncio.run(resource._get("/{id}", 7)) == {"id": 7}\n'
)
# What the first call of a program must not pay for.
RARE = """
_concurrency._files _concurrency._part_file _concurrency._race _concurrency._workers
_observe.logging _observe.logging_setup _observe.sinks _policy.auth.grant _policy.auth.oauth2
_policy.download _policy.pagination _policy.reconnect _policy.token _wire.checksum
_wire.decode_error _wire.error_body _wire.form _wire.library_codings _wire.lines _wire.multipart
_wire.sse _wire.status _wire.upload models progress sync testing
"""
COLOURED = """
bulkhead client crud download event_stream guards hedge item_stream opener pager prefetch
redis_limits token_source turns
"""
FOREIGN = {"difflib", "html.entities", "loguru", "pyreqwest", "queue", "rich", "trio"}


def late_names(used: str) -> set[str]:
    mine = {f"{colour}.{name}" for colour in ("_async", "_sync") for name in COLOURED.split()}
    return {f"sdkbase.{name}" for name in {*RARE.split(), *mine} - {f"{used}.client"}} | FOREIGN


@pytest.mark.parametrize(
    ("program", "late"),
    [
        ("import sdkbase", late_names("") | {"sdkbase._async", "sdkbase._sync", "sdkbase._wire"}),
        (SYNC_CALL, late_names("_sync") | {"sdkbase._async", "asyncio"}),
        (ASYNC_CALL, late_names("_async") - {"queue"} | {"sdkbase._sync"}),
    ],
    ids=["import", "sync call", "async call"],
)
def test_a_program_loads_only_what_it_uses(program: str, late: set[str]) -> None:
    # Not what was there before, as when coverage is measured.
    first, last = "import sys; before = set(sys.modules)", "print(*sys.modules.keys() - before)"
    loaded = set(run(f"{first}\n{program}\n{last}").split())
    assert loaded & late == set()
    # Or the names above are of modules that are gone.
    for name in late - FOREIGN - {"asyncio"}:
        assert importlib.util.find_spec(name), name


@pytest.mark.parametrize("name", [name for name in sdkbase.__all__ if name[0].isupper()])
def test_late_classes_have_annotations_that_can_be_read(name: str) -> None:
    value = getattr(sdkbase, name)
    if inspect.isclass(value):
        notes = inspect.get_annotations(value).values()
        assert not [note for note in notes if isinstance(note, str)]


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(AttributeError, match="module 'sdkbase' has no attribute 'Nothing'"):
        getattr(sdkbase, "Nothing")  # noqa: B009
    assert set(sdkbase.__all__) <= set(dir(sdkbase))
