"""Sealing changes: which stands at which position, and what it is, is said on the ledger soon after it was placed.

A feed's changes are placed by one statement under the lock of its row, so whatever stands up to its position is committed and
nothing comes in between any more. Leaves and act are one transaction; a sealer that dies has sealed nothing.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from tongban.datahub.subscriptions import leaves, records
from tongban.datahub.subscriptions.models import ChangeSeal
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.statements import queries as statements
from tongban.kernel.law import law
from tongban.kernel.types import SYSTEM, Actor, Subject

LOCK = "SELECT pg_try_advisory_xact_lock(%s)"
SEALER_LOCK = 0x6665_6564_7365  # any constant of our own
MOST = 20_000
"""Changes of a feed that are sealed at once; more is left to the next time."""
WAITING = """
SELECT f.id, f.provider_id || '/' || f.code, f.position, greatest(f.forgotten, coalesce(s.last, 0))
FROM subscriptions_feed f LEFT JOIN LATERAL (
    SELECT last FROM subscriptions_change_seal WHERE feed = f.id ORDER BY first DESC LIMIT 1
) s ON true
WHERE f.position > greatest(f.forgotten, coalesce(s.last, 0)) ORDER BY f.id
"""


@law(
    "feed-order-sealed",
    basis="数据安全法 27；电子签名法 5、8",
    says="What a feed has told, and in which order, is on the ledger within seconds: what is changed or swapped shows",
)
@transaction.atomic
def seal_changes(*, by: Actor = SYSTEM, at: dt.datetime) -> int:
    """Seal the changes that have their positions, and return how many; with ``MOST`` of a feed there may be more.

    Another sealer at work is left to it.
    """
    if statements.one(LOCK, [SEALER_LOCK]) != (True,):
        return 0
    return sum(
        _seal(feed, name, run, by, at)
        for feed, name, upto, after in statements.rows(WAITING, [])
        for run in leaves.runs(feed, after, upto, MOST)
    )


def _seal(feed: int, name: str, run: tuple[int, int, bytes], by: Actor, at: dt.datetime) -> int:
    first, last, joined = run
    detail = {"first": first, "last": last, "digest": records.sha256(joined).hex()}
    entry = ledger.record(act="feed.sealed", subject=Subject("feed-seal", name), by=by, at=at, detail=detail)
    ChangeSeal.objects.create(feed=feed, first=first, last=last, leaves=joined, entry=entry)
    return last - first + 1
