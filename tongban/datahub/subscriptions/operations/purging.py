"""Taking out by law what was signed with old calls upon feeds; who asked for what, when and by which grant stays."""

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
UPDATE subscriptions_call SET signed = '', signature = ''
WHERE at < %(before)s AND signed_at < %(before)s::timestamptz + interval '1 hour' AND signed <> '' AND NOT id = ANY(%(kept)s::uuid[])
"""


@transaction.atomic
def purge_feed_calls(
    *, before: dt.datetime, law: str, kept: Collection[uuid.UUID] = (), by: Actor, at: dt.datetime
) -> int:
    """Take out what was signed with calls older than ``before``, and its signature; return of how many calls.

    ``law`` is why, with its article; ``kept`` names calls that stay whole. Raises KeptLonger, LawMissing.
    """
    exchange.check_may_purge(before, law, at)
    with connection.cursor() as cursor:
        cursor.execute(ALLOW, ["on"])
        count = writing.run(EMPTY, {"before": before, "kept": list(kept)})
        cursor.execute(ALLOW, [""])
    detail = {"law": law, "before": before.astimezone(dt.UTC).isoformat(), "calls": count}
    ledger.record(act="feed.purged", subject=Subject("feed-purge", ""), by=by, at=at, detail=detail)
    return count
