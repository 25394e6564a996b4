from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

from sdkbase.cli._parity import check_parity
from tests.unit.cli.sdk import Sdk
from tools import generate_sync

# It formats by ruff, again and again.
pytestmark = pytest.mark.usefixtures("uncovered_children")

SHIM = """# sync: skip
class AsyncPause:
    async def rest(self, seconds: float = 1.0, *, why: str | None = None) -> list[int]:
        return []

    async def close(self) -> None: ...


async def open_all() -> None: ...
"""
TWIN = """
class Pause:
    def rest(self, seconds: float = 1.0, *, why: str | None = None) -> list[int]:
        return []

    def close(self) -> None: ...


def open_all() -> None: ...
"""


# --- drift ----------------------------------------------------------------------------------


def test_sync_code_that_is_out_of_date_is_named(sdk: Sdk) -> None:
    sdk.add("src/acme/_async/users.py", "\n\nPAGE_SIZE = 100\n")
    output = sdk.refusal()
    assert "error: src/acme/_sync/users.py: differs\n" in output
    assert "error: the sync code is out of date. Run: sdkbase sync\n" in output
    assert "parity: not compared, as the sync code is out of date\n" in output
    assert "examples: 3 decoded" in output


def test_the_command_names_another_folder(sdk: Sdk) -> None:
    sdk.path("src/acme/_sync/users.py").unlink()
    output = Sdk(sdk.folder.parent, "acme").fails("sdkbase.cli", "check", "acme")
    assert "error: acme/src/acme/_sync/users.py: missing\n" in output
    assert "Run: sdkbase sync acme\n" in output


def test_a_source_that_cannot_be_generated_is_named(sdk: Sdk) -> None:
    sdk.add("src/acme/_async/users.py", "\n\nimport asyncio\n")
    output = sdk.refusal()
    assert "sync code: cannot be generated\n" in output
    assert "users.py:" in output
    assert "imports 'asyncio'" in output


def test_a_folder_without_a_project_is_named(sdk: Sdk) -> None:
    output = sdk.fails("sdkbase.cli", "check", "nowhere")
    assert output == "error: nowhere/pyproject.toml: cannot be read: no project here?\n"


# --- parity ---------------------------------------------------------------------------------


@pytest.fixture
def shim(sdk: Sdk) -> Sdk:
    """Add a module whose two halves are written by hand."""
    sdk.path("src/acme/_async/pause.py").write_text(SHIM)
    sdk.path("src/acme/_sync/pause.py").write_text(TWIN)
    return sdk


def test_a_twin_by_hand_that_fits_is_fine(shim: Sdk) -> None:
    assert "parity: 4 classes and functions compared\n" in shim.check()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "seconds: float = 1.0",
            "seconds: float = 2.0",
            "AsyncPause.rest is (self, seconds:",
        ),
        ("seconds: float", "seconds: int", "and its sync twin is (self, seconds: int = 1.0"),
        (", *, why", ", why", "and its sync twin is (self, seconds: float = 1.0, why: str"),
        ("list[int]", "list[str]", "-> list[str]"),
        ("def close(self)", "def shut(self)", "AsyncPause.close is only in the async half"),
        ("def close(self)", "def shut(self)", "AsyncPause.shut is only in the sync half"),
        ("class Pause", "class Break", "AsyncPause has no sync twin Pause in"),
        ("class Pause", "class Break", "Break has no async form in pause.py"),
        (
            "def close",
            "async def close",
            "AsyncPause.close is a coroutine function in",
        ),
        ("def open_all", "async def open_all", "open_all is a coroutine function in the sync half"),
        ("class Pause", "import nothing_here\n\nclass Pause", "cannot be imported: ModuleNotFound"),
    ],
)
def test_a_twin_by_hand_that_differs_is_named(shim: Sdk, old: str, new: str, message: str) -> None:
    shim.replace("src/acme/_sync/pause.py", old, new)
    output = shim.refusal()
    assert message in output
    assert "/pause.py: " in output


def test_a_skipped_source_needs_no_twin(sdk: Sdk) -> None:
    sdk.path("src/acme/_async/pause.py").write_text(SHIM)
    assert "parity: 2 classes and functions compared\n" in sdk.check()


def test_the_folder_comes_before_an_installed_package(
    sdk: Sdk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "installed/acme").mkdir(parents=True)
    (tmp_path / "installed/acme/__init__.py").write_text("raise SystemExit('the wrong one')")
    monkeypatch.syspath_prepend(tmp_path / "installed")
    assert "parity: 2 classes" in sdk.check()


def test_a_module_that_is_loaded_from_elsewhere_is_named(
    sdk: Sdk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere/acme/_async").mkdir(parents=True)
    (tmp_path / "elsewhere/acme/__init__.py").write_text("")
    (tmp_path / "elsewhere/acme/_async/__init__.py").write_text("")
    with monkeypatch.context() as patch:
        patch.syspath_prepend(tmp_path / "elsewhere")
        import_module("acme._async")
    message = "src/acme/_async/__init__.py: cannot be imported: ImportError: another package of"
    try:
        assert message in sdk.refusal()
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "acme"]:
            del sys.modules[name]


@pytest.mark.usefixtures("uncovered")
def test_both_halves_of_this_repository_are_alike() -> None:
    for target in generate_sync.TARGETS:
        found = check_parity([target])
        assert [str(problem) for problem in found.problems] == []
        assert found.compared or "tests" in target.source.parts


# --- examples -------------------------------------------------------------------------------


def test_an_example_that_does_not_fit_is_named_with_its_json_path(sdk: Sdk) -> None:
    sdk.replace("tests/recordings/users.json", '"id": 8', '"id": "8"')
    output = sdk.refusal()
    assert "examples: 2 decoded\n" in output
    assert (
        "error: tests/recordings/users.json: Expected `int`, got `str` - at `$.items[1].id`\n"
        in output
    )


def test_an_example_that_is_no_json_is_named(sdk: Sdk) -> None:
    sdk.path("tests/recordings/user.json").write_bytes(b"<html>\xff")
    assert "error: tests/recordings/user.json: JSON is malformed" in sdk.refusal()


def test_a_byte_order_mark_is_no_mistake(sdk: Sdk) -> None:
    path = sdk.path("tests/recordings/user.json")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    sdk.check()


def test_each_line_of_a_recorded_stream_is_decoded(sdk: Sdk) -> None:
    sdk.add("pyproject.toml", '"tests/recordings/*.jsonl" = "acme:User"\n')
    user = '{"id": 1, "name": "Ada", "created_at": "2024-03-01T09:30:00Z"}\n'
    path = sdk.path("tests/recordings/stream.jsonl")
    path.write_text(user + "\n" + user)
    assert "examples: 4 decoded\n" in sdk.check()
    path.write_text(user + "\n" + '{"id": 1}\n')
    assert (
        "error: tests/recordings/stream.jsonl:3: Object missing required field `name`\n"
        in sdk.refusal()
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('"nothing/*.json" = "acme:User"', "'nothing/*.json' matches no file"),
        ('"tests/*/user.json" = "User"', "'User' is not of the form 'acme.models:User'"),
        ('"tests/*/user.json" = "acme:Nobody"', "cannot be imported: NameError: name 'Nobody'"),
        ('"tests/*/user.json" = "acme.no:User"', "cannot be imported: ModuleNotFoundError"),
        ('"tests/*/user.json" = "acme:User["', "cannot be imported: SyntaxError"),
        ('"tests/*/user.json" = "acme:Acme"', "Acme can not be decoded"),
    ],
)
def test_a_line_that_leads_nowhere_is_named(sdk: Sdk, line: str, message: str) -> None:
    sdk.add("pyproject.toml", f"{line}\n")
    output = sdk.refusal()
    assert "error: [tool.sdkbase.check.examples] " in output
    assert message in output


def test_a_model_may_be_a_type_of_several_parts(sdk: Sdk) -> None:
    sdk.add("pyproject.toml", '"tests/lists/*.json" = "acme:list[User | None]"\n')
    sdk.path("tests/lists").mkdir()
    sdk.path("tests/lists/a.json").write_text("[null]")
    assert "examples: 4 decoded\n" in sdk.check()


def test_a_recording_that_was_forgotten_is_named(sdk: Sdk) -> None:
    sdk.path("tests/recordings/post.json").write_text("{}")
    assert (
        "error: tests/recordings/post.json: no pattern of [tool.sdkbase.check.examples] "
        "gives it a model\n" in sdk.refusal()
    )


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            "[tool.sdkbase.check]\nexample = 1",
            "[tool.sdkbase.check] does not know the key 'example'",
        ),
        (
            "[tool.sdkbase.check]\nexamples = 'a'",
            "check.examples] needs lines such as",
        ),
        (
            "[tool.sdkbase.check.examples]\na = 1",
            "check.examples] needs lines such as",
        ),
    ],
)
def test_wrong_settings_are_named(sdk: Sdk, table: str, message: str) -> None:
    settings, _, _ = sdk.path("pyproject.toml").read_text().partition("[tool.sdkbase.check.")
    sdk.path("pyproject.toml").write_text(settings + table + "\n")
    output = sdk.refusal()
    assert output.startswith("error: pyproject.toml: ")
    assert message in output


def test_an_sdk_without_examples_is_fine(sdk: Sdk) -> None:
    settings, _, _ = sdk.path("pyproject.toml").read_text().partition("[tool.sdkbase.check.")
    sdk.path("pyproject.toml").write_text(settings)
    assert "examples: 0 decoded\n" in sdk.check()
