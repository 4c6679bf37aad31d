"""What several threads ask at the same moment, asked together.

A commit waits for the disk and a round trip costs two processes their turn; who comes while another's is under way
waits for its end, then goes together with all others who wait. Who comes alone goes at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

A = TypeVar("A")
B = TypeVar("B")


class _One(Generic[A, B]):
    """What one thread asks, and what it was told; its gate opens when it was told, or is to ask for all."""

    __slots__ = ("asked", "found", "gate", "why")

    def __init__(self, asked: A) -> None:
        self.asked = asked
        self.found: B | None = None
        self.why: Exception | None = None
        self.gate = threading.Lock()

    def tell(self, found: B | Exception) -> None:
        if isinstance(found, Exception):
            self.why = found
        else:
            self.found = found

    @property
    def is_told(self) -> bool:
        return self.found is not None or self.why is not None


class Gathering(Generic[A, B]):
    """Asks for many threads at once. ``together`` gives for each what it found, or the exception it is to raise."""

    def __init__(self, together: Callable[[Sequence[A]], Sequence[B | Exception]]) -> None:
        self._together = together
        self._lock = threading.Lock()
        self._waiting: list[_One[A, B]] = []
        self._is_asking = self._are_many = False

    def ask(self, asked: A) -> B:
        """Return what was found for this one, whichever thread asked."""
        own: _One[A, B] = _One(asked)
        if self._waits(own):
            own.gate.acquire()
        if not own.is_told:
            self._ask_for_all(own)
        if own.why is not None:
            raise own.why
        assert own.found is not None  # noqa: S101 - told, and not why it failed
        return own.found

    def _waits(self, own: _One[A, B]) -> bool:
        """Return whether another thread is asking; then this one is on the list, its gate closed."""
        with self._lock:
            if not self._is_asking:
                self._is_asking = True
                return False
            own.gate.acquire()
            self._waiting.append(own)
            return True

    def _ask_for_all(self, own: _One[A, B]) -> None:
        if self._are_many:
            # Whoever is about to ask, and waits only for the interpreter, comes along.
            time.sleep(0)
        with self._lock:
            everybody, self._waiting = [own, *self._waiting], []
            self._are_many = len(everybody) > 1
        try:
            for one, found in zip(everybody, self._together([one.asked for one in everybody]), strict=True):
                one.tell(found)
        except Exception as why:
            for one in everybody:
                one.tell(why)
        finally:
            self._hand_on()
            for one in everybody[1:]:
                one.gate.release()

    def _hand_on(self) -> None:
        """Let the first of those who came meanwhile ask for all of them; their database works while others are told."""
        with self._lock:
            self._is_asking = bool(self._waiting)
            if self._waiting:
                self._waiting.pop(0).gate.release()
