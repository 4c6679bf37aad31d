"""The linker: gives records their place in the tree, in batches, one linker at a time."""

from __future__ import annotations

from django.db import connection, transaction

from tongban.foundation.ledger import nodes, tree
from tongban.foundation.statements import operations as statements
from tongban.foundation.statements import queries as statements_read

LINKER_LOCK = 0x7469_6C65_6467  # any constant of our own
BATCH = 5000
SPAN = tree.WIDTH << nodes.STEP
"""The hashes of a subtree that is kept, in bytes."""
# The leaf is the hash of the record's digest, as tree.leaf_hash computes it.
LINK = """
WITH waiting AS (
    SELECT record_id FROM ledger_pending ORDER BY record_id LIMIT %s
), numbered AS (
    SELECT id, digest, row_number() OVER (ORDER BY id)
        + COALESCE((SELECT number FROM ledger_link ORDER BY number DESC LIMIT 1), 0) AS number
    FROM ledger_record WHERE id IN (SELECT record_id FROM waiting)
), linked AS (
    INSERT INTO ledger_link (number, record_id, leaf)
    SELECT number, id, sha256('\\x00'::bytea || digest) FROM numbered RETURNING number, record_id, leaf
), done AS (
    DELETE FROM ledger_pending USING waiting WHERE ledger_pending.record_id = waiting.record_id
)
SELECT count(*), min(number), string_agg(leaf, ''::bytea ORDER BY number) FROM linked
"""
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
    # Only now: what is seen has to be what the linker before has left. Not prepared: a plan that was made when little
    # waited reads all records when much does.
    with connection.cursor() as cursor:
        cursor.execute(LINK, [BATCH])
        count, first, leaves = cursor.fetchone() or (0, 0, b"")
    if count:
        keep_complete(first - 1, bytes(leaves))
    return int(count)


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
