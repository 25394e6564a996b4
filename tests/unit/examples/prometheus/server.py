"""A real Prometheus that watches itself, for the tests."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0

# One target that is there, one that is not: nothing listens on port 1.
_CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
scrape_configs:
  - {{job_name: itself, static_configs: [{{targets: ["{address}"]}}]}}
  - {{job_name: absent, static_configs: [{{targets: ["127.0.0.1:1"]}}]}}
  - job_name: dropped
    static_configs: [{{targets: ["127.0.0.1:2"]}}]
    relabel_configs: [{{action: drop, source_labels: [__address__], regex: ".*"}}]
"""
_RULES = """
groups:
  - name: example
    rules:
      - {record: job:up:sum, expr: sum by (job) (up), labels: {made_by: rule}}
      - alert: TargetDown
        expr: up == 0
        labels: {severity: page}
        annotations: {summary: "{{ $labels.job }} is down"}
"""
# True once both targets were scraped and both rules were evaluated on what came of that.
_READY = (
    'count(up) == 2 and on() job:up:sum{job="itself"} == 1 and on() ALERTS{alertstate="firing"}'
)

# A proxy that the environment names can not see this machine's own ports.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def binary() -> str | None:
    """Return the path of Prometheus, or None where there is none."""
    return os.environ.get("PROMETHEUS_BINARY") or shutil.which("prometheus")


class PrometheusServer:
    """
    A Prometheus on a free port of 127.0.0.1, from entry to exit.

    When entered it has scraped itself and has evaluated its rules.

    Args:
        executable: The binary.
        folder: An empty folder for its configuration and data.

    Raises:
        RuntimeError: It is not ready in time; quotes what it logged.
    """

    def __init__(self, executable: str, folder: Path) -> None:
        self._executable = executable
        self._folder = folder
        self._address = f"127.0.0.1:{_free_port()}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        """The URL of the server."""
        return f"http://{self._address}"

    def __enter__(self) -> Self:
        config = _CONFIG.format(address=self._address)
        (self._folder / "prometheus.yml").write_text(config, encoding="utf-8")
        (self._folder / "rules.yml").write_text(_RULES, encoding="utf-8")
        command = [
            self._executable,
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=data",
            f"--web.listen-address={self._address}",
            "--log.level=warn",
        ]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            self._wait()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    def _wait(self) -> None:
        end = time.monotonic() + _START_SECONDS
        while not self._is_ready():
            if time.monotonic() > end or (self._process and self._process.poll() is not None):
                log = (self._folder / "log").read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"Prometheus is not ready: {log[-2000:]}")
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        url = f"{self.base_url}/api/v1/query?{urllib.parse.urlencode({'query': _READY})}"
        try:
            with _DIRECT.open(url, timeout=5) as response:
                answer: Any = json.load(response)
        except (OSError, ValueError):
            return False
        return bool(answer["data"]["result"])

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
