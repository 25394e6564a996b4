from __future__ import annotations

import ast
import keyword
import subprocess
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase import __version__
from sdkbase.cli import _new, main
from sdkbase.cli._new import TAKEN_CLASSES, Names, create
from sdkbase.codegen import CodegenError, MissingToolError, _errors
from tests.unit.cli.sdk import Sdk, run

# It formats by ruff, again and again.
pytestmark = pytest.mark.usefixtures("uncovered_children")

LONGEST = "a-very-long-name-of-a-service1"
WORDS = st.lists(st.text("abcXYZ019", min_size=1, max_size=6), min_size=1, max_size=4)


def test_a_new_sdk_passes_everything_at_once(
    sdk: Sdk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = tmp_path_factory.getbasetemp() / "mypy"
    assert "8 passed" in sdk.passes("pytest", "-q", "-p", "no:cacheprovider")
    assert "no issues found" in sdk.passes("mypy", "--cache-dir", str(cache))
    sdk.passes("ruff", "check", "--no-cache")
    sdk.passes("ruff", "format", "--check", "--no-cache")
    assert sdk.passes("sdkbase.cli", "sync", "--check") == "0 changed, 4 up to date\n"
    assert sdk.check().splitlines() == [
        "sync code: 4 files up to date",
        "parity: 2 classes and functions compared",
        "examples: 3 decoded",
    ]


def test_everything_an_sdk_needs_is_there(sdk: Sdk) -> None:
    files = {path.relative_to(sdk.folder).as_posix() for path in sdk.folder.rglob("*")}
    assert files >= {
        ".gitattributes",
        ".github/workflows/ci.yml",
        ".gitignore",
        ".pre-commit-config.yaml",
        "README.md",
        "pyproject.toml",
        "src/acme/_async/users.py",
        "src/acme/_sync/users.py",
        "src/acme/py.typed",
        "tests/_async/test_users.py",
        "tests/_sync/test_users.py",
    }
    assert not [name for name in files if "dot_" in name or "tmpl" in name or "__package" in name]
    # What GitHub fills in is not ours to fill in.
    assert (
        "python-version: ${{ matrix.python }}" in sdk.path(".github/workflows/ci.yml").read_text()
    )


def test_the_base_is_required_in_the_version_that_wrote_the_sdk(sdk: Sdk) -> None:
    project = tomllib.loads(sdk.path("pyproject.toml").read_text())
    (needs,) = project["project"]["dependencies"]
    major, minor = __version__.split(".")[:2]
    assert needs.startswith(f"sdkbase>={major}.{minor},<")
    assert needs.removeprefix("sdkbase") in project["build-system"]["requires"][1]


@pytest.mark.parametrize(
    ("version", "requirement"),
    [("0.1.0", ">=0.1,<0.2"), ("0.9.1", ">=0.9,<0.10"), ("1.4.0", ">=1.4,<2")],
)
def test_the_next_version_that_may_break_is_left_out(
    version: str, requirement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_new, "__version__", version)
    assert _new._values(Names.of("acme"), None)["requirement"] == requirement


# --- names ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("acme", Names("Acme", "acme", "acme", "Acme")),
        ("Acme-API", Names("Acme API", "acme-api", "acme_api", "AcmeApi")),
        ("acme_api", Names("Acme Api", "acme-api", "acme_api", "AcmeApi")),
        ("GitHub", Names("GitHub", "github", "github", "GitHub")),
        ("s3", Names("S3", "s3", "s3", "S3")),
        ("open.ai-2", Names("Open Ai 2", "open-ai-2", "open_ai_2", "OpenAi2")),
    ],
)
def test_one_name_gives_all_spellings(name: str, expected: Names) -> None:
    assert Names.of(name) == expected


@given(WORDS, st.sampled_from("-_."))
def test_every_name_that_is_taken_works_in_python(words: list[str], separator: str) -> None:
    try:
        names = Names.of(separator.join(words))
    except CodegenError:
        return
    assert names.package.isidentifier() and not keyword.iskeyword(names.package)
    assert names.client.isidentifier() and names.client[0].isupper()
    assert names.package == names.package.lower()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("3x", "a letter first"),
        ("", "a letter first"),
        ("a--b", "words parted by '-'"),
        ("a b", "words parted by '-'"),
        ("../x", "words parted by '-'"),
        ("-x", "a letter first"),
        ("äpi", "letters and digits"),
        ("x" * 31, "at most 30 characters"),
        ("class", "'class' is taken in Python; try 'class-sdk'"),
        ("json", "'json' is taken in Python; try 'json-sdk'"),
        ("Sdkbase", "'sdkbase' is taken in Python"),
        ("tests", "'tests' is taken in Python"),
        ("users", "'Users' is a class of the new SDK already"),
        ("http-client", "'HttpClient' is a class of the new SDK already"),
    ],
)
def test_names_that_cannot_work_are_refused(name: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(CodegenError) as caught:
        create(name, path=tmp_path / "sdk")
    assert str(caught.value).startswith(f"{name!r} cannot be the name of an SDK: ")
    assert reason in str(caught.value)
    assert not (tmp_path / "sdk").exists()


def test_the_list_of_taken_classes_is_complete(sdk: Sdk) -> None:
    found: set[str] = set()
    for path in sdk.folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                found.add(node.name)
            if isinstance(node, ast.ImportFrom):
                found |= {alias.name for alias in node.names}
    classes = {name.removeprefix("Async").removeprefix("Sync") for name in found}
    assert {name for name in classes if name[:1].isupper()} - {"Acme"} == TAKEN_CLASSES


def test_the_longest_name_gives_code_in_form(tmp_path: Path) -> None:
    assert len(LONGEST) == 30
    create(LONGEST, path=tmp_path)
    sdk = Sdk(tmp_path, LONGEST.replace("-", "_"))
    sdk.passes("ruff", "check", "--no-cache")
    sdk.passes("ruff", "format", "--check", "--no-cache")
    assert "examples: 3 decoded" in sdk.check()
    assert "class AVeryLongNameOfAService1(" in (
        sdk.path(f"src/{sdk.package}/_sync/client.py").read_text()
    )


# --- the command ----------------------------------------------------------------------------


def test_the_folder_is_named_like_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "Acme-API"]) == 0
    out = capsys.readouterr().out
    count = sum(path.is_file() for path in (tmp_path / "acme-api").rglob("*"))
    assert out.startswith(f"Wrote {count} files to acme-api. What to do next:\n  cd acme-api\n")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ('Says "hello" \\ $x', 'Says "hello" \\ $x'),
        ("  Größe  ", "Größe"),
    ],
)
def test_the_description_is_taken_as_it_is(given: str, shown: str, tmp_path: Path) -> None:
    create("acme", path=tmp_path, description=given)
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["description"] == shown
    assert f"\n{shown}\n" in (tmp_path / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("description", ["", " ", "a\nb", "a\x07"])
def test_a_description_of_another_form_is_refused(description: str, tmp_path: Path) -> None:
    with pytest.raises(CodegenError, match="must be one line of text"):
        create("acme", path=tmp_path, description=description)
    assert not list(tmp_path.iterdir())


def test_a_folder_with_something_in_it_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes").write_text("mine")
    for path in (tmp_path, tmp_path / "notes"):
        assert main(["new", "acme", "--path", str(path)]) == 1
        assert "is there already and not empty: give another --path" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]


def test_missing_tools_are_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_errors, "find_spec", lambda name: None)
    with pytest.raises(MissingToolError, match=r"pip install 'sdkbase\[codegen\]'"):
        create("acme", path=tmp_path)
    assert not list(tmp_path.iterdir())


# --- before a commit ------------------------------------------------------------------------


def test_the_hook_before_a_commit_writes_and_fails_until_it_is_staged(sdk: Sdk) -> None:
    git(sdk.folder, "init", "-q")
    git(sdk.folder, "add", ".")
    hook = hook_command(sdk)
    assert run(sdk.folder, *hook).returncode == 0
    sdk.add("src/acme/_async/users.py", "\n\nPAGE_SIZE = 100\n")
    sdk.path("src/acme/_async/extra.py").write_text("X = 1\n")
    git(sdk.folder, "add", ".")
    done = run(sdk.folder, *hook)
    assert done.returncode == 1
    assert done.stdout.startswith("wrote src/acme/_sync/extra.py\nwrote src/acme/_sync/users.py\n")
    git(sdk.folder, "add", ".")
    assert run(sdk.folder, *hook).returncode == 0
    assert git(sdk.folder, "diff", "--name-only") == ""


def hook_command(sdk: Sdk) -> list[str]:
    """Read the entry of the first hook as pre-commit does, without its YAML parser."""
    lines = sdk.path(".pre-commit-config.yaml").read_text().splitlines()
    entry = next(line for line in lines if line.strip().startswith("entry: "))
    command, *arguments = entry.strip().removeprefix("entry: ").split()
    assert command == "sdkbase"
    return ["sdkbase.cli", *arguments]


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
