"""Servers that are written in Python: httpbin, and an OAuth 2.0 server on Authlib."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import free_port, program, running


@contextmanager
def python_app(app: str, folder: Path) -> Iterator[str]:
    """Serve a WSGI application from the servers' own environment; yield its URL."""
    python, port = program("SERVERS_PYTHON"), free_port()
    options = ["--threads=32", f"--bind=127.0.0.1:{port}", f"--chdir={Path(__file__).parent}"]
    command = [python, "-m", "gunicorn", "--log-level=warning", *options, app]
    with running(command, folder, port):
        yield f"http://127.0.0.1:{port}"
