"""Rows inserted together are the rows that Django would have inserted."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tongban.foundation.ledger.models import Record
from tongban.foundation.statements import operations

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
NOON = dt.datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=dt.UTC)


def record(**said: object) -> Record:
    plain = {"at": NOON, "actor_kind": "staff", "actor_id": "z", "act": "case.read", "subject_kind": "case",
             "subject_id": "1", "digest": b"\0\xff"}  # fmt: skip
    return Record(id=uuid.uuid4(), **plain | said)


class TestInserting(TestCase):
    @pytest.mark.slow
    @settings(max_examples=40)
    @given(
        st.lists(
            st.tuples(TEXTS, st.binary(max_size=32), st.dictionaries(TEXTS, TEXTS | st.integers())),
            min_size=1,
        )
    )
    def test_every_value_comes_back(self, said: list[tuple[str, bytes, dict[str, object]]]) -> None:
        rows = [record(actor_name=name, digest=digest, detail=detail) for name, digest, detail in said]
        assert operations.insert_many(rows) == len(rows)
        found = Record.objects.in_bulk([row.id for row in rows])
        for row in rows:
            kept = found[row.id]
            assert (kept.actor_name, bytes(kept.digest), kept.detail) == (
                row.actor_name,
                row.digest,
                row.detail,
            )
            assert (kept.at, kept.actor_id) == (NOON, "z")

    def test_none_is_none(self) -> None:
        assert operations.insert_many([]) == 0

    def test_one_wrong_row_keeps_all_out(self) -> None:
        with pytest.raises(IntegrityError, match="ledger_act_named"), transaction.atomic():
            operations.insert_many([record(), record(act="nonsense")])
        assert not Record.objects.exists()
