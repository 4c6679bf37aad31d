"""Staff: duties from posts, absence and who stands in, the three officers, reading numbers in full."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from tests.factories.staff import STAFF, open_office
from tests.foundation.identity.conftest import NOW, Settle
from tongban.foundation.identity import errors, operations, queries, rules
from tongban.foundation.identity.adapters import demonstration
from tongban.foundation.identity.models import Account, OfficerSeat, StaffAbsence, Unmasking
from tongban.foundation.identity.types import Absence, StaffAccess
from tongban.foundation.ledger import queries as ledger
from tongban.kernel.errors import Conflict, Failure, Invalid, NotAllowed
from tongban.kernel.types import SYSTEM, Actor, Subject

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
CLERK, HEAD = Actor("staff", "s-clerk"), Actor("staff", "s-head")


@pytest.fixture(autouse=True)
def office(db: None) -> None:
    open_office()


def access(code: str, at: dt.datetime = NOW) -> StaffAccess:
    return queries.staff_access(code, at=at)


def test_posts_give_duties_and_departments() -> None:
    found = access("s-head")
    assert found.duties == {"decide", "head", "seal"}
    assert found.departments == {"market"}
    assert found.may("decide")
    assert not found.may("accept")
    assert access("s-nobody").duties == frozenset()
    with pytest.raises(errors.StaffUnknown):
        access("nobody")


def test_what_staff_may_is_read_with_few_statements(
    django_assert_max_num_queries: pytest.FixtureRequest,
) -> None:
    with django_assert_max_num_queries(4):
        access("s-head")


def away(staff: str, substitute: str, by: Actor = SYSTEM, days: int = 3) -> Absence:
    return operations.record_absence(
        staff=staff, substitute=substitute, from_on=TODAY, until_on=TODAY + dt.timedelta(days=days),
        reason="出差", by=by, at=NOW,
    )  # fmt: skip


def test_who_is_away_rests_and_who_stands_in_has_both_posts() -> None:
    absence = away("s-head", "s-reviewer", by=HEAD)
    assert access("s-head").is_absent
    assert access("s-head").duties == frozenset()
    standing_in = access("s-reviewer")
    assert standing_in.duties == {"decide", "head", "seal", "review", "joint-visit"}
    assert standing_in.stands_in_for == ("s-head",)
    after = NOW + dt.timedelta(days=4)
    assert access("s-head", after).duties == {"decide", "head", "seal"}
    assert access("s-reviewer", after).duties == {"review", "joint-visit"}
    operations.cancel_absence(absence=absence.id, by=HEAD, at=NOW)
    assert access("s-head").duties == {"decide", "head", "seal"}
    assert queries.absences("s-head") == ()


def test_an_absence_that_has_begun_ends_yesterday() -> None:
    absence = away("s-head", "s-reviewer")
    later = NOW + dt.timedelta(days=2)
    operations.cancel_absence(absence=absence.id, by=HEAD, at=later)
    assert access("s-head", later).may("head")
    assert queries.absences("s-head")[0].until_on == later.date() - dt.timedelta(days=1)


def test_absences_are_written_by_oneself_ones_head_or_the_system_officer() -> None:
    with pytest.raises(NotAllowed, match="本部门负责人"):
        away("s-reviewer", "s-second", by=Actor("staff", "s-fire-head"))
    with pytest.raises(NotAllowed, match="本部门负责人"):
        away("s-reviewer", "s-second", by=CLERK)
    away("s-reviewer", "s-second", by=HEAD)
    away("s-clerk", "s-second", by=Actor("staff", "s-system"))


@pytest.mark.parametrize(
    ("staff", "substitute", "days", "code"),
    [
        ("s-head", "s-head", 3, "absence-own-substitute"),
        ("s-head", "s-reviewer", -1, "absence-backwards"),
        ("s-head", "s-reviewer", 400, "absence-too-long"),
        ("s-head", "s-audit", 3, "absence-officer-substitute"),
        ("s-clerk", "s-reviewer", 3, "absence-twice"),
        ("s-head", "s-clerk", 3, "absence-substitute-away"),
    ],
)
def test_absences_that_can_not_be(staff: str, substitute: str, days: int, code: str) -> None:
    away("s-clerk", "s-second")
    with pytest.raises(Failure) as caught:
        away(staff, substitute, days=days)
    assert caught.value.code == code
    others = queries.absences()
    until = TODAY + dt.timedelta(days=days)
    assert (
        not rules.can_be_absent(staff, access(substitute), from_on=TODAY, until_on=until, others=others)
        or code == "absence-officer-substitute"
    )


@pytest.mark.law("officers-apart")
def test_the_three_officers_are_three_people() -> None:
    assert queries.officers() == {
        "audit-officer": ("s-audit",), "security-officer": ("s-security",), "system-officer": ("s-system",),
    }  # fmt: skip
    with pytest.raises(Conflict, match="三个不同的人"):
        operations.appoint_officer(staff="s-system", duty="audit-officer", by=SYSTEM, at=NOW)
    with pytest.raises(Conflict, match="业务岗位"):
        operations.appoint_officer(staff="s-clerk", duty="audit-officer", by=SYSTEM, at=NOW)
    with pytest.raises(Invalid):
        operations.appoint_officer(staff="s-nobody", duty="review", by=SYSTEM, at=NOW)
    assert not rules.can_be_officer("audit-officer", held=["system-officer"], other_duties=[])
    assert rules.can_be_officer("audit-officer", held=["audit-officer"], other_duties=[])
    with pytest.raises(IntegrityError, match="identity_officerseat_pkey"), transaction.atomic():
        OfficerSeat(staff_id="s-system", duty="audit-officer", appointed_at=NOW).save(force_insert=True)
    with pytest.raises(IntegrityError, match="officer_of_three"), transaction.atomic():
        OfficerSeat(staff_id="s-nobody", duty="review", appointed_at=NOW).save(force_insert=True)


def test_a_pack_that_gives_one_person_two_of_the_three_is_refused() -> None:
    with pytest.raises(Conflict, match="三个不同的人"):
        open_office(STAFF | {"s-system": ("system", "audit"), "s-audit": ()})


def test_whoever_loads_a_pack_seats_its_officers() -> None:
    """The pack decides, not the account of who typed ``tongban city load``."""
    operations.seat_officers(by=Actor("staff", "root"), at=NOW)
    with pytest.raises(errors.StaffUnknown):
        operations.appoint_officer(staff="s-audit", duty="audit-officer", by=Actor("staff", "root"), at=NOW)
    operations.open_staff_account(staff="s-clerk", by=Actor("operator", "root"), at=NOW)


def test_who_loses_the_post_loses_the_seat() -> None:
    open_office(STAFF | {"s-audit": (), "s-nobody": ("audit",)})
    assert queries.officers()["audit-officer"] == ("s-nobody",)
    assert access("s-audit").duties == frozenset()
    assert access("s-nobody").duties == {"audit-officer"}


def test_accounts_are_kept_by_the_system_officer() -> None:
    system, security = Actor("staff", "s-system"), Actor("staff", "s-security")
    account, password = operations.open_staff_account(staff="s-clerk", by=system, at=NOW)
    assert account.must_change_password
    assert len(password) >= 16
    operations.reset_second_factor(staff="s-clerk", by=system, at=NOW)
    for act, actor in (
        (operations.open_staff_account, security),
        (operations.reset_second_factor, security),
        (operations.close_staff_account, CLERK),
    ):
        with pytest.raises(NotAllowed):
            act(staff="s-clerk", by=actor, at=NOW)
    with pytest.raises(NotAllowed, match="自己的账户"):
        operations.open_staff_account(staff="s-system", by=system, at=NOW)
    operations.close_staff_account(staff="s-clerk", by=system, at=NOW)
    assert not queries.account_of_staff("s-clerk").is_active
    assert not rules.can_manage_staff(None, "system-officer", target="s-clerk")


@pytest.mark.law("unmask-with-purpose")
def test_a_number_is_read_in_full_for_a_purpose_by_a_law_for_a_minute(
    settle: Settle, population: demonstration.Population
) -> None:
    person = settle("p001")
    citizen = population.citizens["p001"]
    asked = {"subject": person.subject, "purpose": "核对营业执照", "law": "行政许可法第 34 条", "by": CLERK}
    assert operations.unmask(field="number", **asked, at=NOW) == citizen.number
    assert operations.unmask(field="phone", **asked, at=NOW) == citizen.phone
    (last, *_) = ledger.entries(person.subject)
    assert last.act == "identity.unmasked"
    assert last.detail == {"field": "phone", "purpose": "核对营业执照", "law": "行政许可法第 34 条"}
    assert citizen.number not in repr(ledger.entries(person.subject))
    soon, late = NOW + dt.timedelta(seconds=59), NOW + dt.timedelta(seconds=60)
    assert queries.unmasked(person.subject, "number", by=CLERK, at=soon) == citizen.number
    assert queries.unmasked(person.subject, "number", by=CLERK, at=late) is None
    assert queries.unmasked(person.subject, "number", by=HEAD, at=soon) is None


@pytest.mark.parametrize(
    ("by", "purpose", "law", "field", "code"),
    [
        (HEAD, "核对营业执照", "行政许可法", "number", "unmask-not-allowed"),
        (SYSTEM, "核对营业执照", "行政许可法", "number", "unmask-not-allowed"),
        (CLERK, "看", "行政许可法", "number", "unmask-purpose-missing"),
        (CLERK, "核对营业执照", " ", "number", "unmask-law-missing"),
        (CLERK, "核对营业执照", "行政许可法", "password", "field-unknown"),
    ],
)
def test_unmasking_is_refused(
    settle: Settle, by: Actor, purpose: str, law: str, field: str, code: str
) -> None:
    person = settle("p001")
    with pytest.raises(Failure) as caught:
        operations.unmask(subject=person.subject, field=field, purpose=purpose, law=law, by=by, at=NOW)
    assert caught.value.code == code
    assert not Unmasking.objects.exists()
    assert not rules.can_unmask(None, purpose=purpose, law=law)


def test_constraints_of_staff() -> None:
    with pytest.raises(IntegrityError, match="absence_forward"), transaction.atomic():
        StaffAbsence.objects.create(
            staff_id="s-head", substitute_id="s-clerk", from_on=TODAY, until_on=TODAY - dt.timedelta(days=1)
        )
    with pytest.raises(IntegrityError, match="absence_not_own_substitute"), transaction.atomic():
        StaffAbsence.objects.create(staff_id="s-head", substitute_id="s-head", from_on=TODAY, until_on=TODAY)
    row = {"staff_code": "s-head", "subject_kind": "person", "subject_id": "x", "field": "number", "at": NOW}
    with pytest.raises(IntegrityError, match="unmasking_has_purpose_and_law"), transaction.atomic():
        Unmasking.objects.create(**row, purpose="", law="x", until=NOW + dt.timedelta(seconds=1))
    with pytest.raises(IntegrityError, match="unmasking_ends"), transaction.atomic():
        Unmasking.objects.create(**row, purpose="x", law="x", until=NOW)


def test_an_account_is_a_persons_or_staffs(settle: Settle) -> None:
    person = settle("p001")
    row = Account.objects.get(person=person.id)
    row.staff_id = "s-clerk"
    with pytest.raises(IntegrityError, match="account_of_person_or_staff"), transaction.atomic():
        row.save()
    assert queries.account(row.id).staff is None
    assert Subject("person", str(person.id)) == person.subject
