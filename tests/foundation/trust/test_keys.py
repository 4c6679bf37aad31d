"""Keys on a real PostgreSQL: made once, rotated, wrapped anew, never rolled back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.foundation.trust.conftest import CLERK, NOON
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.trust import keys, operations, queries
from tongban.foundation.trust.errors import CannotDecrypt, WrongMasterKey
from tongban.foundation.trust.models import Key
from tongban.kernel.types import Subject

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    keys.forget()


def test_what_is_encrypted_is_read_again_for_its_purpose_only() -> None:
    blob = operations.encrypt("test.number", b"11010519491231002X")
    assert b"1101" not in blob
    assert queries.decrypt("test.number", blob) == b"11010519491231002X"
    with pytest.raises(CannotDecrypt):
        queries.decrypt("test.phone", blob)
    with pytest.raises(CannotDecrypt):
        queries.decrypt("test.number", b"no ciphertext")


def test_rotation_keeps_what_was_encrypted_before_readable() -> None:
    before = operations.encrypt("test.rotated", b"old")
    assert queries.is_current("test.rotated", before)
    version = operations.rotate_key(purpose="test.rotated", suite="national", by=CLERK, at=NOON)
    after = operations.encrypt("test.rotated", b"new")
    assert (before[0], after[0]) == (1, 2)
    assert not queries.is_current("test.rotated", before)
    assert queries.is_current("test.rotated", after)
    keys.forget()
    assert queries.decrypt("test.rotated", before) == b"old"
    assert queries.decrypt("test.rotated", after) == b"new"
    assert ledger.entries(Subject("key", "test.rotated"))[0].detail == {"version": version}


def test_a_key_outlives_the_transaction_that_needed_it_first() -> None:
    with transaction.atomic():
        blob = operations.encrypt("test.rolled-back", b"x")
        transaction.set_rollback(True)
    keys.forget()
    assert queries.decrypt("test.rolled-back", blob) == b"x"


@pytest.mark.slow
def test_keys_are_useless_without_the_master_key_and_may_be_wrapped_anew(settings: Any) -> None:
    before = settings.MASTER_KEY
    blob = operations.encrypt("test.master", b"x")
    settings.MASTER_KEY = "another master key of at least 32 characters"
    keys.forget()
    with pytest.raises(WrongMasterKey):
        queries.decrypt("test.master", blob)
    try:
        assert operations.change_master_key(before=before, by=CLERK, at=NOON) >= 1
        assert queries.decrypt("test.master", blob) == b"x"
    finally:
        changed, settings.MASTER_KEY = settings.MASTER_KEY, before
        operations.change_master_key(before=changed, by=CLERK, at=NOON)
    assert queries.decrypt("test.master", blob) == b"x"


def test_the_blind_index_stays_when_keys_rotate() -> None:
    first = queries.blind_index("test.index", "a b")
    operations.rotate_key(purpose="test.index", by=CLERK, at=NOON)
    keys.forget()
    assert queries.blind_index("test.index", "AB") == first
    assert queries.blind_index("test.other-index", "AB") != first


def test_key_states_show_no_secret() -> None:
    operations.encrypt("test.state", b"x")
    state = next(one for one in queries.key_states() if one.purpose == "test.state")
    assert state.is_current and state.kind == "data"


def test_trust_key_version_once() -> None:
    operations.encrypt("test.once", b"x")
    row = Key.objects.get(purpose="test.once")
    row.pk = None
    with pytest.raises(IntegrityError, match="trust_key_version_once"):
        row.save()


def test_trust_key_kind_known() -> None:
    with pytest.raises(IntegrityError, match="trust_key_kind_known"):
        Key.objects.create(
            purpose="p", kind="x", version=1, suite="international", wrapped=b"", master=b"", made_at=NOON
        )
