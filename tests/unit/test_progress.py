from __future__ import annotations

import io
import subprocess
import sys
from typing import Any

import pytest
from rich.console import Console

from sdkbase import ConfigurationError
from sdkbase.progress import Progress, ProgressBar


def drawn(bar_of: Any, *steps: tuple[int, int | None]) -> str:
    """Return what a terminal shows at the end."""
    console = Console(file=io.StringIO(), force_terminal=False, width=100)
    with ProgressBar("model.bin [1]", console=console) as bar:
        progress: Progress = bar_of(bar)
        for step in steps:
            progress(*step)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def itself(bar: ProgressBar) -> Progress:
    return bar


def test_the_bar_shows_how_far_it_came() -> None:
    shown = drawn(itself, (0, 2000), (500, 2000), (1500, 2000))
    assert "model.bin [1]" in shown
    assert "1.5/2.0 kB" in shown


def test_a_length_that_is_not_known_is_no_error() -> None:
    shown = drawn(itself, (0, None), (1500, None))
    assert "1.5/? kB" in shown


def test_it_can_begin_anew() -> None:
    shown = drawn(itself, (0, 2000), (2000, 2000), (0, 3000), (300, 3000))
    assert "0.3/3.0 kB" in shown


def test_several_transfers_share_one_display() -> None:
    console = Console(file=io.StringIO(), force_terminal=False, width=100)
    with ProgressBar("first", console=console) as bar:
        second, third = bar.add("second"), bar.add("third")
        bar(1, 2)
        second(3000, 4000)
        third(5, 6)
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert [line.split()[0] for line in lines if line.strip()] == ["second", "third", "first"]
    assert "3.0/4.0 kB" in console.file.getvalue()


def test_a_bar_that_is_transient_leaves_nothing() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with ProgressBar("gone", console=console, transient=True) as bar:
        bar(1, 2)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().endswith("\x1b[1A\x1b[2K")


def test_outside_of_its_block_a_bar_says_what_is_missing() -> None:
    bar = ProgressBar("x")
    with pytest.raises(ConfigurationError, match="`with bar:`"):
        bar(1, 2)
    with bar:
        pass
    with pytest.raises(ConfigurationError, match="`with bar:`"):
        bar(1, 2)


def test_without_rich_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'sdkbase\[cli\]'"):
        ProgressBar("x")


def test_importing_sdkbase_and_its_bar_does_not_load_rich() -> None:
    code = "import sys, sdkbase, sdkbase.progress; print('rich' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert shown.stdout.strip() == b"False"
