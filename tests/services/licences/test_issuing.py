"""Issuing: each branch once, numbers without gaps, a record that its body signed."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from tests.services.licences.conftest import NOON, Granting
from tongban.foundation.ledger.models import Record
from tongban.foundation.outbox.models import Happened
from tongban.kernel.errors import Conflict, Invalid
from tongban.kernel.types import SYSTEM, Subject
from tongban.services.licences import models, operations, queries
from tongban.services.licences.errors import IssuerWithoutCode
from tongban.services.licences.rules import identifiers
from tongban.services.licences.types import LicenceState

pytestmark = pytest.mark.django_db


@pytest.mark.law("licence-issued-on-decision")
def test_a_branch_gives_its_licence_once(grant: Granting) -> None:
    wanted = grant()
    first = operations.issue(grant=wanted, by=SYSTEM, at=NOON)
    again = operations.issue(grant=wanted, by=SYSTEM, at=NOON + dt.timedelta(hours=1))
    assert first == again
    assert models.Licence.objects.count() == 1
    assert Happened.objects.filter(name="licence.issued").count() == 1


def test_a_licence_says_who_issued_it_to_whom_until_when(grant: Granting) -> None:
    licence = queries.get_licence(operations.issue(grant=grant(), by=SYSTEM, at=NOON), at=NOON)
    assert licence.number == "SPJY3101042026000001"
    assert licence.issuer == "上海市徐汇区市场监督管理局"
    assert (licence.issued_on, licence.valid_until) == (dt.date(2026, 3, 10), dt.date(2031, 3, 9))
    assert licence.holder_name == "上海梧桐里餐饮管理有限公司"
    assert [line.label for line in licence.face] == ["法定代表人", "经营场所"]
    assert licence.state is LicenceState.VALID
    read = identifiers.read(licence.identifier)
    assert (read.serial, read.type_number, read.version, read.flags) == (licence.number, "001", "001", ())


def test_numbers_are_counted_by_place_and_have_no_gaps(grant: Granting) -> None:
    ids = operations.issue_many(
        grants=[grant(), grant(district="310105"), grant(), grant(type="shop-sign-filing", name="户外招牌设置备案回执")],
        by=SYSTEM, at=NOON,
    )  # fmt: skip
    found = [queries.get_licence(id).number for id in ids]
    assert found == [
        "SPJY3101042026000001",
        "SPJY3101052026000001",
        "SPJY3101042026000002",
        "HWZP3101042026000001",
    ]


def test_types_are_numbered_at_their_body_for_ever(grant: Granting) -> None:
    for _ in range(2):
        operations.issue_many(
            grants=[grant(), grant(type="shop-sign-filing", name="户外招牌设置备案回执")], by=SYSTEM, at=NOON
        )
    assert sorted(models.TypeNumber.objects.values_list("type", "number")) == [
        ("food-business-licence", 1), ("shop-sign-filing", 2),
    ]  # fmt: skip


def test_what_is_issued_together_is_signed_together_and_each_can_be_checked_alone(grant: Granting) -> None:
    ids = operations.issue_many(grants=[grant() for _ in range(5)], by=SYSTEM, at=NOON)
    assert models.Signing.objects.count() == 1
    assert all(queries.verify_record(id) for id in ids)


def test_a_record_that_somebody_changed_in_the_table_is_noticed(grant: Granting) -> None:
    id = operations.issue(grant=grant(), by=SYSTEM, at=NOON)
    models.Licence.objects.filter(id=id).update(valid_until=dt.date(2099, 1, 1))
    assert not queries.verify_record(id)


def test_names_and_faces_are_not_in_the_table_in_the_open(grant: Granting) -> None:
    id = operations.issue(grant=grant(), by=SYSTEM, at=NOON)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(licence)::text FROM licences_licence licence WHERE id = %s", [id])
        text = cursor.fetchone()[0]
    assert "梧桐里" not in text
    assert "梧桐里".encode().hex() not in text


def test_ledger_and_event_stand_with_the_licence(grant: Granting) -> None:
    with pytest.raises(RuntimeError, match="no"), transaction.atomic():
        operations.issue(grant=grant(), by=SYSTEM, at=NOON)
        raise RuntimeError("no")
    assert not Record.objects.filter(act="licence.issue").exists()
    assert not models.Series.objects.exists()
    id = operations.issue(grant=grant(), by=SYSTEM, at=NOON)
    assert Record.objects.get(act="licence.issue").subject_id == str(id)


def test_a_body_without_a_code_can_not_issue_outside_of_a_demonstration(grant: Granting) -> None:
    from tests.factories.cases import LOADED
    from tests.factories.catalogue import make_city
    from tongban.services.catalogue import operations as catalogue

    catalogue.keep_code_lists(city=make_city(), by=SYSTEM, at=LOADED)
    with pytest.raises(IssuerWithoutCode, match="credit_code"):
        operations.issue(grant=grant(), by=SYSTEM, at=NOON)


def test_licences_of_a_holder_are_found_newest_first(grant: Granting) -> None:
    holder = Subject("company", str(uuid.uuid4()))
    first = operations.issue(grant=grant(holder=holder), by=SYSTEM, at=NOON)
    second = operations.issue(grant=grant(holder=holder), by=SYSTEM, at=NOON + dt.timedelta(days=1))
    operations.issue(grant=grant(), by=SYSTEM, at=NOON)
    assert [one.id for one in queries.licences_of(holder)] == [second, first]


def test_one_industry_licence_over_those_beneath(grant: Granting) -> None:
    parts = operations.issue_many(
        grants=[grant(), grant(type="shop-sign-filing", name="户外招牌设置备案回执")], by=SYSTEM, at=NOON
    )
    wanted = grant(type="industry-combined-licence", name="行业综合许可证", branch_id=None, face=())
    combined = operations.issue_combined(grant=wanted, parts=parts, by=SYSTEM, at=NOON)
    assert operations.issue_combined(grant=wanted, parts=parts, by=SYSTEM, at=NOON) == combined
    licence = queries.get_licence(combined)
    assert licence.parts == parts
    assert [line.label for line in licence.face] == ["食品经营许可证", "户外招牌设置备案回执"]
    assert queries.verify_record(combined)
    operations.revoke(id=parts[0], law="行政许可法 69", reason="材料不实", by=SYSTEM, at=NOON)
    shown = queries.verify(licence.identifier, licence.code, at=NOON)
    assert [one.state for one in shown.parts] == [LicenceState.REVOKED, LicenceState.VALID]


def test_a_combined_licence_stands_on_two_valid_ones_of_one_holder(grant: Granting) -> None:
    parts = operations.issue_many(grants=[grant(), grant()], by=SYSTEM, at=NOON)
    other = operations.issue(grant=grant(holder=Subject("company", str(uuid.uuid4()))), by=SYSTEM, at=NOON)
    wanted = grant(branch_id=None)
    for wrong in ((), parts[:1], (parts[0], other), (parts[0], parts[0]), (parts[0], uuid.uuid4())):
        with pytest.raises(Invalid):
            operations.issue_combined(grant=wanted, parts=wrong, by=SYSTEM, at=NOON)
    operations.cancel(id=parts[0], law="行政许可法 70", reason="停业", by=SYSTEM, at=NOON)
    with pytest.raises(Conflict):
        operations.issue_combined(grant=wanted, parts=parts, by=SYSTEM, at=NOON)


def broken(**values: object) -> str:
    """Return the name of the constraint that refuses to change a stored licence so."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        models.Licence.objects.filter(version=1).update(**values)
    return str(refused.value)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "expired"}, "licence_state_known"),
        ({"holder_kind": "staff"}, "licence_holder_known"),
        ({"valid_until": dt.date(2020, 1, 1)}, "licence_ends_after_it_begins"),
        ({"version": 2}, "licence_later_version_replaces"),
        ({"document": uuid.UUID(int=1)}, "licence_file_has_digest"),
        ({"branch_id": uuid.UUID(int=5)}, "licence_once_per_branch"),
        ({"number": "X"}, "licence_number_once"),
        ({"identifier": "X"}, "licence_identifier_once"),
        ({"is_combined": True}, "licence_combined_once_per_case"),
    ],
)
def test_the_database_refuses(grant: Granting, values: dict[str, object], constraint: str) -> None:
    operations.issue_many(grants=[grant(), grant()], by=SYSTEM, at=NOON)
    assert constraint in broken(**values)


def test_the_database_refuses_other_rows(grant: Granting) -> None:
    first, second = operations.issue_many(grants=[grant(), grant()], by=SYSTEM, at=NOON)
    rows = {
        "licence_part_once": [
            models.Part(combined_id=first, part_id=second, position=place) for place in (0, 1)
        ],
        "licence_not_its_own_part": [models.Part(combined_id=first, part_id=first, position=0)],
        "licence_series_counts": [models.Series(code="X", last=0)],
        "licence_type_number_three_digits": [models.TypeNumber(type="x", body="y", number=1000)],
        "licence_type_number_once": [models.TypeNumber(type=type_, body="y", number=1) for type_ in "ab"],
        "licence_type_numbered_once": [
            models.TypeNumber(type="x", body="y", number=number) for number in (1, 2)
        ],
        "licence_change_number_once": [change(first, number=1)],
        "licence_act_known": [change(first, act="burn")],
        "licence_change_says_why": [change(first, law="")],
    }
    for constraint, made in rows.items():
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            for row in made:
                row.save(force_insert=True)


def change(licence: uuid.UUID, **values: object) -> models.Change:
    given = {"number": 2, "act": "revoke", "after": "revoked", "law": "法", "reason": "因", "at": NOON,
             "by_kind": "system", "by_id": "x"}  # fmt: skip
    return models.Change(licence_id=licence, **given | values)


@pytest.mark.parametrize("table", ["licences_change", "licences_signing"])
def test_changes_and_signings_are_append_only(grant: Granting, table: str) -> None:
    operations.issue(grant=grant(), by=SYSTEM, at=NOON)
    with pytest.raises(IntegrityError, match="licences_append_only"), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def test_events_told_together_are_those_told_one_by_one(grant: Granting) -> None:
    from tongban.foundation.outbox.models import Delivery

    ids = operations.issue_many(grants=[grant(), grant(), grant()], by=SYSTEM, at=NOON)
    told = Happened.objects.filter(name="licence.issued").order_by("number")
    assert [event.about for event in told] == [str(id) for id in ids]
    waiting = Delivery.objects.filter(event__in=told, handler="services.licences.make_page").order_by(
        "number"
    )
    assert [one.about for one in waiting] == [str(id) for id in ids]
