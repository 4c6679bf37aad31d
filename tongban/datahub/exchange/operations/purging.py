"""Taking out by law the content of exchanges that need not be kept any longer; what was proved stays proved.

What goes: what was signed, the signature, message id, user, issue, whose data it was; of an answer the digest of its body.
What stays: who called which service when, by which grant, with what outcome, and the leaf in the ledger.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import connection, transaction

from tongban.datahub.exchange import leaves
from tongban.datahub.exchange.models import Elsewhere
from tongban.datahub.exchange.queries.auditing import PURGES
from tongban.datahub.exchange.rules import purging as rules
from tongban.datahub.exchange.rules import sealing
from tongban.datahub.exchange.types import Kind
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.statements import queries as statements
from tongban.kernel.types import Actor, Subject

BATCH = 5000
ALLOW = "SELECT set_config('tongban.purge', 'on', true)"
# Only what is sealed: of anything else nothing would be left that proves it.
WAITING = {
    kind: f"""
SELECT {leaves.IDS[kind]}, at, {leaves.said(kind)}, xact FROM {leaves.TABLES[kind]}
WHERE (xact, {leaves.IDS[kind]}) > (%(xact)s::bigint, %(id)s::uuid) AND at < %(before)s
    AND NOT ({leaves.PURGED[kind]}) AND NOT {leaves.EXCHANGES[kind]} = ANY(%(kept)s::uuid[])
    AND (xact, {leaves.IDS[kind]}) <= (
        SELECT last_xact, last_id FROM exchange_batch WHERE kind = '{kind.value}'
        ORDER BY last_xact DESC, last_id DESC LIMIT 1)
ORDER BY xact, {leaves.IDS[kind]} LIMIT %(most)s
"""  # noqa: S608 - constants of these modules
    for kind in Kind
}
EMPTY = {
    Kind.CALL: """
UPDATE exchange_record r SET message_id = '', "user" = '', issue = '', subject = NULL, signed = gone.committed,
    signature = ''
FROM unnest(%s::uuid[], %s::timestamptz[], %s::bytea[]) AS gone (id, at, committed)
WHERE r.id = gone.id AND r.at = gone.at
""",
    Kind.ANSWER: """
UPDATE exchange_answer a SET digest = '\\x00'::bytea || gone.committed
FROM unnest(%s::uuid[], %s::timestamptz[], %s::bytea[]) AS gone (id, at, committed)
WHERE a.record = gone.id AND a.at = gone.at
""",
    Kind.NAMED: """
UPDATE exchange_named n SET subject = '\\x00'::bytea || gone.committed
FROM unnest(%s::uuid[], %s::timestamptz[], %s::bytea[]) AS gone (id, at, committed)
WHERE n.id = gone.id AND n.at = gone.at
""",
}


@transaction.atomic
def purge(
    *, before: dt.datetime, law: str, kept: Collection[uuid.UUID] = (), by: Actor, at: dt.datetime
) -> dict[Kind, int]:
    """Take out the content of sealed exchanges older than ``before`` and return how many of each kind lost theirs.

    ``law`` is why, with its article; ``kept`` names exchanges that stay whole, for a lawsuit or a contest.
    Raises KeptLonger while they have to be kept, LawMissing.
    """
    rules.check_may_purge(before, law, at)
    with connection.cursor() as cursor:
        cursor.execute(ALLOW)
    counts = {kind: _purge(kind, before, list(kept)) for kind in Kind}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tongban.purge', '', true)")
    detail = {
        "law": law,
        "before": before.astimezone(dt.UTC).isoformat(),
        "calls": counts[Kind.CALL],
        "answers": counts[Kind.ANSWER],
    }
    ledger.record(act="exchange.purged", subject=PURGES, by=by, at=at, detail=detail)
    return counts


@transaction.atomic
def purge_elsewhere(
    *, before: dt.datetime, law: str, kept: Collection[uuid.UUID] = (), by: Actor, at: dt.datetime
) -> int:
    """Take out what other nodes told before a moment of calls decided there, for people's accounts; return how many calls.

    Their records are those nodes' own. Raises KeptLonger, LawMissing.
    """
    rules.check_may_purge(before, law, at)
    found = Elsewhere.objects.filter(at__lt=before).exclude(id__in=kept).exclude(here__in=kept)
    count, _ = found.delete()
    detail = {"law": law, "before": before.astimezone(dt.UTC).isoformat(), "calls": count}
    ledger.record(
        act="exchange.purged_elsewhere",
        subject=Subject("exchange-elsewhere", ""),
        by=by,
        at=at,
        detail=detail,
    )
    return count


def _purge(kind: Kind, before: dt.datetime, kept: list[uuid.UUID]) -> int:
    key, count = leaves.key(), 0
    (xact, id), asked = leaves.BEGIN, {"before": before, "kept": kept, "most": BATCH}
    statements.one(leaves.BY_INDEX, [])
    while rows := statements.rows(WAITING[kind], {**asked, "xact": xact, "id": id}):
        committed = [sealing.committed(key, one.bytes, bytes(said)) for one, _, said, _ in rows]
        with connection.cursor() as cursor:
            cursor.execute(EMPTY[kind], [[row[0] for row in rows], [row[1] for row in rows], committed])
            count += cursor.rowcount
        id, xact = rows[-1][0], rows[-1][3]
    return count
