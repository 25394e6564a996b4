"""
The two-colour shim: what differs between async and sync beyond the words `async` and `await`.

Every `AsyncX` here has a hand-written twin `SyncX` of the same shape, so that generated code needs
only the other name. Nothing else imports asyncio, anyio, threading or time.

What few clients need is not imported here, but by those who use it: `_files`, `_part_file`.
"""

from threading import Lock as ThreadLock

from ._background import AsyncBackground, Outcome, SyncBackground
from ._bodies import AnyBody, AsyncUpload, Outline, Part, SyncUpload
from ._clock import AsyncClock, SyncClock
from ._colour import (
    AsyncOnly,
    AsyncOnlyBlock,
    AsyncOnlyEntered,
    SyncOnly,
    SyncOnlyBlock,
    SyncOnlyEntered,
)
from ._gate import AsyncGate, AsyncPermit, SyncGate, SyncPermit
from ._hooks import AsyncHooks, AsyncMethod, SyncHooks, SyncMethod, is_async
from ._limits import AsyncShield, AsyncTimeLimit, SyncShield, SyncTimeLimit
from ._reqwest import AsyncReqwest, SyncReqwest
from ._scope import AsyncScoped, LockOwner, SyncScoped

__all__ = [
    "AnyBody",
    "AsyncBackground",
    "AsyncClock",
    "AsyncGate",
    "AsyncHooks",
    "AsyncMethod",
    "AsyncOnly",
    "AsyncOnlyBlock",
    "AsyncOnlyEntered",
    "AsyncPermit",
    "AsyncReqwest",
    "AsyncScoped",
    "AsyncShield",
    "AsyncTimeLimit",
    "AsyncUpload",
    "LockOwner",
    "Outcome",
    "Outline",
    "Part",
    "SyncBackground",
    "SyncClock",
    "SyncGate",
    "SyncHooks",
    "SyncMethod",
    "SyncOnly",
    "SyncOnlyBlock",
    "SyncOnlyEntered",
    "SyncPermit",
    "SyncReqwest",
    "SyncScoped",
    "SyncShield",
    "SyncTimeLimit",
    "SyncUpload",
    "ThreadLock",
    "is_async",
]
