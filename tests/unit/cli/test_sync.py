"""`sdkbase sync` in a new SDK, and the command around it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sdkbase import __version__
from sdkbase.cli import main
from tests.unit.cli.sdk import Sdk

EXAMPLE = """\
\"\"\"List users; `await main()` runs it.\"\"\"

from acme import AsyncAcme


async def main() -> None:
    async with AsyncAcme() as acme:
        async for user in acme.users.list():
            print(user.name)
"""
TWIN = """\
\"\"\"List users; `main()` runs it.\"\"\"

from acme import Acme


def main() -> None:
    with Acme() as acme:
        for user in acme.users.list():
            print(user.name)
"""


@pytest.mark.usefixtures("uncovered_children")
def test_examples_are_generated_too(sdk: Sdk) -> None:
    target = (
        '[[tool.sdkbase.codegen.targets]]\nsource = "examples/_async"\noutput = "examples/_sync"'
    )
    sdk.add("pyproject.toml", f"\n{target}\n")
    sdk.path("examples/_async").mkdir(parents=True)
    sdk.path("examples/_async/listing.py").write_text(EXAMPLE)
    output = sdk.passes("sdkbase.cli", "sync")
    assert output == "wrote examples/_sync/listing.py\n1 changed, 4 up to date\n"
    assert sdk.path("examples/_sync/listing.py").read_text().split("\n", 2)[2] == TWIN
    sdk.check()


def test_both_names_of_the_command_do_the_same(sdk: Sdk) -> None:
    sdk.add("src/acme/_async/users.py", "\n\nPAGE_SIZE = 100\n")
    one = sdk.fails("sdkbase.cli", "sync", "--check")
    other = sdk.fails("sdkbase.codegen", "--check")
    assert one.endswith("The sync code is out of date. Run: sdkbase sync\n")
    assert one == other.replace("python -m sdkbase.codegen", "sdkbase sync")
    assert sdk.passes("sdkbase.cli", "sync") == (
        "wrote src/acme/_sync/users.py\n1 changed, 3 up to date\n"
    )


def test_the_command_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"sdkbase {__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["sync", "--no"], ["new"]])
def test_wrong_arguments_have_an_exit_code_of_their_own(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage: sdkbase ")


def test_help_says_what_there_is_and_stays_quick() -> None:
    probe = (
        "import sys; import sdkbase; before = set(sys.modules); from sdkbase.cli import main\n"
        "try: main(['--help'])\n"
        "finally: print(sorted({n.split('.')[0] for n in set(sys.modules) - before}))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert "new       write a new SDK" in done.stdout
    loaded = done.stdout.splitlines()[-1]
    assert not [name for name in ("httpx", "unasync", "tokenize_rt", "ruff") if name in loaded]
