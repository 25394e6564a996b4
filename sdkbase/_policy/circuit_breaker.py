"""
Circuit breaker: calls to a server that is down fail at once, until a few probes find it well again.

Pure: the clock is passed in. Sources: M. Nygard, "Release It!"; the names of the settings follow
resilience4j and Polly.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import TypeVar

from .._concurrency import LockOwner, is_async
from .._exports import publish
from .._observe.observer import tell
from .._wire.call import Call
from .._wire.redaction import redact_text
from .._wire.url import Origin, origin_of
from ..config import Seconds, to_count, to_seconds
from ..errors import (
    BulkheadFullError,
    CircuitOpenError,
    ConfigurationError,
    TlsError,
    TransportError,
)
from .circuit import Admission, Circuit, CircuitSnapshot, CircuitState, Rules
from .transport_errors import failure_of

F = TypeVar("F", bound=Callable[..., object] | None)

_MAX_CIRCUITS = 1024


class CircuitBreaker(LockOwner):
    """
    Refuse calls to a server that keeps failing, at once and without sending anything.

    Each origin has a circuit of its own. It opens after too many failures, and then refuses every
    call with a `CircuitOpenError` for *open_seconds*. After that it lets *half_open_probes* calls
    through: it closes when all of them succeed, and opens again when one fails.

    Failures are statuses from 500, and attempts without an answer: no connection, a lost one, a
    step that took too long. Any other answer is a success, 429 too: the server is there. What ends
    for a reason of this side says nothing and is not counted: a cancelled call, one that passed its
    deadline or got no place in the pool, and a kept connection that was found closed.

    One breaker may be shared by any number of clients, async and sync, threads and event loops.

    Args:
        consecutive_failures: Failures in a row that open a circuit; None if only the rate counts.
        failure_rate: Share of failures in the window that opens it, above 0 and up to 1; None if
            only failures in a row count.
        window: Seconds that an outcome counts for the rate.
        minimum_calls: Outcomes in the window below which the rate does not count.
        open_seconds: Seconds until the first probe. A probe without an outcome for that long is
            taken for lost, and its place goes to another.
        half_open_probes: Probes, at most so many at once, that must succeed.
        key: Returns what a call's circuit goes by; None for its origin, such as
            `https://api.example:443`. The last 1,024 keys are remembered.
        on_change: Called with the key, the old and the new state, by the thread whose call changed
            it; it must not block. What it raises goes to `sys.unraisablehook`.

    Raises:
        ConfigurationError: A value is out of range; names it.
    """

    def __init__(
        self,
        *,
        consecutive_failures: int | None = 5,
        failure_rate: float | None = None,
        window: Seconds = 60.0,
        minimum_calls: int = 20,
        open_seconds: Seconds = 30.0,
        half_open_probes: int = 1,
        key: Callable[[Call], Hashable] | None = None,
        on_change: Callable[[Hashable, CircuitState, CircuitState], None] | None = None,
    ) -> None:
        if consecutive_failures is None and failure_rate is None:
            raise ConfigurationError(
                "CircuitBreaker needs consecutive_failures or failure_rate: nothing would open it"
            )
        if consecutive_failures is not None:
            to_count(consecutive_failures, "CircuitBreaker.consecutive_failures", minimum=1)
        self._rules = Rules(
            consecutive_failures,
            _to_rate(failure_rate),
            to_seconds(window, "CircuitBreaker.window"),
            to_count(minimum_calls, "CircuitBreaker.minimum_calls", minimum=1),
            to_seconds(open_seconds, "CircuitBreaker.open_seconds"),
            to_count(half_open_probes, "CircuitBreaker.half_open_probes", minimum=1),
        )
        self._key = _to_function(key, "key") or _server
        listener = _to_function(on_change, "on_change")
        self._listeners = () if listener is None else (listener,)
        super().__init__()
        self._circuits: dict[Hashable, Circuit] = {}

    def admit(self, call: Call, now: float) -> Admission:
        """
        Let an attempt through; tell its outcome to `answered` or `failed`.

        Args:
            call: What would be sent.
            now: The monotonic clock.

        Raises:
            CircuitOpenError: The circuit is open, or its probes are under way.
        """
        key = self._key(call)
        circuit = self._circuits.get(key) or self._add(key)
        if circuit.admission is not None:
            return circuit.admission
        with self._lock:
            before, admission, after = circuit.state, circuit.admit(now), circuit.state
        self._tell(circuit, before, after)
        if admission is None:
            raise _open_error(call, circuit.waiting_time(now))
        return admission

    def answered(self, admission: Admission, status_code: int, now: float) -> None:
        """
        Take note of an answer.

        Args:
            admission: What `admit` returned.
            status_code: The status of the answer.
            now: The monotonic clock.
        """
        circuit = admission.circuit
        # Most calls change nothing, and need no lock to find out.
        if status_code >= 500 or not circuit.is_untroubled(admission):
            self._record(admission, now, failed=status_code >= 500)

    def failed(
        self,
        admission: Admission,
        call: Call,
        error: BaseException,
        now: float,
        *,
        overdue: bool = False,
    ) -> None:
        """
        Take note of an attempt without an answer.

        Args:
            admission: What `admit` returned.
            call: What was sent.
            error: What was raised.
            now: The monotonic clock.
            overdue: Whether the call has passed its deadline, which shortens the other limits.
        """
        failed = True if _is_failure(call, error, overdue=overdue) else None
        self._record(admission, now, failed=failed)

    def refusal(self, call: Call, at: float) -> str:
        """
        Tell why a retry of *call* would be refused, or "" if it would not.

        Args:
            call: What failed.
            at: When it would be sent again, on the monotonic clock.
        """
        circuit = self._circuits.get(self._key(call))
        if circuit is None or circuit.probe_at is None or at >= circuit.probe_at:
            return ""
        return (
            f"the circuit of {_server(call)} is open, and lets nothing through for another "
            f"{circuit.probe_at - at:.3g} s after the wait for the next attempt"
        )

    def snapshot(self) -> dict[Hashable, CircuitSnapshot]:
        """Return the circuits by their keys."""
        with self._lock:
            return {key: circuit.snapshot() for key, circuit in self._circuits.items()}

    def _record(self, admission: Admission, now: float, *, failed: bool | None) -> None:
        circuit = admission.circuit
        with self._lock:
            before = circuit.state
            circuit.record(admission, now, failed=failed)
            after = circuit.state
        self._tell(circuit, before, after)

    def _tell(self, circuit: Circuit, before: CircuitState, after: CircuitState) -> None:
        if after != before:
            tell(self._listeners, circuit.key, before, after)

    def _add(self, key: Hashable) -> Circuit:
        with self._lock:
            if key not in self._circuits and len(self._circuits) >= _MAX_CIRCUITS:
                closed = (k for k, c in self._circuits.items() if c.admission is not None)
                del self._circuits[next(closed, next(iter(self._circuits)))]
            return self._circuits.setdefault(key, Circuit(key, self._rules))

    def __repr__(self) -> str:
        return f"CircuitBreaker({self._rules.told()})"


def _server(call: Call) -> str:
    return _told(call.origin)


@lru_cache(maxsize=256)
def _told(origin: Origin) -> str:
    scheme, host, port = origin
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def _is_failure(call: Call, error: BaseException, *, overdue: bool) -> bool:
    if not isinstance(error, TransportError) or isinstance(error, BulkheadFullError):
        return False
    failure = failure_of(error)
    if failure.stale_connection or (overdue and failure.timeout):
        return False
    if not (failure.retryable or isinstance(error, TlsError)):
        return False
    # The one that failed may be the server that gives access tokens.
    return origin_of(str(error.request.url)) == call.origin


def _open_error(call: Call, retry_in: float | None) -> CircuitOpenError:
    when = "its probes are under way" if retry_in is None else f"next probe in {retry_in:.3g} s"
    error = CircuitOpenError(
        redact_text(
            f"{call.method} {call.template}: not sent, as {_server(call)} failed too often; {when}"
        ),
        request=call.redacted_request(),
        template=call.template,
    )
    error.origin, error.retry_in = _server(call), retry_in
    return error


def _to_rate(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise ConfigurationError(
            f"CircuitBreaker.failure_rate must be a number above 0 and up to 1, got {value!r}"
        )
    return float(value)


def _to_function(value: F, name: str) -> F:
    if value is not None and (not callable(value) or is_async(value)):
        raise ConfigurationError(f"CircuitBreaker.{name} must be a plain function, got {value!r}")
    return value


publish(CircuitBreaker)
