"""
Print what a call through sdkbase costs, beside bare httpx, against a server in another process.

    python tools/bench/overhead.py [--quick] [--json FILE]
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Run the command and return its exit code."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from tools.bench import report

    return report.main()


if __name__ == "__main__":
    sys.exit(main())
