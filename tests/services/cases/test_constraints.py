"""Integrity has a name in the database: each constraint refuses what it is named after."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.factories.cases import CLERK, MONDAY, Cast, submit
from tongban.kernel.ids import new_id
from tongban.services.cases import models, operations
from tongban.services.cases.types import Demand

LAYOUT = Demand("布局图", item="food-licence", material="layout")


@pytest.fixture
def case(cast: Cast) -> models.Case:
    return models.Case.objects.get(id=submit(cast, key="k").case_id)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("case_state_known", {"state": "lost"}),
        ("case_number_shape", {"number": "0123456789012345"}),
        ("case_number_with_receipt", {"state": "withdrawn", "received_at": None}),
        ("case_filed_unless_draft", {"number": None, "received_at": None, "completeness_due": None}),
        ("case_accepted_has_day", {"state": "accepted"}),
        ("case_service_known", {"service_kind": "theme"}),
    ],
)
def test_case(case: models.Case, name: str, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        models.Case.objects.filter(id=case.id).update(**change)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("case_number_once", {"submission_key": None, "start_key": None}),
        ("case_submission_key_once", {"number": "1000000000000000", "start_key": None}),
        ("case_start_key_once", {"number": "1000000000000000", "submission_key": None}),
    ],
)
def test_case_once(case: models.Case, name: str, kept: dict[str, Any]) -> None:
    models.Case.objects.filter(id=case.id).update(start_key="x")
    twin = models.Case.objects.get(id=case.id)
    twin.id = new_id()
    for field, value in kept.items():
        setattr(twin, field, value)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("case_material_state_known", {"state": "lost"}),
        ("case_material_given_has_file", {"state": "given", "document": None}),
        ("case_material_later_has_day", {"state": "later", "due_on": None}),
    ],
)
def test_material(case: models.Case, name: str, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        models.Material.objects.filter(case=case, code="layout").update(**change)


@pytest.mark.law("case-one-notice")
def test_case_notice_once(case: models.Case) -> None:
    operations.give_notice(case_id=case.id, demands=[LAYOUT], by=CLERK, at=MONDAY)
    twice(models.Paper.objects.get(case=case, kind="notice"), "case_notice_once", number="x")


def twice(row: Any, name: str, **changes: Any) -> None:
    row.id = new_id()
    for field, value in changes.items():
        setattr(row, field, value)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save(force_insert=True)


def test_rows_once(case: models.Case, cast: Cast) -> None:
    twice(models.Material.objects.filter(case=case).first(), "case_material_once")
    twice(models.Event.objects.filter(case=case).first(), "case_event_number_once")
    twice(models.Filing.objects.get(case=case), "case_filing_number_once")
    twice(models.Commitment.objects.get(case=case), "case_commitment_once")
    operations.accept(case_id=case.id, by=CLERK, at=MONDAY)
    twice(models.Paper.objects.get(case=case), "case_paper_number_once")


def test_case_correction_open_once(case: models.Case, cast: Cast) -> None:
    operations.dispute_value(
        case_id=case.id, field="applicant-name", actual="x", by=cast.applicant, at=MONDAY
    )
    twice(models.Correction.objects.get(), "case_correction_open_once")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("case_event_act_known", {"act": "lose"}),
        ("case_event_role_known", {"role": "king"}),
    ],
)
def test_event(case: models.Case, name: str, change: dict[str, Any]) -> None:
    twice(models.Event.objects.filter(case=case).first(), name, number=99, **change)


def test_digests_and_kinds(case: models.Case) -> None:
    operations.accept(case_id=case.id, by=CLERK, at=MONDAY)
    twice(models.Filing.objects.get(case=case), "case_filing_digest_is_sha256", number=9, digest="x")
    twice(models.Paper.objects.get(case=case), "case_paper_digest_is_sha256", number="9", sha256="x")
    twice(models.Paper.objects.get(case=case), "case_paper_kind_known", number="9", kind="poem")
    twice(
        models.Commitment.objects.get(case=case), "case_commitment_digest_is_sha256", material="x", sha256="x"
    )


def test_case_breach_says_why(case: models.Case) -> None:
    breach = models.Breach(
        case=case, kind="x", what="", reason="", law="x", at=MONDAY, by_kind="staff", by_id="s"
    )
    with pytest.raises(IntegrityError, match="case_breach_says_why"), transaction.atomic():
        breach.save(force_insert=True)


@pytest.mark.law("case-record-stands")
@pytest.mark.parametrize("table", ["event", "filing", "paper", "commitment", "breach"])
@pytest.mark.parametrize(
    "statement", ["UPDATE cases_{} SET id = id", "DELETE FROM cases_{}", "TRUNCATE cases_{}"]
)
def test_case_record_append_only(case: models.Case, table: str, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE"
        )  # a table with checks still to come can not be truncated
        with pytest.raises(DatabaseError, match="case_record_append_only"):
            cursor.execute(statement.format(table))


def test_moments_are_kept_with_their_zone(case: models.Case) -> None:
    assert case.received_at == MONDAY
    assert case.completeness_due == dt.date(2026, 3, 9)
