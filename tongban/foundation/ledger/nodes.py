"""The stored hashes of the tree: every leaf, and each complete subtree of every eighth level."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tongban.foundation.ledger import tree
from tongban.foundation.ledger.tree import Node
from tongban.foundation.statements import queries as statements

STEP = 8
KEPT = (8, 16, 24)
"""Levels whose subtrees are kept when they are complete; above the last, up to 256 are read."""
# All ranges in one statement: a proof takes about three of 255 hashes, and one for each power of two in the size.
STORED = """
SELECT wanted.place, string_agg(found.hash, ''::bytea ORDER BY found.index)
FROM unnest(%s::int[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS wanted (level, first, last, place)
CROSS JOIN LATERAL (
    SELECT number - 1 AS index, leaf AS hash FROM ledger_link
    WHERE wanted.level = 0 AND number > wanted.first AND number <= wanted.last
    UNION ALL
    SELECT s.index, s.hash FROM ledger_subtree s
    WHERE wanted.level > 0 AND s.level = wanted.level AND s.index >= wanted.first AND s.index < wanted.last
) found GROUP BY wanted.place
"""


def stored(level: int, first: int, last: int) -> bytes:
    """Return the hashes ``first <= index < last`` of a kept level, joined."""
    return _stored([(level, first, last)])[0] if first < last else b""


def hashes(wanted: Iterable[Node]) -> dict[Node, bytes]:
    """Return the hashes of complete subtrees; raises KeyError when one is not complete."""
    nodes = tuple(dict.fromkeys(wanted))
    ranges = [_range(node) for node in nodes]
    found = {}
    for node, (base, first, last), below in zip(nodes, ranges, _stored(ranges), strict=True):
        if len(below) != (last - first) * tree.WIDTH:
            raise KeyError(Node(base, first + len(below) // tree.WIDTH))
        found[node] = tree.subtree(below)
    return found


def _range(node: Node) -> tuple[int, int, int]:
    base = min(node.level // STEP * STEP, KEPT[-1])
    height = node.level - base
    return base, node.index << height, (node.index + 1) << height


def _stored(ranges: Sequence[tuple[int, int, int]]) -> list[bytes]:
    if not ranges:
        return []
    levels, firsts, lasts = zip(*ranges, strict=True)
    rows = statements.rows(STORED, [list(levels), list(firsts), list(lasts)])
    found = {place: bytes(joined) for place, joined in rows}
    return [found.get(place, b"") for place in range(1, len(ranges) + 1)]
