"""How often something is done that many ask for at once: at first each time, in a spike so many times a second."""

from __future__ import annotations

import time
from threading import Lock


class Pace:
    """A bucket of ``burst`` turns that fills again by ``a_second`` turns each second; one for all threads."""

    def __init__(self, *, burst: int, a_second: float) -> None:
        self._burst, self._a_second = burst, a_second
        self._turns, self._at = float(burst), time.monotonic()
        self._lock = Lock()

    def allows(self) -> bool:
        """Return whether it is to be done now; the turn is then taken."""
        with self._lock:
            moment = time.monotonic()
            self._turns = min(self._burst, self._turns + (moment - self._at) * self._a_second)
            self._at = moment
            if self._turns < 1:
                return False
            self._turns -= 1
            return True
