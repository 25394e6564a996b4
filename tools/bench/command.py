"""The command line of the harness."""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

import sdkbase

from . import axes, charts, engine, footprint, startup, table
from .axes import AXES, Measured, Selection
from .footprint import Amount
from .server import NoServer, running_sites
from .targets import Results, Verdict, verdicts

FOOTPRINT = "footprint"

PACKAGES = (
    "httpx",
    "httpx2",
    "aiohttp",
    "niquests",
    "urllib3",
    "pyreqwest",
    "openai",
    "anthropic",
    "httpware",
    "stripe",
    "msgspec",
)

# A proxy or other trusted certificates would be part of what is measured.
_ENVIRONMENT = {
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("ssl_cert_file", "ssl_cert_dir", "requests_ca_bundle", "curl_ca_bundle"),
}

Piece = Callable[[], Measured]


class Report(msgspec.Struct):
    """Everything that a run found."""

    python: str
    packages: dict[str, str]
    results: list[Measured]
    verdicts: list[Verdict]
    missing: dict[str, str]
    failed: dict[str, str]
    footprint: list[Amount] = []


def main() -> int:
    """
    Run the command.

    Returns:
        The exit code: 1 if a target was missed or sdkbase failed, 2 if there is no server.
    """
    options = _options()
    if options.list:
        print("\n".join(_keys()))
        return 0
    _prepare()
    try:
        return _run(options)
    except NoServer as error:
        print(f"run.py: {error}", file=sys.stderr)
        return 2


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py", description="Measure sdkbase and its peers.")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--list", action="store_true", help="print the names of the axes")
    parser.add_argument("--only", action="append", metavar="AXIS", choices=_keys(), default=[])
    parser.add_argument(
        "--sides", metavar="WORD,...", help="only sides whose name holds one of the words"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--charts", type=Path, metavar="DIR", help="draw SVG charts there")
    return parser.parse_args()


def _keys() -> list[str]:
    return [*(axis.key for axis in AXES), engine.KEY, startup.KEY, FOOTPRINT]


def _prepare() -> None:
    for name in list(os.environ):
        if name.lower() in _ENVIRONMENT:
            del os.environ[name]
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _run(options: argparse.Namespace) -> int:
    selection = Selection(options.sides.split(",") if options.sides else [])
    notes = selection.missing, selection.failed
    report = Report(platform.python_version(), _versions(), [], [], *notes)
    print(f"Python {report.python}, {', '.join(map(' '.join, report.packages.items()))}")
    print("CPU of this process for one call, medians of samples taken in turn; and calls a second")
    for measured in _measured(options, selection):
        report.results.append(measured)
        print(f"\n{table.of_axis(measured)}", flush=True)
    if not options.only or FOOTPRINT in options.only:
        report.footprint = _footprint(report.missing, quick=options.quick)
    results = {one.key: one for one in report.results}
    report.verdicts = verdicts(results)
    if options.charts:
        _draw(options, results, report.missing)
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    return _conclude(report)


def _conclude(report: Report) -> int:
    if report.verdicts:
        print(f"\n{table.of_verdicts(report.verdicts)}")
    for name, why in report.missing.items():
        print(f"left out: {name} ({why})")
    for name, why in report.failed.items():
        print(f"FAILED: {name} ({why})")
    broken = any(name.startswith("sdkbase") for name in report.failed)
    missed = not all(one.ok for one in report.verdicts)
    missed = missed or any(one.ok is False for one in report.footprint)
    return int(broken or missed)


def _measured(options: argparse.Namespace, selection: Selection) -> Iterator[Measured]:
    wanted = options.only or _keys()
    if engine.KEY in wanted:  # first, as what other clients leave behind would weigh on it
        yield engine.measure(quick=options.quick)
    with running_sites() as sites:
        for axis in AXES:
            if axis.key in wanted:
                yield axes.measure(axis, sites, selection, quick=options.quick)
    if startup.KEY in wanted:
        yield startup.measure(selection, quick=options.quick)


def _footprint(missing: dict[str, str], *, quick: bool) -> list[Amount]:
    skipped: list[str] = []
    amounts = footprint.figures(quick=quick, skipped=skipped)
    print(f"\n{footprint.table(amounts)}", flush=True)
    missing.update({f"{FOOTPRINT} of {name}": "not installed" for name in skipped})
    return amounts


def _versions() -> dict[str, str]:
    found = {"sdkbase": sdkbase.__version__}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _draw(options: argparse.Namespace, results: Results, missing: dict[str, str]) -> None:
    try:
        charts.draw(results, options.charts, _command(options))
    except ImportError as error:
        missing["charts"] = str(error)


def _command(options: argparse.Namespace) -> str:
    """Return the command that makes the same charts."""
    words = ["python", "tools/bench/run.py", *(["--quick"] if options.quick else [])]
    words += [word for axis in options.only for word in ("--only", axis)]
    words += ["--sides", options.sides] if options.sides else []
    return shlex.join([*words, "--charts", str(options.charts)])
