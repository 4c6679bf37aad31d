"""Threads that speak to receivers, in two lanes: who was slow or failed last time can not hold up who was not."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

Job = Callable[[], None]


@dataclass
class Lane:
    """So many threads, made when they are needed; a job is only given to one that was taken for it."""

    name: str
    threads: int
    _jobs: queue.SimpleQueue[Job | None] = field(default_factory=queue.SimpleQueue)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _made: int = 0
    _busy: int = 0

    @property
    def free(self) -> int:
        """Return how many jobs can begin at once."""
        return self.threads - self._busy

    def take(self) -> None:
        """Keep a thread for a job; the caller has seen that one is free."""
        with self._lock:
            self._busy += 1
            if self._made < self._busy:
                self._made += 1
                threading.Thread(target=self._run, name=f"{self.name}-{self._made}", daemon=True).start()

    def give_back(self) -> None:
        """Let go of a thread that was taken, as there is no job for it."""
        with self._lock:
            self._busy -= 1

    def start(self, job: Job) -> None:
        """Have a job done by a thread that was taken."""
        self._jobs.put(job)

    def end(self) -> None:
        """End the threads that have nothing to do, and the others after their job."""
        for _ in range(self._made):
            self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            finally:
                self.give_back()
