"""Limits of attempts and of connections."""

import msgspec

from ._values import Seconds, check_count, store_seconds


class TimeoutConfig(msgspec.Struct, frozen=True):
    """
    Limit each step of one attempt; None means no limit.

    The total time of a call, retries and waits included, is `deadline`, a setting of its own.

    Args:
        connect: Seconds for the TCP connect, and for the TLS handshake; in sync the name lookup
            takes what the system lets it.
        read: Seconds for each wait for bytes from the server.
        write: Seconds for each wait for the server to take bytes.
        pool: Seconds in line for one of `PoolConfig.max_connections`.

    Raises:
        ConfigurationError: A value is no number of seconds above 0; names it.
    """

    connect: Seconds | None = 5.0
    read: Seconds | None = 30.0
    write: Seconds | None = 30.0
    pool: Seconds | None = 60.0

    def __post_init__(self) -> None:
        for field in ("connect", "read", "write", "pool"):
            store_seconds(self, field, zero=False, none=True)


class PoolConfig(msgspec.Struct, frozen=True):
    """
    Bound the connections of a client.

    Args:
        max_keepalive_connections: Idle connections kept for later calls.
        max_connections: Connections in use at once, in each event loop (with HTTP/2: and for each
            origin); further calls wait in line, first come, first served.
        keepalive_expiry: Seconds that an idle connection is kept. Below the 5 s after which many
            servers close it.

    Raises:
        ConfigurationError: A value is out of range; names it.
    """

    max_keepalive_connections: int = 100
    max_connections: int = 100
    keepalive_expiry: Seconds | None = 4.0

    def __post_init__(self) -> None:
        check_count(self, "max_keepalive_connections", minimum=0)
        check_count(self, "max_connections", minimum=1)
        store_seconds(self, "keepalive_expiry", zero=False, none=True)


def timeout_config(value: TimeoutConfig | Seconds | None) -> TimeoutConfig:
    """Return *value* as a TimeoutConfig; a number sets all four steps, None lifts them."""
    if isinstance(value, TimeoutConfig):
        return value
    return TimeoutConfig(connect=value, read=value, write=value, pool=value)
