"""A hash tree over records signed together (RFC 6962, section 2.1), and the path from one record to its root.

Leaves and nodes are hashed with different first bytes, so that no node can be passed off as a record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

LEAF, NODE, SIZE = b"\x00", b"\x01", 32
LEFT, RIGHT = b"L", b"R"


def leaf(record: bytes) -> bytes:
    """Return the digest of a record as a leaf."""
    return hashlib.sha256(LEAF + record).digest()


def root_and_paths(leaves: Sequence[bytes]) -> tuple[bytes, list[bytes]]:
    """Return the root and, for each leaf, its path: which side (L, R) and digest of each sibling, upwards."""
    if not leaves:
        raise ValueError("a tree has leaves")
    level, places = list(leaves), list(range(len(leaves)))
    paths = [bytearray() for _ in leaves]
    while len(level) > 1:
        for number, place in enumerate(places):
            sibling = place ^ 1
            if sibling < len(level):
                paths[number] += (LEFT if sibling < place else RIGHT) + level[sibling]
            places[number] = place // 2
        level = [
            hashlib.sha256(NODE + level[at] + level[at + 1]).digest() if at + 1 < len(level) else level[at]
            for at in range(0, len(level), 2)
        ]
    return level[0], [bytes(path) for path in paths]


def root_from(leaf_digest: bytes, path: bytes) -> bytes:
    """Return the root to which a leaf and its path lead; raise ValueError for what is no path."""
    if len(path) % (SIZE + 1):
        raise ValueError("no path")
    digest = leaf_digest
    for start in range(0, len(path), SIZE + 1):
        side, sibling = path[start : start + 1], path[start + 1 : start + 1 + SIZE]
        if side not in (LEFT, RIGHT):
            raise ValueError("no path")
        pair = sibling + digest if side == LEFT else digest + sibling
        digest = hashlib.sha256(NODE + pair).digest()
    return digest
