"""
Print what a page of 100 users costs, beside the same page through openai's base client.

    python tools/bench/decode.py [--quick]

The peer needs `pip install openai` in the environment that runs this; without it, only sdkbase is
measured. Both get the page from memory, through the mock transport of their HTTP client.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Run the command and return its exit code."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from tools.bench import pages

    return pages.main()


if __name__ == "__main__":
    sys.exit(main())
