"""
The figures as SVG charts, for the README.

They have no background and mid-grey text, so that they can be read on light and on dark pages.
The same figures give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from .axes import Measured
from .targets import Results, median

_BARS = ("get-sync", "get-async", "tasks-50", "page-sync", "post-sync", "tls-sync", "import")
_TASKS = {"get-async": 1, "tasks-50": 50, "tasks-500": 500, "tasks-2000": 2000}
_INK = "#7d8590"
_STYLE = {
    "svg.hashsalt": "sdkbase",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_OWN, _LIMIT, _PEER = "#2f81f7", "#3fb950", "#8b949e"
_OWN_DASHES = {"sdkbase on httpx2": ":", "sdkbase fast": "--"}
_ALIKE = ("anthropic", "httpware + msgspec", "stripe")
"""Their lines lie on those of the clients below them: openai's, httpx2's and httpx's."""
_COSTS = (30, 100, 300, 1000, 3000, 10000)
_LINES = ("#3fb950", "#d29922", "#db61a2", "#a371f7", "#f85149", "#39c5cf", "#8b949e")


def draw(results: Results, folder: Path, command: str) -> list[Path]:
    """
    Write a chart for each figure that was measured.

    Args:
        results: What was measured, by axis.
        folder: Where to write; is made if missing.
        command: What made them: stands below each.

    Returns:
        The files.

    Raises:
        ImportError: matplotlib is not installed.
    """
    matplotlib: Any = import_module("matplotlib")
    matplotlib.use("svg")
    folder.mkdir(parents=True, exist_ok=True)
    with matplotlib.rc_context(_STYLE):
        return list(_charts(results, folder, command))


def _charts(results: Results, folder: Path, command: str) -> Iterable[Path]:
    for key in _BARS:
        if (measured := results.get(key)) and measured.samples:
            yield _bars(measured, folder / f"{key}.svg", command)
    found = {key: results[key] for key in _TASKS if key in results}
    if len(found) > 1:
        yield _lines(found, folder / "tasks.svg", command)


def _bars(measured: Measured, path: Path, command: str) -> Path:
    costs = {name: median(measured, name) or 0.0 for name in measured.samples}
    names = sorted(costs, key=lambda name: -costs[name])
    figure, plot = _figure(0.7 + 0.24 * len(names))
    bars = plot.barh(names, [costs[name] for name in names], color=[*map(_colour, names)])
    plot.bar_label(bars, [f" {costs[name]:,.0f}" for name in names], color=_INK)
    plot.margins(x=0.12)
    plot.set_title(f"{measured.title}: CPU µs {'' if path.stem == 'import' else 'a call'}")
    return _save(figure, path, command)


def _lines(found: Results, path: Path, command: str) -> Path:
    names = dict.fromkeys(name for one in found.values() for name in one.samples)
    figure, plot = _figure(4.0)
    for number, name in enumerate(name for name in names if name not in _ALIKE):
        own = name.startswith("sdkbase")
        costs = {_TASKS[key]: cost for key, one in found.items() if (cost := median(one, name))}
        plot.plot(
            [*costs],
            [*costs.values()],
            label=name,
            marker="o",
            markersize=3,
            linewidth=2.4 if own else 1.2,
            linestyle=_OWN_DASHES.get(name, "-"),
            color=_OWN if own else _LINES[number % len(_LINES)],
        )
    _log_axes(plot)
    plot.set_title("GET of 200 bytes: CPU µs a call")
    plot.legend(frameon=False, bbox_to_anchor=(1, 1), loc="upper left", fontsize=8)
    return _save(figure, path, command)


def _log_axes(plot: Any) -> None:
    plot.set_xscale("log")
    plot.set_yscale("log")
    plot.set_xticks([*_TASKS.values()], [f"{tasks:,}" for tasks in _TASKS.values()])
    plot.set_yticks([*_COSTS], [f"{cost:,}" for cost in _COSTS])
    plot.minorticks_off()
    plot.set_xlabel("tasks at once")


def _figure(height: float) -> tuple[Any, Any]:
    pyplot: Any = import_module("matplotlib.pyplot")
    figure, plot = pyplot.subplots(figsize=(6.4, height), layout="constrained")
    return figure, plot


def _colour(name: str) -> str:
    if name.startswith("sdkbase"):
        return _OWN
    return _LIMIT if name.startswith("raw") else _PEER


def _save(figure: Any, path: Path, command: str) -> Path:
    figure.supxlabel(command, fontsize=7, family="monospace")
    figure.savefig(path, transparent=True, metadata={"Date": None, "Creator": None})
    import_module("matplotlib.pyplot").close(figure)
    return path
