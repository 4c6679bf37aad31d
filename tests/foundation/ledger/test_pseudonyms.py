"""Data subjects on the ledger: under pseudonyms, found by their ids, and shown to be themselves by their own opening alone."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction

from tongban.foundation.ledger import operations, queries, rules
from tongban.foundation.ledger.models import Record
from tongban.foundation.ledger.types import Act, Wanted
from tongban.foundation.statements import operations as statements
from tongban.kernel.types import SYSTEM, Actor, Subject

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
CLERK, CASE = Actor("staff", "z-17", "章"), Subject("case", str(uuid.uuid4()))
PERSON, OTHER = Subject("person", str(uuid.uuid4())), Subject("person", str(uuid.uuid4()))
COMPANY, ACCOUNT = Subject("company", str(uuid.uuid4())), Subject("account", str(uuid.uuid4()))
EVER = Wanted(NOON - dt.timedelta(days=1), NOON + dt.timedelta(days=1))


def written() -> str:
    """Return the whole ledger as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(r::text, '') FROM ledger_record r")
        return str(cursor.fetchone()[0])


@pytest.mark.law("ledger-subjects-hidden")
def test_no_id_of_a_data_subject_is_written_however_an_act_is_recorded() -> None:
    person = Actor("person", PERSON.id, "王小明")
    detail = {"owner": COMPANY, "to": [ACCOUNT, {"for": person}], "count": 2, "case": CASE}
    operations.record(act="x.one", subject=PERSON, by=person, at=NOON, detail=detail)
    acts = [Act("x.two", COMPANY, detail), Act("x.three", ACCOUNT, detail, by=person)]
    operations.record_many(acts=acts, by=person, at=NOON)
    statements.run_together([operations.recording(acts=acts, by=person, at=NOON)])
    text = written()
    assert text.count("x.two") == text.count("x.three") == 2
    assert not any(one.id in text for one in (PERSON, COMPANY, ACCOUNT)) and "王小明" not in text
    said = queries.entries(PERSON)[0].detail
    assert said["owner"] == ["company", queries.called(COMPANY).id] and said["case"] == ["case", CASE.id]
    assert said["to"] == [
        ["account", queries.called(ACCOUNT).id],
        {"for": ["person", queries.called(PERSON).id]},
    ]


def test_who_is_looked_for_by_an_id_is_found() -> None:
    operations.record(act="x.about", subject=PERSON, by=CLERK, at=NOON)
    operations.record(act="x.by", subject=CASE, by=Actor("person", PERSON.id), at=NOON)
    operations.record(act="x.other", subject=OTHER, by=Actor("person", OTHER.id), at=NOON)
    about, by = replace(EVER, subjects=(PERSON,)), replace(EVER, actors=((PERSON.kind, PERSON.id),))
    assert [one.act for one in queries.find_entries(about)[0]] == ["x.about"]
    assert [one.act for one in queries.entries_before(about, by)] == ["x.by", "x.about"]
    assert [one.act for one in queries.tally(by)] == ["x.by"]
    (entry,) = queries.entries(PERSON)
    assert queries.is_about(entry, (CASE, PERSON)) and not queries.is_about(entry, (CASE, OTHER))
    assert entry.by == CLERK, "officers act in public"


def test_an_entry_s_own_subject_is_a_subject_as_any_other() -> None:
    operations.record(act="x.about", subject=PERSON, by=CLERK, at=NOON)
    (entry,) = queries.entries(PERSON)
    operations.record(act="x.again", subject=entry.subject, by=CLERK, at=NOON)
    assert [one.act for one in queries.entries(entry.subject)] == ["x.again", "x.about"]
    assert queries.entries(entry.subject) == queries.entries(PERSON)


def test_one_id_is_not_called_the_same_as_two_kinds() -> None:
    names = {queries.called(Subject(kind, PERSON.id)).id for kind in rules.DATA_SUBJECTS}
    assert len(names) == len(rules.DATA_SUBJECTS) and all(map(rules.is_pseudonym, names))
    assert queries.called(CASE) == CASE


def test_an_opening_shows_whose_a_pseudonym_is_and_nobody_else_s() -> None:
    operations.record(act="x.about", subject=PERSON, by=CLERK, at=NOON, detail={"for": COMPANY})
    (entry,) = queries.entries(PERSON)
    ids = [(one.kind, one.id) for one in (PERSON, OTHER, COMPANY, CASE)]
    own, company = queries.openings(entry, ids)
    assert (own.id, company.id) == (PERSON.id, COMPANY.id)
    said = f"person|{PERSON.id}|{own.value}"
    assert hashlib.sha256(said.encode()).hexdigest() == entry.subject.id, "anybody can compute it"
    for false in (replace(own, id=OTHER.id), replace(own, value="0" * 64), replace(own, kind="company")):
        assert not queries.is_opened_by(entry, false)


@pytest.mark.parametrize("id", ["0f8fad5b-d9cb-469f-a165-70867728950e", "A" * 64, "", "a" * 63])
@pytest.mark.parametrize("role", ["actor", "subject"])
def test_the_database_refuses_an_id_that_is_no_pseudonym(role: str, id: str) -> None:
    fields = {"actor_kind": "staff", "actor_id": "z-17", "subject_kind": "case", "subject_id": CASE.id}
    plain = Record(at=NOON, act="x.raw", digest=bytes(32), **fields)
    plain.save()
    for kind in sorted(rules.DATA_SUBJECTS):
        raw = {f"{role}_kind": kind, f"{role}_id": id}
        with pytest.raises(IntegrityError, match="ledger_subjects_hidden"), transaction.atomic():
            Record.objects.create(at=NOON, act="x.raw", digest=bytes(32), **(fields | raw))


def test_nobody_s_act_is_changed_by_it() -> None:
    operations.record(act="x.plain", subject=CASE, by=SYSTEM, at=NOON, detail={"a": [1, None, "的"], "b": {}})
    (entry,) = queries.entries(CASE)
    assert (entry.by, entry.subject, entry.detail) == (SYSTEM, CASE, {"a": [1, None, "的"], "b": {}})
