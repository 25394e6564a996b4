"""The client: what a user of the SDK starts from."""

from __future__ import annotations

from functools import cached_property

from sdkbase import AsyncHttpClient, RetryConfig

from ..errors import (
    BadDataError,
    ExecutionError,
    Problem,
    QueryCanceledError,
    QueryTimeoutError,
)
from .metadata import AsyncMetadata
from .query import AsyncQuery
from .rules import AsyncRules
from .status import AsyncStatus
from .targets import AsyncTargets


class AsyncPrometheus(AsyncHttpClient):
    """
    Client of one Prometheus server; takes what `AsyncHttpClient` takes, the server's URL first.

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
    def query(self) -> AsyncQuery:
        """Expressions and what they evaluate to."""
        return AsyncQuery(self)

    @cached_property
    def metadata(self) -> AsyncMetadata:
        """Which series, labels and metrics there are."""
        return AsyncMetadata(self)

    @cached_property
    def targets(self) -> AsyncTargets:
        """What is scraped."""
        return AsyncTargets(self)

    @cached_property
    def rules(self) -> AsyncRules:
        """Rules, and the alerts that come of them."""
        return AsyncRules(self)

    @cached_property
    def status(self) -> AsyncStatus:
        """The server itself."""
        return AsyncStatus(self)
