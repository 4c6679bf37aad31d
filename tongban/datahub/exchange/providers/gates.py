"""What keeps a provider's trouble its own: a bulkhead for each provider, a circuit breaker for each service.

A thread that waits for a department answers nobody else. So one provider may hold half of a process's threads at most,
all together all but one; and a service that has failed again and again is let alone for a while.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tongban.datahub.exchange.errors import ProviderFailed
from tongban.datahub.exchange.types import Service

THREADS = 6
"""Of a process, where nothing else is said."""
FAILURES = 5
PAUSE_SECONDS = 10.0
QUICK_SECONDS = 0.05
"""A provider whose answers take less than that is waited for as long, when all of its places are taken."""
WEIGHT = 0.2
"""Of the latest answer in the mean."""


class Bulkhead:
    """The places of one provider, and how quickly it answers."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.taken = 0
        self.mean_seconds = 0.0
        self._free = threading.BoundedSemaphore(places)
        self._lock = threading.Lock()

    def enter(self) -> None:
        """Take a place; raise ProviderFailed when there is none, of one that is quick after a moment."""
        if not self._free.acquire(timeout=QUICK_SECONDS if self.mean_seconds < QUICK_SECONDS else 0):
            raise ProviderFailed("ServiceFailed.Busy")
        with self._lock:
            self.taken += 1

    def leave(self, seconds: float) -> None:
        """Give the place back; ``seconds`` is how long it was taken."""
        with self._lock:
            self.taken -= 1
            self.mean_seconds += WEIGHT * (seconds - self.mean_seconds)
        self._free.release()


@dataclass
class Circuit:
    """Whether a service is asked: not for a while after it has failed again and again."""

    failures: int = 0
    open_until: float = 0.0

    def check(self) -> None:
        """Raise ProviderFailed while the service is let alone."""
        if self.is_open():
            raise ProviderFailed("ServiceFailed.Busy")

    def note(self, *, has_failed: bool) -> None:
        """Note how a call went. After the pause the next one tries; if it fails, the pause begins anew."""
        self.failures = self.failures + 1 if has_failed else 0
        if self.failures >= FAILURES:
            self.open_until = time.monotonic() + PAUSE_SECONDS

    def is_open(self) -> bool:
        """Return whether the service is let alone for now."""
        return time.monotonic() < self.open_until


@dataclass
class Gates:
    """All of a process."""

    threads: int = THREADS
    bulkheads: dict[str, Bulkhead] = field(default_factory=dict)
    circuits: dict[tuple[str, str], Circuit] = field(default_factory=dict)
    together: threading.BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        self.together = threading.BoundedSemaphore(max(1, self.threads - 1))

    def bulkhead(self, provider: str) -> Bulkhead:
        """Return the bulkhead of a provider."""
        found = self.bulkheads.get(provider)
        return found or self.bulkheads.setdefault(provider, Bulkhead(max(1, self.threads // 2)))

    def circuit(self, service: Service) -> Circuit:
        """Return the circuit of a service."""
        return self.circuits.setdefault((service.provider, service.code), Circuit())


_gates = [Gates()]


def have_threads(threads: int) -> None:
    """Share out so many threads from now on; said by a process that knows how many it has."""
    _gates[:] = [Gates(threads)]


def current() -> Gates:
    """Return this process's."""
    return _gates[0]


def circuits() -> list[tuple[str, str, bool]]:
    """Return each service that this process has asked, and whether it is let alone for a while."""
    return [(*named, one.is_open()) for named, one in list(current().circuits.items())]


def bulkheads() -> list[tuple[str, int, int]]:
    """Return each provider that this process has asked, how many of its places are taken, and how many it has."""
    return [(provider, one.taken, one.places) for provider, one in list(current().bulkheads.items())]


class Passage:
    """One call through the gates; it has failed the provider unless it is said not to have."""

    has_failed = True


@contextmanager
def through(service: Service) -> Iterator[Passage]:
    """Hold a place of the service's provider; raise ProviderFailed, busy, when there is none or it is let alone.

    What takes too long, breaks off, or is not caught at all counts as a failure; a quick answer of the wrong kind holds
    nobody up, so that nobody can have a service let alone by asking it for what it can not give.
    """
    gates = current()
    circuit, bulkhead = gates.circuit(service), gates.bulkhead(service.provider)
    circuit.check()
    if not gates.together.acquire(blocking=False):
        raise ProviderFailed("ServiceFailed.Busy")
    try:
        bulkhead.enter()
        began, passage = time.monotonic(), Passage()
        try:
            yield passage
        except ProviderFailed as why:
            passage.has_failed = why.how != "ServiceFailed.InvalidResponse"
            raise
        finally:
            bulkhead.leave(time.monotonic() - began)
            circuit.note(has_failed=passage.has_failed)
    finally:
        gates.together.release()
