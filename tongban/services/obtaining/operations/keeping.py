"""What came back is erased in its time; that it was asked for, and when, stays on record."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.statements import operations as writing
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.law import law
from tongban.kernel.types import Actor, Subject

ERASE = (
    r"UPDATE obtaining_want SET content = NULL, parameters = '\x', erase_on = NULL WHERE erase_on < %s::date"
)


@law("obtained-kept-shortly", basis="个人信息保护法 19", says="What was obtained for a case is erased when the case no longer "
     "needs it")  # fmt: skip
@transaction.atomic
def erase_due(*, by: Actor, at: dt.datetime) -> int:
    """Erase what came back and need not be kept any longer; return how many answers."""
    count = writing.run(ERASE, [at.astimezone(SHANGHAI).date()])
    if count:
        ledger.record(
            act="obtaining.erase",
            subject=Subject("obtaining", "answers"),
            by=by,
            at=at,
            detail={"count": count},
        )
    return count
