"""
A progress bar on the terminal for downloads and uploads; needs the extra `cli`.

    with ProgressBar("model.bin") as bar:
        client.download(url, "model.bin", progress=bar)

Any function of the bytes done, and of all bytes or None, will do in its place.
"""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from .config import Progress
from .errors import ConfigurationError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as RichProgress

__all__ = ["Progress", "ProgressBar"]


class ProgressBar:
    """
    Bars with size, speed and remaining time, drawn by rich while the block runs.

    The bar itself is told of the progress of one transfer; `add` makes further ones below it, which
    may run at the same time.

    Args:
        description: What is written before the bar.
        console: Where it is drawn; by default on standard error.
        transient: Whether it is taken away at the end.

    Raises:
        ConfigurationError: rich is not installed.
    """

    def __init__(
        self,
        description: str = "",
        *,
        console: Console | None = None,
        transient: bool = False,
    ) -> None:
        self._display = _new_display(console, transient=transient)
        self._description = description
        self._first: Progress | None = None

    def __enter__(self) -> Self:
        self._display.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._display.stop()

    def __call__(self, done: int, total: int | None) -> None:
        """
        Draw how far it is.

        Raises:
            ConfigurationError: The block was not entered.
        """
        if self._first is None:
            self._first = self.add(self._description)
        self._first(done, total)

    def add(self, description: str) -> Progress:
        """
        Return what is told of the progress of another transfer.

        Args:
            description: What is written before its bar.
        """
        display = self._display
        task = display.add_task(description, total=None)

        def progress(done: int, total: int | None) -> None:
            if not display.live.is_started:
                raise ConfigurationError("a ProgressBar draws in its block: `with bar:`")
            if done == 0:
                # It may begin anew.
                display.reset(task, total=total)
            display.update(task, completed=done, total=total)

        return progress


def _new_display(console: Console | None, *, transient: bool) -> RichProgress:
    try:
        from rich import progress
        from rich.console import Console
    except ImportError:
        raise ConfigurationError(
            "a ProgressBar needs the extra: pip install 'sdkbase[cli]'"
        ) from None
    return progress.Progress(
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
        console=console or Console(stderr=True),
        transient=transient,
    )
