"""What clients, idle connections and many calls leave in memory; each figure in its own process."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import msgspec

from .server import running_sites
from .table import aligned

_ROOT = Path(__file__).resolve().parents[2]
_ROUNDS = 3
_PEERS = ("httpx", "openai")
_ALL_PEERS = (*_PEERS, "aiohttp")


class Probe(msgspec.Struct, frozen=True):
    """One kind of figure."""

    kind: str
    name: str
    unit: str
    target: float | None = None
    peers: tuple[str, ...] = _PEERS
    colours: tuple[str, ...] = ("sync", "async")


class Amount(msgspec.Struct, frozen=True):
    """A figure, and that of the peers that are installed, in the same unit."""

    name: str
    value: float
    unit: str
    peers: dict[str, float]
    target: float | None

    @property
    def ok(self) -> bool | None:
        """Whether the target is met; None if there is none."""
        return None if self.target is None else self.value <= self.target


PROBES = (
    Probe("first", "first client", "µs"),
    Probe("second", "second client", "µs", target=200),
    Probe("memory", "second client, RSS", "KiB", target=50),
    Probe("traced", "second client, tracemalloc", "KiB", target=50),
    Probe("used", "client that keeps 1,000 calls", "KiB", peers=(), colours=("sync",)),
    Probe("idle", "idle connection", "KiB", peers=("httpx",), colours=("sync",)),
    Probe("idle", "idle connection", "KiB", peers=("httpx", "aiohttp"), colours=("async",)),
    Probe("growth", "growth over {all:,} calls in memory", "KiB", target=2048, peers=()),
    Probe("growth-socket", "growth over {fifth:,} calls", "KiB", target=2048, peers=()),
    Probe(
        "growth-mixed",
        "growth over {fifth:,} calls of all kinds",
        "KiB",
        target=2048,
        peers=(),
        colours=("sync",),
    ),
)


def figures(*, quick: bool = False, skipped: list[str] | None = None) -> list[Amount]:
    """
    Return all figures.

    Args:
        quick: Make a tenth of the calls.
        skipped: Gets the names of the peers that are not installed.
    """
    if not Path("/proc/self/statm").exists():
        raise RuntimeError("the footprint is read from /proc, which this system has not")
    peers = [name for name in _ALL_PEERS if find_spec(name)]
    if skipped is not None:
        skipped += [name for name in _ALL_PEERS if name not in peers]
    calls = 10_000 if quick else 100_000
    with running_sites() as sites:
        return [
            _amount(probe, colour, peers, sites.plain.url, calls)
            for probe in PROBES
            for colour in probe.colours
        ]


def _amount(probe: Probe, colour: str, peers: list[str], url: str, calls: int) -> Amount:
    def measured(side: str) -> float:
        rounds = _ROUNDS if probe.peers else 1
        found = (_run(probe.kind, f"{side}, {colour}", url, calls) for _ in range(rounds))
        return sorted(found)[rounds // 2]

    others = {name: measured(name) for name in peers if name in probe.peers}
    name = f"{probe.name.format(all=calls, fifth=calls // 5)}, {colour}"
    return Amount(name, measured("sdkbase"), probe.unit, others, probe.target)


def _run(kind: str, side: str, url: str, calls: int) -> float:
    command = [sys.executable, "-m", "tools.bench.footprint_probe", kind, side, url, str(calls)]
    result = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True)
    return float(result.stdout)


def table(amounts: list[Amount]) -> str:
    """Return the figures as text."""
    peers = list(dict.fromkeys(name for one in amounts for name in one.peers))
    rows = [("footprint", "", "sdkbase", *peers, "at most", "")]
    for one in amounts:
        others = [f"{one.peers[name]:,.1f}" if name in one.peers else "" for name in peers]
        word = {True: "ok", False: "MISSED", None: ""}[one.ok]
        most = "" if one.target is None else f"{one.target:,.0f}"
        rows.append((one.name, one.unit, f"{one.value:,.1f}", *others, most, word))
    return aligned(rows)
