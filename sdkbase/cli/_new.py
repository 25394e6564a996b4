"""
`sdkbase new`: write an SDK that works, for its author to change.

The template is filled by `string.Template`. copier can also bring old projects up to date, but what
moves on here is the library, not the twenty files around it: its dozen dependencies do not pay.
"""

from __future__ import annotations

import json
import keyword
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from string import Template

from .._version import __version__
from ..codegen import CodegenError, Problem, generate
from ..codegen._config import read_targets
from ..codegen._errors import require_tools

TEMPLATE = Path(__file__).parent / "template"
_SUFFIX = ".tmpl"
_PACKAGE = "__package__"
_LONGEST = 30

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_.][A-Za-z0-9]+)*")
_TAKEN_PACKAGES = {"anyio", "httpx", "loguru", "msgspec", "pytest", "sdkbase", "src", "tests"}
#: Class names that the template uses itself, without their colour; a test holds the list.
TAKEN_CLASSES = frozenset(
    {"BearerAuth", "HttpClient", "Iterator", "NotFoundError", "PageNumberPagination", "Pager"}
    | {"Path", "Problem", "Resource", "Sequence", "User", "UserPage", "Users"}
)


@dataclass(frozen=True, slots=True)
class Created:
    """Name what was written."""

    folder: Path
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Spell the name of an API as each place needs it."""

    #: In prose, `Acme API`.
    title: str
    #: On the package index, `acme-api`.
    project: str
    #: In imports, `acme_api`.
    package: str
    #: As a class, `AcmeApi`.
    client: str

    @classmethod
    def of(cls, name: str) -> Names:
        """
        Derive all spellings from one.

        Args:
            name: As the user gave it.

        Raises:
            CodegenError: It cannot be a Python package and a class.
        """
        if not _NAME.fullmatch(name) or len(name) > _LONGEST:
            raise _refusal(
                name,
                "give letters and digits, a letter first, words parted by '-', "
                f"at most {_LONGEST} characters",
            )
        words = re.split("[-_.]", name)
        package = "_".join(words).lower()
        if package in _TAKEN_PACKAGES | sys.stdlib_module_names or keyword.iskeyword(package):
            raise _refusal(name, f"{package!r} is taken in Python; try {package + '-sdk'!r}")
        client = "".join(map(_capitalized, words))
        if client in TAKEN_CLASSES:
            raise _refusal(name, f"{client!r} is a class of the new SDK already")
        title = " ".join(word if word.isupper() else _capitalized(word) for word in words)
        return cls(title, package.replace("_", "-"), package, client)


def create(name: str, *, path: Path | None = None, description: str | None = None) -> Created:
    """
    Write a new SDK.

    Args:
        name: Name of the API.
        path: Folder to write, absent or empty; named like the project by default.
        description: One line about the SDK.

    Returns:
        What was written, the generated sync code included.

    Raises:
        CodegenError: The name or the description cannot be used, the folder is not empty, or
            packages that generate code are missing. Nothing was written.
    """
    names = Names.of(name)
    folder = path or Path(names.project)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CodegenError([Problem("is there already and not empty: give another --path", folder)])
    values = _values(names, description)
    require_tools()
    files = [_write(folder / target, source, values) for source, target in _files(names)]
    # Where lines break depends on the length of the name.
    command = [
        sys.executable,
        "-P",
        "-m",
        "ruff",
        "format",
        "--quiet",
        "--no-cache",
        "--",
        str(folder),
    ]
    subprocess.run(command, check=True)
    report = generate(read_targets(folder))
    return Created(folder, (*files, *(change.path for change in report.changes)))


def _values(names: Names, description: str | None) -> dict[str, str]:
    text = f"Python SDK for {names.title}" if description is None else description.strip()
    if not text or not text.isprintable():
        raise CodegenError([Problem("the description must be one line of text")])
    variable = names.package.upper()
    major, minor = __version__.split(".")[:2]
    return {
        "title": names.title,
        "project": names.project,
        "package": names.package,
        "client": names.client,
        "variable": variable,
        "key_variable": f"{variable.removesuffix('_API')}_API_KEY",
        "description": text,
        # A TOML string escapes what a JSON string does.
        "quoted_description": json.dumps(text, ensure_ascii=False),
        "requirement": f">={major}.{minor},<{_next(major, minor)}",
    }


def _next(major: str, minor: str) -> str:
    # Before 1.0 a minor version may break what was there.
    return f"0.{int(minor) + 1}" if major == "0" else str(int(major) + 1)


def _files(names: Names) -> Iterator[tuple[Path, PurePosixPath]]:
    for source in sorted(TEMPLATE.rglob(f"*{_SUFFIX}")):
        relative = source.relative_to(TEMPLATE).as_posix().removesuffix(_SUFFIX)
        # Dotted names are spelled out: git and hatchling obey a .gitignore wherever it lies.
        parts = [re.sub(r"\Adot_", ".", part) for part in relative.split("/")]
        yield source, PurePosixPath(*(names.package if it == _PACKAGE else it for it in parts))


def _write(path: Path, source: Path, values: dict[str, str]) -> Path:
    text = Template(source.read_text(encoding="utf-8")).substitute(values)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def _capitalized(word: str) -> str:
    # "GitHub" keeps its capitals; "API" becomes "Api", as PEP 8 has class names.
    return word.capitalize() if word.isupper() or word.islower() else word[0].upper() + word[1:]


def _refusal(name: str, reason: str) -> CodegenError:
    return CodegenError([Problem(f"{name!r} cannot be the name of an SDK: {reason}")])
