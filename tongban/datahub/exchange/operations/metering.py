"""Counting what is given under a grant by other ways than a call to its service: it is bounded by the same day's limit."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from tongban.datahub.exchange.operations.authorising import LOCK
from tongban.datahub.resources import queries as resources
from tongban.foundation.statements import operations as writing
from tongban.foundation.statements import queries as statements
from tongban.kernel.clock import SHANGHAI

USED = 'SELECT coalesce(sum(calls), 0) FROM exchange_meter WHERE "grant" = %s AND day = %s'
USE = """
INSERT INTO exchange_meter AS m ("grant", day, shard, calls) VALUES (%s, %s, pg_backend_pid() %% 512, 1)
ON CONFLICT ("grant", day, shard) DO UPDATE SET calls = m.calls + 1
"""


def use_grant(*, grant: uuid.UUID, at: dt.datetime) -> bool:
    """Count one use of a grant, and return whether the day's limit still allowed it; else nothing is counted."""
    day, most = at.astimezone(SHANGHAI).date(), resources.get_grant(grant).per_day
    with transaction.atomic():
        statements.one(LOCK, [str(grant)])
        used = statements.one(USED, [grant, day])
        if used is None or used[0] >= most:
            return False
        writing.run(USE, [grant, day])
    return True
