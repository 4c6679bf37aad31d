"""All exchanges computed anew, and held against the batches, and these against the ledger: what differs, by name."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from django.db import connection, transaction

from tongban.datahub.exchange import leaves
from tongban.datahub.exchange.models import Batch
from tongban.datahub.exchange.rules import sealing as rules
from tongban.datahub.exchange.types import Change, Difference, ExchangeAudit, Kind
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.ledger.types import Entry
from tongban.foundation.statements import queries as statements
from tongban.kernel.types import Subject

MOST = 1000
CHUNK = 100
ALL = 1 << 31
PURGES = Subject("exchange-content", "")
SEALED, OF = "exchange.sealed", "exchange-batch"
# Who takes the last batches away has them made anew, over what stands there now: the ledger keeps both words.
SAID_TWICE = """
SELECT (said->>'number')::bigint, min(said->>'kind')
FROM ledger_record, jsonb_array_elements(detail->'batches') said
WHERE subject_kind = %s AND act = %s
GROUP BY 1 HAVING count(DISTINCT (said->>'root', said->>'size', said->>'kind')) > 1 ORDER BY 1
"""
Place = tuple[int, uuid.UUID]


class _Auditor:
    """Goes through the batches in their order and counts."""

    def __init__(self) -> None:
        self.batches = self.sealed = 0
        self.purged = 0
        self._last: dict[Kind, Place] = dict.fromkeys(Kind, leaves.BEGIN)
        self._key = leaves.key()
        self._purged_before = purged_before()

    def differences(self) -> Iterator[Difference]:
        """Yield what differs."""
        rows = Batch.objects.order_by("number").iterator(chunk_size=CHUNK)
        while chunk := list(islice(rows, CHUNK)):
            entries = ledger.entries_by_id({batch.entry for batch in chunk})
            for batch in chunk:
                yield from self._gap(batch)
                yield from self._batch(batch, entries.get(batch.entry))
        yield from self._end()

    def pending(self) -> int:
        """Return how many rows stand behind the last batches."""
        found = (statements.one(leaves.AFTER[kind], [*self._last[kind]]) for kind in Kind)
        return sum(one[0] for one in found if one)

    def _gap(self, batch: Batch) -> Iterator[Difference]:
        for number in range(self.batches + 1, batch.number):
            yield Difference(Change.BATCH_MISSING, Kind(batch.kind), number)
        self.batches = batch.number

    def _batch(self, batch: Batch, entry: Entry | None) -> Iterator[Difference]:
        kind, ids, joined = Kind(batch.kind), bytes(batch.ids), bytes(batch.leaves)
        # Whatever the batch says of itself: what counts is what the ledger says, and the batch has to say the same.
        size, root = len(joined) // rules.DIGEST, rules.root_of(joined)
        said = rules.said_batch(batch.number, kind, size, root)
        is_said = entry is not None and entry.act == SEALED and said in rules.batches_in(entry.detail)
        own = (batch.size, bytes(batch.root), batch.last_id.bytes, batch.at)
        if entry is None or not is_said or own != (size, root, ids[-rules.ID :], entry.at):
            yield Difference(_what_of(batch.number, entry), kind, batch.number)
        found_ids, found, last = self._rows(kind, (batch.last_xact, batch.last_id))
        self.sealed += len(ids) // rules.ID
        if (found_ids, rules.leaves_of(self._key, found_ids, found)) != (ids, joined):
            yield from self._located(batch, kind, found_ids, found)
        elif last != (batch.last_xact, batch.last_id):
            yield Difference(Change.BATCH_ALTERED, kind, batch.number)
        yield from self._emptied(batch, kind, found_ids, found)

    def _rows(self, kind: Kind, upto: Place) -> tuple[bytes, bytes, Place | None]:
        """Return ids of the rows up to a place, what the database says of them, and the place of the last."""
        (xact, id), (last_xact, last_id) = self._last[kind], upto
        self._last[kind] = max(self._last[kind], upto)
        asked = {"xact": xact, "id": id, "last_xact": last_xact, "last_id": last_id, "most": ALL, "size": ALL}
        with connection.cursor() as cursor:
            cursor.execute(leaves.NEXT[kind], asked)
            row = cursor.fetchone()
        return (bytes(row[3]), bytes(row[4]), (row[1], row[2])) if row else (b"", b"", None)

    def _located(self, batch: Batch, kind: Kind, ids: bytes, said: bytes) -> Iterator[Difference]:
        """Yield which rows are not as the batch has them."""
        then = dict(
            zip(_cut(bytes(batch.ids), rules.ID), _cut(bytes(batch.leaves), rules.DIGEST), strict=False)
        )
        names = _cut(ids, rules.ID)
        now = dict(zip(names, _cut(rules.leaves_of(self._key, ids, said), rules.DIGEST), strict=True))
        changes = {id: Change.ALTERED for id, leaf in now.items() if then.get(id, leaf) != leaf}
        changes |= dict.fromkeys(then.keys() - now.keys(), Change.MISSING)
        twice = {id for id, count in Counter(names).items() if count > 1}
        changes |= dict.fromkeys((now.keys() - then.keys()) | twice, Change.INSERTED)
        for id, change in sorted(changes.items()):
            yield Difference(change, kind, batch.number, uuid.UUID(bytes=id))

    def _emptied(self, batch: Batch, kind: Kind, ids: bytes, said: bytes) -> Iterator[Difference]:
        """Yield which rows lost their content without a purge in the ledger that covers them."""
        marks = said[:: rules.SAID]
        if rules.PURGED not in marks:
            return
        gone = [uuid.UUID(bytes=id) for id, mark in zip(_cut(ids, rules.ID), marks, strict=True) if mark]
        self.purged += len(gone)
        for (id,) in statements.rows(leaves.LATER[kind], [gone, self._purged_before]):
            yield Difference(Change.EMPTIED, kind, batch.number, id)

    def _end(self) -> Iterator[Difference]:
        """Yield the batches of which the ledger says two things, and those that it says last and that are not there."""
        for number, kind in statements.rows(SAID_TWICE, [OF, SEALED]):
            yield Difference(Change.BATCH_ALTERED, Kind(kind), number)
        entry = ledger.latest_act(SEALED, OF)
        for said in rules.batches_in(entry.detail) if entry else ():
            if said["number"] > self.batches:
                yield Difference(Change.BATCH_MISSING, Kind(said["kind"]), said["number"])


@transaction.atomic
def audit_exchanges() -> ExchangeAudit:
    """Compute all exchanges anew and return what differs from what was sealed; the ledger itself is checked elsewhere."""
    auditor = _Auditor()
    statements.one(leaves.BY_INDEX, [])
    found = tuple(islice(auditor.differences(), MOST))
    return ExchangeAudit(auditor.batches, auditor.sealed, auditor.purged, auditor.pending(), found)


def purged_before() -> dt.datetime:
    """Return before which moment the ledger says that contents were purged."""
    said = [
        dt.datetime.fromisoformat(str(one.detail["before"])) for one in ledger.entries(PURGES, limit=10_000)
    ]
    return max(said, default=dt.datetime(1, 1, 1, tzinfo=dt.UTC))


def _what_of(number: int, entry: Entry | None) -> Change:
    """Return whether the ledger says another batch of this number, or none."""
    numbers = [one.get("number") for one in rules.batches_in(entry.detail if entry else {})]
    return Change.BATCH_ALTERED if number in numbers else Change.BATCH_INSERTED


def _cut(joined: bytes, width: int) -> list[bytes]:
    return [joined[at : at + width] for at in range(0, len(joined), width)]
