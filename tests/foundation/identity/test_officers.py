"""The three officers: who may do what to whom, what they review, and that who looks is on the ledger himself."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.staff import STAFF, open_office
from tests.foundation.identity.conftest import NOW, Settle
from tongban.foundation.identity import operations, queries, rules
from tongban.foundation.identity.errors import AccountUnknown, ReadingUnknown, SystemUnknown
from tongban.foundation.identity.models import TokenGrant, UnmaskingReview
from tongban.foundation.identity.types import OFFICERS, StaffAccess
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.ledger.models import Record
from tongban.foundation.ledger.types import Wanted
from tongban.kernel.errors import Failure, Invalid, NotAllowed
from tongban.kernel.types import SYSTEM, Actor, Subject

SYSTEM_OFFICER, SECURITY, AUDIT = (Actor("staff", f"s-{one}") for one in ("system", "security", "audit"))
CLERK = Actor("staff", "s-clerk", "章")
duties = st.sets(st.sampled_from(sorted({*OFFICERS, "review", "accept", "unmask"})))


@pytest.fixture
def office(db: None) -> None:
    open_office(at=NOW)


def someone(held: set[str], code: str = "x") -> StaffAccess:
    return StaffAccess(None, code, code, (), frozenset(), frozenset(held))


@pytest.mark.law("officers-watch-each-other")
@given(held=duties, target=duties)
def test_nobody_can_take_a_fellow_officers_place_alone(held: set[str], target: set[str]) -> None:
    can = rules.can_reset_factors(someone(held), target="y", target_duties=target)
    if "security-officer" in target:
        assert not can
    elif target & OFFICERS:
        assert can == ("security-officer" in held)
    else:
        assert can == ("system-officer" in held)
    assert not rules.can_reset_factors(someone(held), target="x", target_duties=target)


@pytest.mark.law("officers-watch-each-other")
def test_second_factors_of_officers_are_reset_by_another_kind_of_officer(office: None) -> None:
    for staff in ("s-audit", "s-security", "s-clerk"):
        operations.open_staff_account(staff=staff, by=SYSTEM, at=NOW)
    operations.reset_second_factor(staff="s-clerk", by=SYSTEM_OFFICER, at=NOW)
    operations.reset_second_factor(staff="s-audit", by=SECURITY, at=NOW)
    for staff, by in (("s-audit", SYSTEM_OFFICER), ("s-security", SYSTEM_OFFICER), ("s-security", SECURITY)):
        with pytest.raises(NotAllowed):
            operations.reset_second_factor(staff=staff, by=by, at=NOW)
    operations.reset_second_factor(staff="s-security", by=Actor("operator", "root"), at=NOW)


def test_accounts_are_found_by_name_post_and_department(office: None) -> None:
    operations.open_staff_account(staff="s-clerk", by=SYSTEM_OFFICER, at=NOW)
    everybody = queries.staff_accounts()
    assert everybody.total == len(STAFF)
    clerk = next(one for one in everybody.items if one.code == "s-clerk")
    assert (clerk.state, clerk.officer, clerk.duties) == ("open", "", {"accept", "unmask"})
    audit = queries.staff_accounts(text="audit岗").items
    assert [(one.code, one.state, one.officer) for one in audit] == [("s-audit", "none", "audit-officer")]
    assert {one.code for one in queries.staff_accounts(text="fire局").items} == {"s-fire", "s-fire-head"}
    assert len(queries.staff_accounts(page=2, size=4).items) == 4
    assert queries.staff_accounts(text="nobody-of-that-name").items == ()


def test_systems_are_kept_by_the_system_officer(office: None) -> None:
    asked = {"code": "market", "name": "x", "redirect_uris": ["https://market.example/back"], "at": NOW}
    for by in (SECURITY, AUDIT, CLERK, Actor("person", str(uuid.uuid4()))):
        with pytest.raises(NotAllowed):
            operations.register_system(by=by, **asked)
    operations.register_system(by=SYSTEM_OFFICER, **asked)
    assert [one.code for one in queries.systems()] == ["market"]
    TokenGrant.objects.create(
        family=uuid.uuid4(), client="market", refresh_hash="x", access_hash="x", issued_at=NOW
    )
    with pytest.raises(NotAllowed):
        operations.remove_system(code="market", by=SECURITY, at=NOW)
    operations.remove_system(code="market", by=SYSTEM_OFFICER, at=NOW)
    assert TokenGrant.objects.get().revoked_at == NOW
    assert queries.systems() == ()
    with pytest.raises(SystemUnknown):
        operations.remove_system(code="market", by=SYSTEM_OFFICER, at=NOW)


def test_a_reading_in_full_is_reviewed_by_the_security_officer(office: None, settle: Settle) -> None:
    subject = settle("p001").subject
    operations.unmask(
        subject=subject, field="number", purpose="核对身份", law="行政许可法 34", by=CLERK, at=NOW
    )
    (found,), more = queries.readings_in_full(at=NOW)
    assert not more
    assert (found.staff, found.field, found.purpose, found.verdict) == ("s-clerk", "number", "核对身份", "")
    for by in (SYSTEM_OFFICER, AUDIT, CLERK):
        with pytest.raises(NotAllowed):
            operations.review_unmasking(record=found.record, verdict="fine", by=by, at=NOW)
    with pytest.raises(Invalid, match="疑问在哪里"):
        operations.review_unmasking(record=found.record, verdict="doubtful", note=" ", by=SECURITY, at=NOW)
    with pytest.raises(Invalid):
        operations.review_unmasking(record=found.record, verdict="", by=SECURITY, at=NOW)
    with pytest.raises(ReadingUnknown):
        other = Record.objects.exclude(act="identity.unmasked").values_list("id", flat=True)[0]
        operations.review_unmasking(record=other, verdict="fine", by=SECURITY, at=NOW)
    operations.review_unmasking(
        record=found.record, verdict="doubtful", note="没有在办的件", by=SECURITY, at=NOW
    )
    (seen,), _ = queries.readings_in_full(at=NOW)
    assert (seen.verdict, seen.note, seen.reviewer) == ("doubtful", "没有在办的件", "s-security")
    assert ledger.entries(subject)[0].act == "identity.unmasking_reviewed"
    for verdict in ("perhaps", "doubtful"):
        with pytest.raises(IntegrityError, match="unmasking_review_verdict"), transaction.atomic():
            UnmaskingReview.objects.create(record=uuid.uuid4(), reviewer="x", verdict=verdict, at=NOW)


def test_lock_outs_are_seen_and_lifted(office: None) -> None:
    account, _ = operations.open_staff_account(staff="s-clerk", by=SYSTEM_OFFICER, at=NOW)
    citizen = operations.open_account(phone="13800138000", by=SYSTEM, at=NOW)
    for one in (account, citizen):
        operations.record_lock_out(account=one.id, address="127.0.0.9", by=SYSTEM, at=NOW)
    seen = queries.lock_outs(at=NOW)
    assert {(one.staff, one.address, one.is_lifted) for one in seen} == {
        ("s-clerk", "127.0.0.9", False), ("", "127.0.0.9", False),
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        operations.lift_lock_out(account=account.id, by=SYSTEM_OFFICER, at=NOW)
    with pytest.raises(AccountUnknown):
        operations.lift_lock_out(account=citizen.id, by=SECURITY, at=NOW)
    assert operations.lift_lock_out(account=account.id, by=SECURITY, at=NOW) == "s-clerk"
    assert {one.staff for one in queries.lock_outs(at=NOW) if one.is_lifted} == {"s-clerk"}
    later = NOW + dt.timedelta(hours=1)
    operations.record_lock_out(account=account.id, address="127.0.0.9", by=SYSTEM, at=later)
    assert not queries.lock_outs(at=later)[0].is_lifted, "locked out anew"


@pytest.mark.law("ledger-read-by-audit")
def test_the_audit_officer_reads_the_ledger_and_every_look_is_on_it(office: None, settle: Settle) -> None:
    subject = settle("p001").subject
    operations.unmask(
        subject=subject, field="number", purpose="核对身份", law="行政许可法 34", by=CLERK, at=NOW
    )
    day = Wanted(NOW - dt.timedelta(days=1), NOW + dt.timedelta(days=1))
    for by in (SYSTEM_OFFICER, SECURITY, CLERK, Actor("person", subject.id)):
        with pytest.raises(NotAllowed, match="审计管理员"):
            operations.read_ledger(wanted=day, asked={}, by=by, at=NOW)
    everything, _ = operations.read_ledger(wanted=day, asked={"who": ""}, by=AUDIT, at=NOW)
    assert {one.act for one in everything} >= {"identity.unmasked", "identity.real_name_confirmed"}
    by_clerk = Wanted(day.since, day.until, actors=(("staff", "s-clerk"),))
    (one,), more = operations.read_ledger(wanted=by_clerk, asked={"who": "s-clerk"}, by=AUDIT, at=NOW)
    assert (one.act, one.subject, more) == ("identity.unmasked", ledger.called(subject), False)
    looks = Record.objects.filter(act="identity.ledger_read", actor_id="s-audit").order_by("id")
    assert [look.detail for look in looks] == [{"who": "", "page": "1"}, {"who": "s-clerk", "page": "1"}]
    nobody = Wanted(day.since, day.until, actors=())
    assert operations.read_ledger(wanted=nobody, asked={}, by=AUDIT, at=NOW) == ((), False)
    about = Wanted(
        day.since, day.until, subjects=(Subject("case", "x"), subject), acts=("identity.unmasked",)
    )
    first, _ = operations.read_ledger(wanted=about, asked={}, by=AUDIT, at=NOW)
    assert len(first) == 1
    begun, more = operations.read_ledger(wanted=day, asked={}, size=1, by=AUDIT, at=NOW)
    assert (len(begun), more) == (1, True)


def test_reviews_are_whole() -> None:
    with pytest.raises(Failure):
        rules.check_review("fine", "", reader="s", reviewer="s")
    rules.check_review("fine", "", reader="s", reviewer="t")
