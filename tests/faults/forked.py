"""Run in a process of its own: fork with an open client, and use it on both sides."""

from __future__ import annotations

import os
import sys

import sdkbase.sync
from sdkbase import SyncHttpClient
from tests.faults.answers import answer_of
from tests.faults.server import FaultServer

FORKS = 50


def in_child(client: SyncHttpClient, url: str) -> int:
    """Make calls in a forked child; return its exit status."""
    child = os.fork()
    if child == 0:
        try:
            statuses = [client.get("/ok?child").status_code for _ in range(2)]
            statuses.append(sdkbase.sync.get(f"{url}/ok?child").status_code)
            os._exit(0 if statuses == [200] * 3 else 1)
        except BaseException as error:
            print(f"child: {error!r}", file=sys.stderr, flush=True)
            os._exit(2)
    return os.waitpid(child, 0)[1]


def main(server: FaultServer) -> None:
    with SyncHttpClient(server.url, trust_env=False, deadline=10.0) as client:
        assert client.get("/ok").status_code == 200
        assert sdkbase.sync.get(f"{server.url}/ok").status_code == 200
        for _ in range(FORKS):
            assert in_child(client, server.url) == 0
            assert client.get("/ok?parent").status_code == 200
        sdkbase.sync.close_global_client()
    by_target: dict[str, set[int]] = {}
    for request in server.requests:
        by_target.setdefault(request.target, set()).add(request.connection)
    assert by_target["/ok?child"].isdisjoint(by_target["/ok?parent"])
    # Each child opened one for the client and one for the global client; the parent kept its own.
    assert len(by_target["/ok?child"]) == 2 * FORKS
    assert len(by_target["/ok?parent"]) == 1
    print(f"{FORKS} forks, {server.accepted} connections")


if __name__ == "__main__":
    with FaultServer(answer_of) as running:
        main(running)
