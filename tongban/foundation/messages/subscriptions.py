"""What wakes this package: its own timers, one for each delivery."""

from __future__ import annotations

from tongban.foundation.messages import adapters, transmitting
from tongban.foundation.outbox import operations as outbox


def connect() -> None:
    """Subscribe; what leaves has a transaction of its own."""
    outbox.on_timers(transmitting.TIMER, transmitting.transmit, at_once=adapters.at_once)
