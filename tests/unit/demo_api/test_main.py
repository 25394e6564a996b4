"""`python -m demo_api`."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from demo_api import DemoApi
from demo_api.__main__ import main

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a POSIX signal")
def test_it_serves_until_ctrl_c() -> None:
    command = [sys.executable, "-W", "error", "-m", "demo_api", "--token", "t"]
    with subprocess.Popen(
        command, cwd=EXAMPLES, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        url = server.stdout.readline().split()[1]
        response = httpx.get(f"{url}/users/1", headers={"Authorization": "Bearer t"})
        server.send_signal(signal.SIGINT)
        try:
            _, errors = server.communicate(timeout=30)
        finally:
            server.kill()
    assert (response.status_code, server.returncode, errors) == (200, 0, "")


def test_a_port_that_is_taken_is_one_line(api: DemoApi, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", str(api.port)]) == 1
    assert capsys.readouterr().err.startswith(f"demo_api: cannot listen on port {api.port}: ")
