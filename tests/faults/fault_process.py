"""
A fault server that does not take time from those who call it.

`python -m tests.faults.fault_process` prints its URL, and serves until its input ends.
"""

from __future__ import annotations

import sys

from tests.faults.answers import answer_of
from tests.faults.server import FaultServer

if __name__ == "__main__":
    with FaultServer(answer_of) as server:
        print(server.url, flush=True)
        sys.stdin.read()
