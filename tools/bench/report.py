"""Measure everything and print it as one table."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import httpx
import msgspec

import sdkbase

from . import calls, startup
from .measure import Figure, Plan, Side, Target, figure, samples
from .server import running_server

Sides = AbstractContextManager[list[Side]]

_COLUMNS = ("figure", "CPU µs", "±", "peer", "CPU µs", "ratio", "target", "")


class Scale(msgspec.Struct, frozen=True):
    """How long each kind of figure is measured."""

    get: Plan
    tasks: Plan
    engine: Plan
    clients: Plan
    import_rounds: int


# Many short samples: the shorter a round, the more alike is the machine for both sides.
FULL = Scale(Plan(60, 50), Plan(30, 100), Plan(40, 500), Plan(9, 10), 15)
QUICK = Scale(Plan(20, 50), Plan(10, 100), Plan(15, 500), Plan(5, 5), 7)


def main() -> int:
    """
    Run the command.

    Returns:
        The exit code: 1 if a target was missed.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    figures = measure(QUICK if options.quick else FULL)
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(figures)))
    _print(figures)
    return int(any(item.ok is False for item in figures))


def measure(scale: Scale) -> list[Figure]:
    """Return all figures, in the order of the table."""
    with running_server() as url:
        return [*_gets(url, scale), *_engines(scale), *_clients(url, scale), *_imports(scale)]


def _gets(url: str, scale: Scale) -> list[Figure]:
    alone, crowd = Target(ratio=0.95), Target(ratio=0.60)
    one, many = partial(calls.async_get, url, 1), partial(calls.async_get, url, 50)
    return [
        _pair("sync typed GET", partial(calls.sync_get, url), scale.get, alone, "httpx.Client"),
        _pair("async typed GET, 1 task", one, scale.get, alone, "httpx.AsyncClient"),
        _pair("async typed GET, 50 tasks", many, scale.tasks, crowd, "httpx.AsyncClient"),
    ]


def _engines(scale: Scale) -> list[Figure]:
    limit = Target(micros=40)
    return [
        _pair("engine over memory, sync", calls.sync_engine, scale.engine, limit),
        _pair("engine over memory, async", calls.async_engine, scale.engine, limit),
    ]


def _clients(url: str, scale: Scale) -> list[Figure]:
    limit, plan = Target(micros=1000), scale.clients
    sync, other = partial(startup.sync_clients, url), partial(startup.async_clients, url)
    first = partial(startup.first_calls, url)
    return [
        _pair("second client, sync", sync, plan, limit, "httpx.Client"),
        _pair("second client, async", other, plan, limit, "httpx.AsyncClient"),
        _pair("second client and its first call", first, plan, Target(), "httpx.Client"),
    ]


def _imports(scale: Scale) -> list[Figure]:
    own, bare, both = startup.import_samples(
        scale.import_rounds, ["sdkbase", "httpx", "httpx, msgspec"]
    )
    name = "import sdkbase"
    return [
        figure(name, [own, bare], Target(ratio=1.5), "import httpx"),
        figure(name, [own, both], Target(), "import httpx, msgspec"),
    ]


def _pair(
    name: str, sides: Callable[[], Sides], plan: Plan, target: Target, peer_name: str = ""
) -> Figure:
    with sides() as pair:
        return figure(name, samples(plan, pair), target, peer_name)


def _print(figures: list[Figure]) -> None:
    versions = f"sdkbase {sdkbase.__version__}, httpx {httpx.__version__}"
    print(f"{versions}, Python {platform.python_version()}: CPU of this process, medians\n")
    rows = [_COLUMNS, *map(_row, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = zip(row, widths, "<>><>>><", strict=True)
        print("  ".join(f"{cell:{side}{width}}" for cell, width, side in cells).rstrip())


def _row(item: Figure) -> tuple[str, ...]:
    peer = "" if item.peer is None else f"{item.peer:,.1f}"
    ratio = "" if item.ratio is None else f"{item.ratio:.{2 if item.ratio >= 0.1 else 3}f}x"
    verdict = {True: "ok", False: "MISSED", None: ""}[item.ok]
    micros, spread = f"{item.micros:,.1f}", f"{item.spread:.0%}"
    return item.name, micros, spread, item.peer_name, peer, ratio, _limit(item.target), verdict


def _limit(target: Target) -> str:
    if target.ratio is not None:
        return f"<= {target.ratio:.2f}x"
    return "" if target.micros is None else f"<= {target.micros:,.0f} µs"
