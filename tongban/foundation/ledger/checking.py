"""Everything computed anew: does each record have the digest, each leaf the entry, each subtree the leaves?"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from tongban.foundation.ledger import nodes, purging, rules, tree
from tongban.foundation.ledger.models import Link, Pending, Record
from tongban.foundation.ledger.tree import Node
from tongban.foundation.ledger.types import Head, TreeState
from tongban.kernel.types import Actor, Subject

SPAN = tree.WIDTH << nodes.STEP


def check_tree(known: Iterable[Head] = ()) -> TreeState:
    """Compute the whole tree from the records and return where, if anywhere, it first differs from what is known.

    Known is what is stored, and heads that somebody has kept, the smallest first.
    """
    levels = [bytearray() for _ in (0, *nodes.KEPT)]
    heads, agreed, size = deque(known), Head(0, tree.EMPTY), 0
    for number, leaf, is_as_recorded in _leaves():
        if number != size + 1 or not is_as_recorded:
            return _state(_head(levels, size), (size + 1, size + 1))
        size += 1
        levels[0] += leaf
        if broken := _close(levels, size):
            return _state(_head(levels, broken[0] - 1), broken)
        if heads and heads[0].size == size:
            if _head(levels, size) != heads[0]:
                return _state(agreed, (agreed.size + 1, size))
            agreed = heads.popleft()
    # A head over more than there is: the rest was taken away.
    return _state(_head(levels, size), (size + 1, heads[0].size) if heads else None)


def _state(head: Head, broken: tuple[int, int] | None) -> TreeState:
    return TreeState(head, Pending.objects.count(), broken)


def _leaves() -> Iterator[tuple[int, bytes, bool]]:
    """Yield number, leaf, and whether the record is what was recorded; of a purged one, what the purge says is left."""
    links, purged = Link.objects.select_related("record").order_by("number"), purging.said()
    for link in links.iterator(chunk_size=2000):
        row, digest = link.record, bytes(link.record.digest)
        leaf = tree.leaf_hash(digest)
        if purging.is_purged(row):
            is_itself = purged.get(row.id) == purging.left(row).hex()
        else:
            is_itself = _digest(row) == digest
        yield link.number, leaf, is_itself and leaf == bytes(link.leaf)


def _digest(row: Record) -> bytes:
    by = Actor(row.actor_kind, row.actor_id, row.actor_name)
    return rules.digest(row.id, row.at, by, row.act, Subject(row.subject_kind, row.subject_id), row.detail)


def _close(levels: list[bytearray], size: int) -> tuple[int, int] | None:
    """Make a subtree of each level that is full; return the entries of one that is not stored so."""
    for place, level in enumerate(nodes.KEPT):
        if len(levels[place]) < SPAN:
            return None
        made, index = tree.subtree(bytes(levels[place])), (size >> level) - 1
        levels[place].clear()
        if nodes.stored(level, index, index + 1) != made:
            return (index << level) + 1, size
        levels[place + 1] += made
    return None


def _head(levels: list[bytearray], size: int) -> Head:
    def of(node: Node) -> bytes:
        place = min(node.level // nodes.STEP, len(nodes.KEPT))
        base = place * nodes.STEP
        height, start = node.level - base, (size >> base) - len(levels[place]) // tree.WIDTH
        first = ((node.index << height) - start) * tree.WIDTH
        return tree.subtree(bytes(levels[place][first : first + (tree.WIDTH << height)]))

    return Head(size, tree.root(size, of))
