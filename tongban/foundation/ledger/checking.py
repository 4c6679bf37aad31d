"""Everything computed anew: does each record have the digest, each leaf the entry, each subtree the leaves?

What differs is named, one by one, and the rest goes on being checked with what is stored. Only behind places that are gone
the tree cannot be computed: there each record is still held against its own leaf.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterable, Iterator
from heapq import merge
from operator import itemgetter
from typing import Any

from django.db import connection

from tongban.foundation.ledger import nodes, purging, rules, tree
from tongban.foundation.ledger.models import Link, Pending, Record
from tongban.foundation.ledger.tree import Node
from tongban.foundation.ledger.types import Change, Difference, Head, TreeState
from tongban.kernel.types import Actor, Subject

SPAN = tree.WIDTH << nodes.STEP
CHUNK = 2000
MOST = 1000
"""So many differences are named."""
# One statement: between two of them a record could have got its place.
UNPLACED = """
SELECT id FROM ledger_record r
WHERE NOT EXISTS (SELECT FROM ledger_link l WHERE l.record_id = r.id)
    AND NOT EXISTS (SELECT FROM ledger_pending p WHERE p.record_id = r.id)
ORDER BY id LIMIT %s
"""
EMPTIED = """
SELECT number, leaf, record_id FROM ledger_link l
WHERE NOT EXISTS (SELECT FROM ledger_record r WHERE r.id = l.record_id) ORDER BY number LIMIT %s
"""
Place = tuple[int, bytes, uuid.UUID, Change | None]


def check_tree(known: Iterable[Head] = ()) -> TreeState:
    """Compute the whole tree from the records and return where, if anywhere, it differs from what is known.

    Known is what is stored, and heads that somebody has kept, the smallest first.
    """
    checker = _Checker(known)
    for number, leaf, id, change in _places():
        checker.check(number, leaf, id, change)
        if len(checker.found) >= MOST:
            break
    else:
        checker.end()
    return TreeState(checker.head(), Pending.objects.count(), (*checker.found, *_unplaced()))


class _Checker:
    """Builds the tree from its places, in their order, and notes what differs."""

    def __init__(self, known: Iterable[Head]) -> None:
        self.found: list[Difference] = []
        self._levels = [bytearray() for _ in (0, *nodes.KEPT)]
        self._size = 0
        self._is_torn = False
        self._known, self._agreed = deque(known), Head(0, tree.EMPTY)
        self._before: Head | None = None

    def head(self) -> Head:
        """Return the head over what comes before the first difference."""
        return self._before or self._head(self._size)

    def check(self, number: int, leaf: bytes, id: uuid.UUID, change: Change | None) -> None:
        """Take the next place; ``change`` is what is wrong with its own record."""
        if number < 1:
            change = Change.INSERTED
        elif number > self._size + 1 and not self._is_torn:
            self._note(Difference(Change.MISSING, self._size + 1, number - 1), self._size)
            self._is_torn = True
        if change:
            self._note(Difference(change, number, number, id), self._size)
        if number > 0 and not self._is_torn:
            self._add(leaf)

    def end(self) -> None:
        """Hold what there is against a head over more: the rest was taken away."""
        if self._known and not self._is_torn:
            self._note(Difference(Change.MISSING, self._size + 1, self._known[-1].size), self._size)

    def _add(self, leaf: bytes) -> None:
        self._size += 1
        self._levels[0] += leaf
        self._close()
        while self._known and self._known[0].size == self._size:
            known = self._known.popleft()
            if self._head(self._size) == known:
                self._agreed = known
            elif not self._is_known(self._agreed.size + 1):
                self._note_range(self._agreed.size + 1)

    def _close(self) -> None:
        """Make a subtree of each level that is full; go on with the one that is stored."""
        for place, level in enumerate(nodes.KEPT):
            if len(self._levels[place]) < SPAN:
                return
            made, index = tree.subtree(bytes(self._levels[place])), (self._size >> level) - 1
            self._levels[place].clear()
            kept = nodes.stored(level, index, index + 1)
            first = (index << level) + 1
            # A head may have shown already that something is wrong: this says it closer.
            if kept != made and (not self._is_known(first) or self.found[-1].change is Change.REWRITTEN):
                self._note_range(first)
            self._levels[place + 1] += kept if len(kept) == tree.WIDTH else made

    def _is_known(self, first: int) -> bool:
        """Return whether a difference is known among the entries from there to here."""
        return bool(self.found) and self.found[-1].last >= first

    def _note_range(self, first: int) -> None:
        self._note(Difference(Change.REWRITTEN, first, self._size), first - 1)

    def _note(self, difference: Difference, before: int) -> None:
        self._before = self._before or (self._agreed if before == self._agreed.size else self._head(before))
        self.found.append(difference)

    def _head(self, size: int) -> Head:
        return Head(size, tree.root(size, lambda node: self._hash(node, size)))

    def _hash(self, node: Node, size: int) -> bytes:
        place = min(node.level // nodes.STEP, len(nodes.KEPT))
        base = place * nodes.STEP
        height, start = node.level - base, (size >> base) - len(self._levels[place]) // tree.WIDTH
        first = ((node.index << height) - start) * tree.WIDTH
        return tree.subtree(bytes(self._levels[place][first : first + (tree.WIDTH << height)]))


def _places() -> Iterator[Place]:
    """Yield number, leaf and id of each place, and what is wrong with its record."""
    return merge(_kept(), _emptied(), key=itemgetter(0))


def _kept() -> Iterator[Place]:
    links, purged = Link.objects.select_related("record").order_by("number"), purging.said()
    for link in links.iterator(chunk_size=CHUNK):
        row, leaf = link.record, bytes(link.leaf)
        is_itself = _is_itself(row, leaf, purged.get(row.id))
        yield link.number, leaf, row.id, None if is_itself else Change.ALTERED


def _emptied() -> Iterator[Place]:
    """Yield the places whose record is gone."""
    for number, leaf, id in _rows(EMPTIED):
        yield number, bytes(leaf), id, Change.MISSING


def _is_itself(row: Record, leaf: bytes, left: str | None) -> bool:
    """Return whether a record is what was recorded; a purged one, whether it is what the purge says is left."""
    digest = bytes(row.digest)
    if tree.leaf_hash(digest) != leaf:
        return False
    return left == purging.left(row).hex() if purging.is_purged(row) else _digest(row) == digest


def _digest(row: Record) -> bytes:
    by = Actor(row.actor_kind, row.actor_id, row.actor_name)
    return rules.digest(row.id, row.at, by, row.act, Subject(row.subject_kind, row.subject_id), row.detail)


def _unplaced() -> Iterator[Difference]:
    """Yield the records that have no place and do not wait for one."""
    for (id,) in _rows(UNPLACED):
        yield Difference(Change.UNPLACED, 0, 0, id)


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [MOST])
        return cursor.fetchall()
