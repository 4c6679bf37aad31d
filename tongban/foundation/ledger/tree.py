"""The Merkle tree over the ledger: what is hashed with what, and the proofs. Pure.

Source: RFC 6962 section 2.1 (hashes, paths, consistency), RFC 9162 section 2.1.3-2.1.4 (how a proof is verified).

A node is named by its level (0: a leaf) and its index on that level, and covers ``2**level`` entries. Only nodes
that are complete are named: what they cover never changes, so neither does their hash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

LEAF, INNER = b"\x00", b"\x01"
WIDTH = 32
EMPTY = sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Node:
    """A complete subtree."""

    level: int
    index: int


Hash = Callable[[Node], bytes]
"""What gives the hash of a complete subtree."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry."""
    return sha256(LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node that has these two below it."""
    return sha256(INNER + left + right).digest()


def root(size: int, of: Hash) -> bytes:
    """Return the hash of the tree over the first ``size`` entries."""
    return _fold(complete(0, size), of) if size else EMPTY


def subtree(below: bytes) -> bytes:
    """Return the hash of a complete subtree from the hashes of one of its levels, joined: 1, 2, 4 … of them."""
    while len(below) > WIDTH:
        pairs = range(0, len(below), 2 * WIDTH)
        below = b"".join([sha256(INNER + below[at : at + 2 * WIDTH]).digest() for at in pairs])
    return below


def complete(first: int, last: int) -> tuple[Node, ...]:
    """Return the complete subtrees, from left to right, over the entries ``first <= i < last``.

    The range begins where a subtree of its size may begin, as every range does that the tree is split into.
    """
    nodes = []
    while first < last:
        level = (last - first).bit_length() - 1
        nodes.append(Node(level, first >> level))
        first += 1 << level
    return tuple(nodes)


def inclusion(index: int, size: int) -> tuple[tuple[Node, ...], ...]:
    """Return the path that proves an entry of the tree, from the leaf up; each step as the nodes that are folded.

    Raises ValueError when the tree has no such entry.
    """
    if not 0 <= index < size:
        raise ValueError(f"no entry {index} in a tree of {size}")
    steps: list[tuple[Node, ...]] = []
    first, last = 0, size
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            steps.append(complete(middle, last))
            last = middle
        else:
            steps.append(complete(first, middle))
            first = middle
    return tuple(reversed(steps))


def consistency(before: int, size: int) -> tuple[tuple[Node, ...], ...]:
    """Return what proves that the tree of ``size`` entries begins with the tree of ``before``.

    Raises ValueError when the tree has not been that small.
    """
    if not 0 < before <= size:
        raise ValueError(f"no tree of {before} in a tree of {size}")
    steps: list[tuple[Node, ...]] = []
    first, last, is_known = 0, size, True
    while last != before:
        middle = first + _split(last - first)
        if before <= middle:
            steps.append(complete(middle, last))
            last = middle
        else:
            steps.append(complete(first, middle))
            first, is_known = middle, False
    if not is_known:
        steps.append(complete(first, last))
    return tuple(reversed(steps))


def hashes(steps: Sequence[Sequence[Node]], of: Hash) -> tuple[bytes, ...]:
    """Return a proof's hashes."""
    return tuple(_fold(step, of) for step in steps)


def included_root(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that follows when the leaf stands at this index; None when the path has another length."""
    found, rest = leaf, list(path)
    for is_right in reversed(list(_turns(index, size))):
        if not rest:
            return None
        sibling = rest.pop(0)
        found = node_hash(sibling, found) if is_right else node_hash(found, sibling)
    return None if rest else found


def is_consistent(before: int, size: int, old: bytes, new: bytes, path: Sequence[bytes]) -> bool:
    """Return whether the path shows that the tree with root ``new`` begins with the one with root ``old``."""
    if before == size:
        return old == new and not path
    if not 0 < before < size:
        return False
    rest = list(path)
    # The old tree is a complete subtree of the new one: its root is known and so not sent.
    if before & (before - 1) == 0:
        rest.insert(0, old)
    if not rest:
        return False
    node, last = before - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    of_old = of_new = rest.pop(0)
    while last:
        if node & 1 or node == last:
            if not rest:
                return False
            sibling = rest.pop(0)
            of_old, of_new = node_hash(sibling, of_old), node_hash(sibling, of_new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            if not rest:
                return False
            of_new = node_hash(of_new, rest.pop(0))
        node, last = node >> 1, last >> 1
    return not rest and of_old == old and of_new == new


def _split(size: int) -> int:
    """Return the largest power of two below ``size``, which is more than one."""
    return 1 << (size - 1).bit_length() - 1


def _turns(index: int, size: int) -> Iterator[bool]:
    """Yield, from the root down, whether the entry lies to the right."""
    while size > 1:
        middle = _split(size)
        is_right = index >= middle
        yield is_right
        index, size = (index - middle, size - middle) if is_right else (index, middle)


def _fold(nodes: Sequence[Node], of: Hash) -> bytes:
    found = of(nodes[-1])
    for node in reversed(nodes[:-1]):
        found = node_hash(of(node), found)
    return found
