# Generated from _async/client.py by sdkbase.codegen. Do not edit.
# sha256: c7d93a1ab3481379
"""The client: what a user of the SDK starts from."""

from __future__ import annotations

from functools import cached_property

from sdkbase import RetryConfig, SyncHttpClient

from ..errors import (
    BadDataError,
    ExecutionError,
    Problem,
    QueryCanceledError,
    QueryTimeoutError,
)
from .metadata import Metadata
from .query import Query
from .rules import Rules
from .status import Status
from .targets import Targets


class Prometheus(SyncHttpClient):
    """
    Client of one Prometheus server; takes what `SyncHttpClient` takes, the server's URL first.

    Without one it is `PROMETHEUS_URL` of the environment, or this machine's port 9090. Calls return
    an `Answer`, and raise `sdkbase.StatusError` with a `Problem` as the error's body.
    """

    base_url_env = "PROMETHEUS_URL"
    default_base_url = "http://localhost:9090"
    # Not 503: a query that took too long would do so again.
    default_retry_config = RetryConfig(retry_on_status=(429, 500, 502, 504))
    error_model = Problem
    error_code = "errorType"
    error_classes = {
        "bad_data": BadDataError,
        "canceled": QueryCanceledError,
        "execution": ExecutionError,
        "timeout": QueryTimeoutError,
    }

    @cached_property
    def query(self) -> Query:
        """Expressions and what they evaluate to."""
        return Query(self)

    @cached_property
    def metadata(self) -> Metadata:
        """Which series, labels and metrics there are."""
        return Metadata(self)

    @cached_property
    def targets(self) -> Targets:
        """What is scraped."""
        return Targets(self)

    @cached_property
    def rules(self) -> Rules:
        """Rules, and the alerts that come of them."""
        return Rules(self)

    @cached_property
    def status(self) -> Status:
        """The server itself."""
        return Status(self)
