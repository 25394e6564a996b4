"""What servers and classifiers say of a failed attempt, put over what its status or error says."""

from __future__ import annotations

import msgspec

from .._wire.call import Call
from .._wire.reply import Reply
from ..config import FailedAttempt, RetryConfig, RetryForbidden, RetryIndicated
from ..errors import ConfigurationError, TransportError
from .retry import Failure, status_failure
from .retry_after import retry_after_of
from .transport_errors import failure_of


def reply_failure(
    config: RetryConfig, call: Call, number: int, reply: Reply, wall_time: float
) -> Failure | None:
    """
    Return what a *reply* means for a retry, or None if it needs none.

    Args:
        config: The rules and the classifiers.
        call: What was sent.
        number: Of the attempt, from 1.
        reply: An answer with a status from 400, or one that is retried.
        wall_time: Seconds since the epoch.

    Raises:
        ConfigurationError: A classifier returned something else than a verdict.
    """
    status = reply.status_code
    asked = retry_after_of(reply, wall_time)
    failure = status_failure(config, status, retry_after=asked)
    header = config.should_retry_header
    said = reply.header(header.lower().encode("ascii")) if header else None
    if said is not None or config.classifiers:
        reply.call = reply.call or call
        attempt = FailedAttempt(
            method=call.method,
            template=call.template,
            attempt=number,
            status_code=status,
            response=reply.to_httpx,
        )
        failure = _classified(config, failure, attempt, said)
    return failure if failure.retryable or status in config.retry_on_status else None


def error_failure(config: RetryConfig, call: Call, number: int, error: TransportError) -> Failure:
    """Return what an *error* means for a retry; the other arguments are as in `reply_failure`."""
    failure = failure_of(error)
    if not config.classifiers:
        return failure
    attempt = FailedAttempt(method=call.method, template=call.template, attempt=number, error=error)
    return _classified(config, failure, attempt, None)


def _classified(
    config: RetryConfig, failure: Failure, attempt: FailedAttempt, said: str | None
) -> Failure:
    if (word := (said or "").strip().lower()) in ("true", "false"):
        failure = _obey(failure, word == "true", config.should_retry_header)
    for classifier in config.classifiers:
        verdict = classifier(attempt)
        if isinstance(verdict, RetryForbidden):
            return msgspec.structs.replace(failure, forbidden=verdict.reason)
        if isinstance(verdict, RetryIndicated):
            failure = _indicated(failure, verdict)
        elif verdict is not None:
            raise ConfigurationError(
                "a classifier of RetryConfig must return RetryIndicated, RetryForbidden or None, "
                f"got {type(verdict).__name__}"
            )
    return failure


def _obey(failure: Failure, retry: bool, header: str | None) -> Failure:
    if not retry:
        return msgspec.structs.replace(failure, forbidden=f"the server forbids it ({header})")
    return msgspec.structs.replace(failure, retryable=True, safe=True)


def _indicated(failure: Failure, verdict: RetryIndicated) -> Failure:
    asked = failure.retry_after if verdict.retry_after is None else verdict.retry_after
    return msgspec.structs.replace(
        failure,
        retryable=True,
        safe=failure.safe or verdict.safe,
        throttle=failure.throttle or verdict.throttle,
        retry_after=asked,
    )
