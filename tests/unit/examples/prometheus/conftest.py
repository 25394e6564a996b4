"""One real Prometheus for all tests of its SDK."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.unit.examples.prometheus.server import PrometheusServer, binary


@pytest.fixture(scope="session")
def prometheus_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run Prometheus for the whole session."""
    executable = binary()
    if executable is None:
        reason = "needs the prometheus binary: apt-get install prometheus, or $PROMETHEUS_BINARY"
        # Where all must hold, a test that is left out would go unseen.
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    with PrometheusServer(executable, tmp_path_factory.mktemp("prometheus")) as server:
        yield server.base_url
