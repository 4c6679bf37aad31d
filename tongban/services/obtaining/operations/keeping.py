"""What came back is erased in its time, or with the draft it was for; that it was asked for, and when, stays on record."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.statements import operations as writing
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.law import law
from tongban.kernel.types import Actor, Subject
from tongban.services.obtaining.operations.wanting import timer_key

ERASE = r"UPDATE obtaining_want SET content = NULL, parameters = '\x', owner = '\x', erase_on = NULL WHERE erase_on < %s::date"

STOP = """
UPDATE obtaining_want SET state = 'no_answer', problem = 'over' WHERE subject_kind = %s AND subject_id = %s
    AND state = 'wanted'
"""
FORGET = r"""
UPDATE obtaining_want SET content = NULL, parameters = '\x', owner = '\x', erase_on = NULL
WHERE subject_kind = %s AND subject_id = %s AND octet_length(parameters) > 0
"""


@law("obtained-kept-shortly", basis="个人信息保护法 19", says="What was obtained for a case is erased when the case no longer "
     "needs it")  # fmt: skip
@transaction.atomic
def erase_due(*, by: Actor, at: dt.datetime) -> int:
    """Erase what came back and need not be kept any longer; return how many answers."""
    count = writing.run(ERASE, [at.astimezone(SHANGHAI).date()])
    _record_erasure(Subject("obtaining", "answers"), count, by, at)
    return count


@law("obtained-purpose-over", basis="个人信息保护法 6、47", says="Once a case is over nobody is asked for it any more; what was "
     "obtained for a draft that was never handed in is erased with it")  # fmt: skip
@transaction.atomic
def stop(*, subject: Subject, forgetting: bool, by: Actor, at: dt.datetime) -> None:
    """Ask for nothing more for a case that is over; ``forgetting`` erases what has come."""
    about = [subject.kind, subject.id]
    if writing.run(STOP, about):
        outbox.cancel(timer_key(subject))
    if forgetting:
        _record_erasure(subject, writing.run(FORGET, about), by, at)


def _record_erasure(subject: Subject, count: int, by: Actor, at: dt.datetime) -> None:
    if count:
        ledger.record(act="obtaining.erase", subject=subject, by=by, at=at, detail={"count": count})
