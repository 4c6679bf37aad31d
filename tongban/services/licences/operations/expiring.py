"""The end of a licence's validity: the holder is reminded in time; what has ended is told to all who react."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.types import Timer
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import Actor, Subject
from tongban.services.licences import models, tellings
from tongban.services.licences.events import LicenceExpired
from tongban.services.licences.operations import recording
from tongban.services.licences.rules import validity
from tongban.services.licences.types import LicenceState

TIMER = "services.licences.expiry"
MORNING = dt.time(9, 0, tzinfo=SHANGHAI)


def timers(row: models.Licence, at: dt.datetime) -> list[Timer]:
    """Return the timer by which the holder is reminded at the next day that matters; none where none does."""
    day = validity.next_reminder(row.valid_until, recording.day_of(at)) if row.valid_until else None
    if day is None:
        return []
    return [Timer(f"{TIMER}/{row.id}", TIMER, dt.datetime.combine(day, MORNING), {"licence": str(row.id)})]


@transaction.atomic
def remind(*, id: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    """Tell the holder of a licence that still holds how long it does, or that it ended; plan the next time."""
    row = models.Licence.objects.select_for_update().filter(id=id).first()
    if row is None or row.valid_until is None or LicenceState(row.state) not in validity.STILL_HOLDS:
        return
    if recording.day_of(at) > row.valid_until:
        _expire(row, by, at)
    else:
        tellings.ends_soon(row, at)
        outbox.schedule_many(timers(row, at))


def _expire(row: models.Licence, by: Actor, at: dt.datetime) -> None:
    until = row.valid_until.isoformat()
    subject = Subject("licence", str(row.id))
    ledger.record(act="licence.expire", subject=subject, by=by, at=at, detail={"valid_until": until})
    outbox.publish(LicenceExpired(**recording.event_head(row), valid_until=until), at=at)
    tellings.expired(row, at)
