"""The leaf that the database computes of a row is the one that a court computes of what it is shown."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.datahub.exchange.rules import sealing as rules
from tongban.foundation.ledger import tree

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
VALUES = st.lists(st.one_of(TEXT, st.none(), st.integers(-(1 << 63), (1 << 63) - 1)), min_size=1, max_size=6)
LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40)


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VALUES)
def test_values_are_written_as_the_database_writes_them(values: list[Any]) -> None:
    places = ", ".join("%s::bigint" if isinstance(one, int) else "%s::text" for one in values)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT json_build_array({places})::text", values)
        (said,) = cursor.fetchone()
    assert said == rules.text_of(values)
    assert rules.digest_of(values) == hashlib.sha256(said.encode()).digest()


@given(LEAVES, st.data())
def test_every_leaf_leads_to_the_root_of_its_batch_and_no_other_does(leaves: list[bytes], data: Any) -> None:
    joined, index = b"".join(leaves), data.draw(st.integers(0, len(leaves) - 1))
    path, root = rules.path_of(joined, index), rules.root_of(joined)
    assert rules.root_from(leaves[index], index, len(leaves), path) == root
    assert rules.root_from(tree.leaf_hash(b"another"), index, len(leaves), path) != root
    assert rules.root_from(leaves[index], len(leaves), len(leaves), path) is None


@given(st.lists(st.binary(min_size=16, max_size=16), min_size=2, max_size=20, unique=True), st.data())
def test_an_id_is_found_where_it_stands_and_nowhere_between(ids: list[bytes], data: Any) -> None:
    """Bytes of two neighbours may look like a third."""
    joined, index = b"".join(ids), data.draw(st.integers(0, len(ids) - 1))
    assert rules.place_of(joined, ids[index]) == index
    between = joined[8:24]
    assert rules.place_of(joined, between) == (ids.index(between) if between in ids else None)


def test_a_purged_row_gives_the_leaf_that_it_had() -> None:
    key, id, frame, content = b"k" * 32, b"i" * 16, b"f" * 32, b"c" * 32
    whole = bytes([rules.WHOLE]) + frame + content
    purged = bytes([rules.PURGED]) + frame + rules.committed(key, id, whole)
    assert rules.leaf_of(key, id, purged) == rules.leaf_of(key, id, whole)
    assert rules.leaves_of(key, id * 2, whole + purged) == rules.leaf_of(key, id, whole) * 2
    assert rules.leaf_of(b"other" * 8, id, whole) != rules.leaf_of(key, id, whole), (
        "nobody can try contents out"
    )
