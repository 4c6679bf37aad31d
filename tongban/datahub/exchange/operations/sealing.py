"""Sealing: what was exchanged becomes leaves of the ledger's tree, in batches, soon after it was recorded.

A row is taken when every transaction up to its own is over, so that none can appear behind it; one sealer at a time, from
where the last has come to. Rows, batches and the act in the ledger that says their roots are one transaction: a sealer that
dies has sealed nothing, and the next one begins where that one did.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

from django.db import connection, transaction

from tongban.datahub.exchange import leaves
from tongban.datahub.exchange.models import Batch
from tongban.datahub.exchange.rules import sealing as rules
from tongban.datahub.exchange.types import Kind
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.statements import queries as statements
from tongban.kernel.law import law
from tongban.kernel.types import SYSTEM, Actor, Subject

SEALER_LOCK = 0x7469_7365_616C  # any constant of our own
SIZE = 512
"""Leaves of a batch at most: its tree is computed anew for a proof."""
MOST_SEALED = 40 * SIZE
"""Rows of a kind that are sealed at once; more is left to the next time."""
LAST = uuid.UUID(int=(1 << 128) - 1)
# Every transaction before this one is over, and the snapshots of later statements see what it has written.
HORIZON = "SELECT exchange_era() + pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1"
# The newest transaction on record, and the present one.
BEHIND = """
SELECT coalesce(greatest((SELECT max(xact) FROM exchange_record), (SELECT max(xact) FROM exchange_answer),
        (SELECT max(xact) FROM exchange_named), (SELECT max(last_xact) FROM exchange_batch)), 0),
    exchange_xact(), exchange_era()
"""
ERA = "CREATE OR REPLACE FUNCTION exchange_era() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT {}::bigint'"
SEALED = """
SELECT last_xact, last_id FROM exchange_batch WHERE kind = %s ORDER BY last_xact DESC, last_id DESC LIMIT 1
"""
NUMBER = "SELECT coalesce(max(number), 0) FROM exchange_batch"


@law(
    "exchange-sealed",
    basis="数据安全法 27；电子签名法 5、8",
    says="Every exchange is a leaf of the signed ledger within seconds; what is changed afterwards shows, and which it is",
)
@transaction.atomic
def seal(*, at: dt.datetime, by: Actor = SYSTEM) -> int:
    """Seal what was exchanged, so many rows at most, and return how many; when ``MOST_SEALED`` or more there may be more.

    Another sealer at work is left to it: what it does not see, the next one will.
    """
    if statements.one("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK]) != (True,):
        return 0
    upto = horizon()
    statements.one(leaves.BY_INDEX, [])
    made = [batch for kind in Kind for batch in _batches(kind, upto)]
    if made:
        _write(made, by, at)
    return sum(batch.size for batch in made)


def horizon() -> int:
    """Return the last transaction of which it is certain that it and all before it are over."""
    found = statements.one(HORIZON, [])
    return int(found[0]) if found else 0


@transaction.atomic
def begin_era(*, by: Actor = SYSTEM, at: dt.datetime) -> bool:
    """Have transactions counted on behind those on record, if this cluster has not come that far; return whether it had not.

    So it is when a copy was restored into a new cluster, whose count begins anew: what is recorded there would lie before
    what is sealed already, and would never be. To be called before calls are taken; changes nothing where all is well.
    """
    last, present, era = statements.one(BEHIND, []) or (0, 0, 0)
    if present >= last:
        return False
    with connection.cursor() as cursor:
        cursor.execute(ERA.format(int(era + last - present + 1)))
    detail = {"behind": last, "present": present}
    ledger.record(
        act="exchange.era_begun", subject=Subject("exchange-batch", ""), by=by, at=at, detail=detail
    )
    return True


def _batches(kind: Kind, upto: int) -> Iterator[Batch]:
    """Yield what is to be sealed, without number and entry."""
    xact, id = statements.one(SEALED, [kind.value]) or leaves.BEGIN
    asked = {"xact": xact, "id": id, "last_xact": upto, "last_id": LAST, "most": MOST_SEALED, "size": SIZE}
    # Not prepared: a plan that was made for an empty table reads all of a full one.
    with connection.cursor() as cursor:
        cursor.execute(leaves.NEXT[kind], asked)
        rows = cursor.fetchall()
    key = leaves.key() if rows else b""
    for size, last_xact, last_id, ids, said in rows:
        joined = rules.leaves_of(key, bytes(ids), bytes(said))
        yield Batch(kind=kind.value, last_xact=last_xact, last_id=last_id, size=size, ids=bytes(ids), leaves=joined,
                    root=rules.root_of(joined))  # fmt: skip


def _write(made: list[Batch], by: Actor, at: dt.datetime) -> None:
    (last,) = statements.one(NUMBER, []) or (0,)
    for number, batch in enumerate(made, last + 1):
        batch.number, batch.at = number, at
    entry = ledger.record(
        act="exchange.sealed",
        subject=Subject("exchange-batch", str(made[0].number)),
        by=by,
        at=at,
        detail={"batches": [_said(batch) for batch in made]},
    )
    for batch in made:
        batch.entry = entry
    Batch.objects.bulk_create(made)


def _said(batch: Batch) -> dict[str, object]:
    return rules.said_batch(batch.number, Kind(batch.kind), batch.size, batch.root)
