"""The linker: gives records their place in the tree, in batches, one linker at a time."""

from __future__ import annotations

from django.db import transaction

from tongban.foundation.ledger import nodes, tree
from tongban.foundation.ledger.models import Link
from tongban.foundation.statements import operations as statements
from tongban.foundation.statements import queries as statements_read

LINKER_LOCK = 0x7469_6C65_6467  # any constant of our own
BATCH = 5000
SPAN = tree.WIDTH << nodes.STEP
"""The hashes of a subtree that is kept, in bytes."""
WAITING = """
SELECT ledger_pending.record_id, digest, COALESCE(last.number, 0)
FROM ledger_pending JOIN ledger_record ON ledger_record.id = ledger_pending.record_id
LEFT JOIN (SELECT number FROM ledger_link ORDER BY number DESC LIMIT 1) last ON true
ORDER BY ledger_pending.record_id LIMIT %s
"""
LINKED = "DELETE FROM ledger_pending USING inserted WHERE ledger_pending.record_id = inserted.record_id"
KEEP = """
INSERT INTO ledger_subtree (level, index, hash)
SELECT %s, %s + place - 1, hash FROM unnest(%s::bytea[]) WITH ORDINALITY AS made (hash, place)
"""


def link_pending() -> int:
    """Give what is pending its place in the tree and return how many records got theirs.

    Another linker at work is left to it: what it does not see, the next one will.
    """
    linked = 0
    while batch := _link_batch():
        linked += batch
        if batch < BATCH:
            break
    return linked


@transaction.atomic
def _link_batch() -> int:
    if statements_read.one("SELECT pg_try_advisory_xact_lock(%s)", [LINKER_LOCK]) != (True,):
        return 0
    # Only now: what is seen has to be what the linker before has left.
    waiting = statements_read.rows(WAITING, [BATCH])
    if not waiting:
        return 0
    size = waiting[0][2]
    links = [
        Link(number=number, record_id=record_id, leaf=tree.leaf_hash(bytes(digest)))
        for number, (record_id, digest, _) in enumerate(waiting, size + 1)
    ]
    linked = statements.insert_many(links, then=LINKED)
    keep_complete(size, b"".join(link.leaf for link in links))
    return linked


def keep_complete(size: int, leaves: bytes) -> None:
    """Keep the hashes of the subtrees that are complete now that these leaves stand behind ``size`` others."""
    start, hashes = size, leaves
    for level in nodes.KEPT:
        first, last = start >> nodes.STEP, (start + len(hashes) // tree.WIDTH) >> nodes.STEP
        if first == last:
            return
        hashes = nodes.stored(level - nodes.STEP, first << nodes.STEP, start) + hashes
        made = [tree.subtree(hashes[at : at + SPAN]) for at in range(0, (last - first) * SPAN, SPAN)]
        statements.run(KEEP, [level, first, made])
        start, hashes = first, b"".join(made)
