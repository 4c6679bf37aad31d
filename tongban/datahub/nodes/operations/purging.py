"""Taking out by law what other nodes signed of old calls; that a call went there or came, and its number there, stays."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import connection, transaction

from tongban.datahub.exchange import operations as exchange
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.statements import operations as writing
from tongban.kernel.types import Actor, Subject

ALLOW = "SELECT set_config('tongban.purge', %s, true)"
EMPTY = """
UPDATE nodes_relay SET said = '', signature = ''
WHERE at < %(before)s AND said <> '' AND NOT record = ANY(%(kept)s::uuid[])
"""


@transaction.atomic
def purge_relays(
    *, before: dt.datetime, law: str, kept: Collection[uuid.UUID] = (), by: Actor, at: dt.datetime
) -> int:
    """Take out what was signed between nodes of calls older than ``before``; return of how many calls.

    ``law`` is why, with its article; ``kept`` names exchanges that stay whole. Raises KeptLonger, LawMissing.
    """
    exchange.check_may_purge(before, law, at)
    with connection.cursor() as cursor:
        cursor.execute(ALLOW, ["on"])
        count = writing.run(EMPTY, {"before": before, "kept": list(kept)})
        cursor.execute(ALLOW, [""])
    detail = {"law": law, "before": before.astimezone(dt.UTC).isoformat(), "calls": count}
    ledger.record(act="nodes.purged", subject=Subject("nodes-purge", ""), by=by, at=at, detail=detail)
    return count
