"""The words of disputing a refusal: who does not share what was demanded answers again, then the authority decides."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from tongban.kernel.records import Word


class DisputeState(Word):
    """How far a dispute is."""

    ANSWERING = "answering"  # the owner answers again
    REFERRED = "referred"  # the data authority decides
    OVERTURNED = "overturned"
    UPHELD = "upheld"
    DROPPED = "dropped"

    @property
    def is_open(self) -> bool:
        """Return whether somebody has still to answer."""
        return self in (DisputeState.ANSWERING, DisputeState.REFERRED)


@dataclass(frozen=True, slots=True)
class Dispute:
    """A refusal that the demanding department does not accept; ``due_on`` is the last day of who has to answer now.

    ``turned_at`` is when it became their turn.
    """

    id: uuid.UUID
    request: uuid.UUID
    state: DisputeState
    reason: str
    opened_at: dt.datetime
    turned_at: dt.datetime
    due_on: dt.date | None
    escalated_at: dt.datetime | None
    closed_at: dt.datetime | None
