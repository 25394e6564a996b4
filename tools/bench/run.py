"""
Print what a call costs through sdkbase and through its peers, against nginx in another process.

    python tools/bench/run.py [--quick] [--only AXIS] [--sides WORD,...] [--json FILE]
                              [--charts DIR] [--list]

The peers are the extra `bench`; one that is not installed is left out, and named at the end.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Run the command and return its exit code."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from tools.bench import command

    return command.main()


if __name__ == "__main__":
    sys.exit(main())
