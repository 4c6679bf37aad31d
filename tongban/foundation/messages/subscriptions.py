"""What wakes this package: its own timers, one for each delivery."""

from __future__ import annotations

from tongban.foundation.messages import transmitting
from tongban.foundation.outbox import operations as outbox


def connect() -> None:
    """Subscribe; each delivery has a transaction of its own, since it reaches outside."""
    outbox.on_timer(transmitting.TIMER, transmitting.transmit, is_alone=True)
