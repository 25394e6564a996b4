"""A bounded number of threads that are used again."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ._flag import ThreadFlag
from ._scope import LockOwner

_MAX_WORKERS = 256
_IDLE_SECONDS = 5.0


class Workers(LockOwner):
    """
    Threads for jobs; the one that was idle last comes first, and one that stays idle ends.

    Args:
        most: How many there are at most.
        idle_seconds: How long an idle one lives.
    """

    def __init__(self, most: int = _MAX_WORKERS, idle_seconds: float = _IDLE_SECONDS) -> None:
        super().__init__()
        self._most = most
        self._idle_seconds = idle_seconds
        self._idle: list[_Worker] = []
        self.alive: set[_Worker] = set()

    def run(self, job: Callable[[], None]) -> bool:
        """Run *job*, which must not raise, in a thread; return False if all are busy."""
        with self._lock:
            if self._idle:
                worker = self._idle.pop()
            elif len(self.alive) < self._most:
                worker = _Worker(self)
                self.alive.add(worker)
            else:
                return False
        worker.do(job)
        return True

    def next_job(self, worker: _Worker) -> bool:
        """Wait until *worker* has a job; return False if it is to end."""
        with self._lock:
            self._idle.append(worker)
        if worker.wait(self._idle_seconds):
            return True
        with self._lock:
            if worker in self._idle:
                self._idle.remove(worker)
                self.alive.discard(worker)
                return False
        # It was chosen just now.
        return worker.wait(self._idle_seconds)

    def reset_lock(self) -> None:
        """Forget all threads: a forked child has none of them."""
        super().reset_lock()
        self._idle = []
        self.alive = set()


class _Worker:
    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._job: Callable[[], None] | None = None
        self._flag = ThreadFlag()
        self._started = False

    def do(self, job: Callable[[], None]) -> None:
        self._job = job
        self._flag.set()
        if not self._started:
            self._started = True
            threading.Thread(target=self._loop, name="sdkbase-race", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        return self._flag.wait(seconds)

    def _loop(self) -> None:
        self._flag.wait()
        while True:
            job, self._job = self._job, None
            if job is not None:
                job()
            del job  # what it refers to is not kept while nothing is to be done
            if not self._workers.next_job(self):
                return


workers = Workers()
"""Those of this process."""
