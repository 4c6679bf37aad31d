"""The tree is the one of RFC 6962: its definitions, written down as they stand there, are what it is held against."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.foundation.ledger import tree
from tongban.foundation.ledger.tree import Node

SIZES = st.integers(1, 70)


def entries(count: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(count)]


def mth(data: list[bytes]) -> bytes:
    """Section 2.1: the Merkle Tree Hash."""
    if not data:
        return sha256().digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = largest_power_below(len(data))
    return sha256(b"\x01" + mth(data[:k]) + mth(data[k:])).digest()


def path(m: int, data: list[bytes]) -> list[bytes]:
    """Section 2.1.1: the audit path."""
    if len(data) == 1:
        return []
    k = largest_power_below(len(data))
    return [*path(m, data[:k]), mth(data[k:])] if m < k else [*path(m - k, data[k:]), mth(data[:k])]


def proof(m: int, data: list[bytes], is_known: bool = True) -> list[bytes]:
    """Section 2.1.2: the consistency proof."""
    if m == len(data):
        return [] if is_known else [mth(data)]
    k = largest_power_below(len(data))
    if m <= k:
        return [*proof(m, data[:k], is_known), mth(data[k:])]
    return [*proof(m - k, data[k:], False), mth(data[:k])]


def largest_power_below(count: int) -> int:
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def hash_of(data: list[bytes]) -> tree.Hash:
    def of(node: Node) -> bytes:
        first = node.index << node.level
        covered = data[first : first + (1 << node.level)]
        assert len(covered) == 1 << node.level, "only complete subtrees are asked for"
        return mth(covered)

    return of


@given(st.integers(0, 70))
def test_the_root_is_the_merkle_tree_hash(size: int) -> None:
    data = entries(size)
    assert tree.root(size, hash_of(data)) == mth(data)


@given(st.integers(0, 6))
def test_a_subtree_follows_from_any_level_of_it(height: int) -> None:
    data = entries(1 << height)
    for level in range(height + 1):
        below = [mth(data[at : at + (1 << level)]) for at in range(0, len(data), 1 << level)]
        assert tree.subtree(b"".join(below)) == mth(data)


@given(SIZES, st.data())
def test_a_path_proves_its_entry_and_no_other(size: int, chance: st.DataObject) -> None:
    data = entries(size)
    index = chance.draw(st.integers(0, size - 1))
    found = tree.hashes(tree.inclusion(index, size), hash_of(data))
    assert list(found) == path(index, data)
    assert tree.included_root(tree.leaf_hash(data[index]), index, size, found) == mth(data)
    assert tree.included_root(tree.leaf_hash(b"another"), index, size, found) != mth(data)
    other = chance.draw(st.integers(0, size - 1))
    if other != index:
        assert tree.included_root(tree.leaf_hash(data[index]), other, size, found) != mth(data)
    assert tree.included_root(tree.leaf_hash(data[index]), index, size, [*found, bytes(32)]) is None
    if found:
        assert tree.included_root(tree.leaf_hash(data[index]), index, size, found[:-1]) is None


@given(SIZES, st.data())
def test_a_tree_that_grew_is_consistent_with_what_it_was(size: int, chance: st.DataObject) -> None:
    data = entries(size)
    before = chance.draw(st.integers(1, size))
    old, new = mth(data[:before]), mth(data)
    found = tree.hashes(tree.consistency(before, size), hash_of(data))
    assert list(found) == proof(before, data)
    assert tree.is_consistent(before, size, old, new, found)
    assert not tree.is_consistent(before, size, bytes(32), new, found)
    assert not tree.is_consistent(before, size, old, bytes(32), found)
    assert not tree.is_consistent(before, size, old, new, [*found, bytes(32)])
    if found:
        assert not tree.is_consistent(before, size, old, new, found[:-1])


@given(SIZES, st.data())
def test_who_changed_an_entry_cannot_prove_that_nothing_changed(size: int, chance: st.DataObject) -> None:
    data = entries(size)
    before = chance.draw(st.integers(1, size))
    changed = chance.draw(st.integers(0, before - 1))
    rewritten = [*data[:changed], b"rewritten", *data[changed + 1 :]]
    found = tree.hashes(tree.consistency(before, size), hash_of(rewritten))
    assert not tree.is_consistent(before, size, mth(data[:before]), mth(rewritten), found)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 3)])
def test_what_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no entry"):
        tree.inclusion(index, size)


@pytest.mark.parametrize(("before", "size"), [(0, 4), (5, 4)])
def test_a_tree_that_never_was_has_no_proof(before: int, size: int) -> None:
    with pytest.raises(ValueError, match="no tree"):
        tree.consistency(before, size)
    assert not tree.is_consistent(before, size, bytes(32), bytes(32), [])
