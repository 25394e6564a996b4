"""
The two-colour shim: what differs between async and sync beyond the words `async` and `await`.

Every `AsyncX` here has a hand-written twin `SyncX` of the same shape, so that generated code needs
only the other name. Nothing else imports asyncio, anyio, threading or time.
"""

from threading import Lock as ThreadLock

from ._bodies import AnyBody
from ._clock import AsyncClock, SyncClock
from ._gate import AsyncGate, AsyncPermit, SyncGate, SyncPermit
from ._hooks import AsyncHooks, SyncHooks
from ._limits import AsyncShield, AsyncTimeLimit, SyncShield, SyncTimeLimit
from ._scope import AsyncScoped, LockOwner, SyncScoped

__all__ = [
    "AnyBody",
    "AsyncClock",
    "AsyncGate",
    "AsyncHooks",
    "AsyncPermit",
    "AsyncScoped",
    "AsyncShield",
    "AsyncTimeLimit",
    "LockOwner",
    "SyncClock",
    "SyncGate",
    "SyncHooks",
    "SyncPermit",
    "SyncScoped",
    "SyncShield",
    "SyncTimeLimit",
    "ThreadLock",
]
