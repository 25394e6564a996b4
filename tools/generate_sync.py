"""
Generate the sync half of this repository from its async half.

The generator is loaded by path: it has to run while `sdkbase` itself cannot be imported.
"""

from __future__ import annotations

import argparse
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent

if TYPE_CHECKING:
    from sdkbase import codegen
    from sdkbase.codegen import _cli as cli
    from sdkbase.codegen._generate import unused_entries
else:
    _FOLDER = ROOT / "sdkbase" / "codegen"
    _spec = spec_from_file_location("sdkbase_codegen", _FOLDER / "__init__.py")
    codegen = sys.modules["sdkbase_codegen"] = module_from_spec(_spec)
    _spec.loader.exec_module(codegen)
    from sdkbase_codegen import _cli as cli
    from sdkbase_codegen._generate import unused_entries

TARGETS = (
    codegen.Target(
        ROOT / "sdkbase/_async",
        ROOT / "sdkbase/_sync",
        replacements={
            "create_http_client": "create_sync_http_client",
            # httpcore names its sync classes without a prefix.
            "AsyncHTTPConnection": "HTTPConnection",
            "AsyncConnectionInterface": "ConnectionInterface",
            "AsyncHTTPProxy": "HTTPProxy",
            "AsyncSOCKSProxy": "SOCKSProxy",
        },
    ),
    codegen.Target(ROOT / "tests/_async", ROOT / "tests/_sync"),
    codegen.Target(ROOT / "examples/acme_sdk/_async", ROOT / "examples/acme_sdk/_sync", prefix=""),
    codegen.Target(ROOT / "examples/chat_sdk/_async", ROOT / "examples/chat_sdk/_sync", prefix=""),
    codegen.Target(
        ROOT / "examples/prometheus_sdk/_async", ROOT / "examples/prometheus_sdk/_sync", prefix=""
    ),
    codegen.Target(
        ROOT / "tests/unit/examples/chat/_async",
        ROOT / "tests/unit/examples/chat/_sync",
        replacements={"AsyncChat": "Chat"},
    ),
    codegen.Target(
        ROOT / "tests/unit/examples/prometheus/_async",
        ROOT / "tests/unit/examples/prometheus/_sync",
        replacements={"AsyncPrometheus": "Prometheus"},
    ),
)
TABLE = ROOT / "sdkbase/codegen/_table.py"


def main() -> int:
    """
    Run the command.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    parser.add_argument("--force", action="store_true", help="overwrite files edited by hand")
    options = parser.parse_args()
    targets = [target for target in TARGETS if target.source.is_dir()]
    command = "python tools/generate_sync.py"
    failed = cli.run(targets, command=command, checking=options.check, force=options.force)
    # The files are written even so: the table is pruned once, not before every run.
    return failed or cli.fail(
        [
            codegen.Problem(f"{name!r} is unused: move its line to DOWNSTREAM", TABLE)
            for name in unused_entries(targets)
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
