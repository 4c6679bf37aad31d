"""Asking about a reading: a clock in working days, an answer with a reason, supervision when it is late."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction

from tests.factories import cases, readings
from tests.factories.cases import CLERK, SUPERVISOR, Cast
from tests.factories.exchange import OFFICER
from tests.factories.readings import Register, number_of, on
from tongban.datahub.resources import models as data
from tongban.foundation.government import queries as government
from tongban.foundation.government.types import Post
from tongban.foundation.identity import queries as identity
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.messages import queries as messages
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import Conflict, Invalid, NotAllowed
from tongban.kernel.types import Subject
from tongban.oversight.effectiveness.models import Entry
from tongban.services.cases import operations as operations_of_cases
from tongban.services.disclosures import models, operations, queries
from tongban.services.disclosures.errors import ContestedAlready, ContestUnknown, ReadingNotThere
from tongban.services.disclosures.types import (
    ContestKind,
    ContestState,
    Kind,
    Reading,
    Scope,
    Verdict,
    Wanted,
)

pytestmark = pytest.mark.django_db
WHY = "窗口输错了一位号码"
ISSUE = "7382049165503821"


def read(cast: Cast, now: dt.datetime) -> Reading:
    """Return the newest reading of the applicant's account."""
    scope = queries.opened(cast.subject, by=cast.applicant, at=now)
    return queries.account(scope, Wanted(), at=now).readings[0]


def contest(cast: Cast, reading: Reading, now: dt.datetime, **more: object) -> uuid.UUID:
    """Have the applicant say that they do not know a reading."""
    said: dict[str, object] = {
        "subject": cast.subject, "reading": reading.id, "kind": ContestKind.UNKNOWN, "by": cast.applicant, "at": now
    }  # fmt: skip
    return operations.contest_reading(**(said | more))  # type: ignore[arg-type]


@pytest.fixture
def call(register: Register, people: Cast, now: dt.datetime) -> Reading:
    register.asks(number_of("p001"), now)
    return read(people, now)


def test_each_kind_is_asked_once_and_both_stand(call: Reading, people: Cast, now: dt.datetime) -> None:
    assert [queries.can_contest(call, kind) for kind in ContestKind] == [True, True]
    first = contest(people, call, now)
    second = contest(people, call, now, kind=ContestKind.WRONG, says="地址应为 2 号")
    found = read(people, now)
    assert [one.id for one in found.contests] == [first, second]
    assert not any(queries.can_contest(found, kind) for kind in ContestKind)


@pytest.mark.law("reading-contested")
def test_it_goes_to_who_read_with_one_working_day(call: Reading, people: Cast, now: dt.datetime) -> None:
    friday = now.replace(year=2026, month=3, day=6)
    id = contest(people, call, friday)
    (found,) = queries.waiting(("market",))
    assert (found.id, found.department, found.due_on) == (id, "market", dt.date(2026, 3, 9))
    assert queries.waiting(("police",)) == () and len(queries.waiting(None)) == 1
    assert read(people, now).contests == (found,)
    with pytest.raises(ContestedAlready):
        contest(people, call, friday)
    acts = [one.act for one in ledger.entries(Subject("reading-contest", str(id)))]
    assert acts == ["disclosures.contest_state"]


def test_wrong_data_goes_to_who_keeps_it_with_five(call: Reading, people: Cast, now: dt.datetime) -> None:
    monday = now.replace(year=2026, month=3, day=2)
    with pytest.raises(Invalid):
        contest(people, call, monday, kind=ContestKind.WRONG)
    contest(people, call, monday, kind=ContestKind.WRONG, says="地址写错了，应为 2 号")
    (found,) = queries.waiting(("police",))
    assert found.due_on == dt.date(2026, 3, 9)


@pytest.mark.law("refusal-of-right-says-why")
def test_an_answer_gives_its_reason_and_is_told(call: Reading, people: Cast, now: dt.datetime) -> None:
    id = contest(people, call, now)
    said = {"id": id, "by": OFFICER, "at": now}
    with pytest.raises(Invalid):
        operations.answer_contest(**said, verdict=Verdict.LAWFUL, answer="")
    with pytest.raises(Invalid):
        operations.answer_contest(**said, verdict=Verdict.MISTAKE, answer=WHY)
    operations.answer_contest(
        **said, verdict=Verdict.MISTAKE, answer=WHY, measure="已从系统删除", end_grant=True
    )
    outbox.deliver(at=now)
    told = messages.inbox(people.subject)[0]
    assert told.template == "disclosures.mistake" and WHY in told.body and "已从系统删除" in told.body
    assert data.Grant.objects.get().state == "revoked"
    assert [one.state for one in opened(people, now).contests] == [ContestState.ANSWERED]
    with pytest.raises(Conflict):
        operations.answer_contest(**said, verdict=Verdict.LAWFUL, answer=WHY)


def opened(cast: Cast, now: dt.datetime) -> Scope:
    return queries.opened(cast.subject, by=cast.applicant, at=now)


def test_a_lawful_answer_ends_no_grant(call: Reading, people: Cast, now: dt.datetime) -> None:
    id = contest(people, call, now)
    said = {"id": id, "verdict": Verdict.LAWFUL, "answer": "依食品安全法核验", "by": OFFICER, "at": now}
    with pytest.raises(Conflict):
        operations.answer_contest(**said, end_grant=True)
    operations.answer_contest(**said)
    assert data.Grant.objects.get().state == "active"


def test_who_may_ask_answer_and_take_back(call: Reading, people: Cast, now: dt.datetime) -> None:
    for by in (people.agent, people.stranger, CLERK):
        with pytest.raises(ReadingNotThere):
            contest(people, call, now, by=by)
    with pytest.raises(ReadingNotThere):
        contest(people, dataclasses.replace(call, id=uuid.uuid4()), now)
    id = contest(people, call, now)
    for by in (CLERK, SUPERVISOR, people.applicant):
        with pytest.raises(NotAllowed):
            operations.answer_contest(id=id, verdict=Verdict.LAWFUL, answer="依法查询", by=by, at=now)
        with pytest.raises(NotAllowed):
            queries.get_contest(id, by=by, at=now)
    with pytest.raises(ContestUnknown):
        operations.withdraw_contest(id=id, by=people.stranger, at=now)
    operations.withdraw_contest(id=id, by=people.applicant, at=now)
    assert read(people, now).contests == () and queries.waiting(None) == ()
    assert contest(people, call, now)


def test_late_answers_are_supervised_and_told(call: Reading, people: Cast, now: dt.datetime) -> None:
    id = contest(people, call, now)
    due_on = queries.waiting(None)[0].due_on
    with on(now + dt.timedelta(days=12)):
        outbox.deliver(at=now + dt.timedelta(days=12))
    (late,) = queries.waiting(None)
    assert late.escalated_at and late.is_overdue(due_on + dt.timedelta(days=1))
    assert not operations.escalate_overdue(id=id, on=due_on, at=now + dt.timedelta(days=13))
    entry = Entry.objects.get()
    assert (entry.kind, entry.department, entry.missed_on, entry.case_id) == (
        "contest",
        "market",
        due_on,
        None,
    )
    assert messages.inbox(people.subject)[0].template == "disclosures.late"


def test_a_look_in_the_office_goes_to_its_department_and_the_security_officer(
    register: Register, people: Cast, now: dt.datetime
) -> None:
    receipt = cases.submit(people, at=now)
    operations_of_cases.read_case(case_id=receipt.case_id, purpose="看看", by=CLERK, at=now)
    look = read(people, now)
    contest(people, look, now)
    assert look.kind is Kind.STAFF and queries.waiting(None)[0].department == "market"
    assert [one.staff for one in identity.questioned_readings(at=now)] == [CLERK.id]


def test_who_left_is_answered_for_by_the_data_authority(
    register: Register, people: Cast, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = cases.submit(people, at=now)
    operations_of_cases.read_case(case_id=receipt.case_id, purpose="看看", by=CLERK, at=now)
    look = read(people, now)
    authority = Post.model_validate(
        {"code": "x", "name": "x", "english": "x", "department": "big-data-centre", "may": ["data-authority"]}
    )
    monkeypatch.setattr(government, "find_staff_with_posts", lambda _: None)
    monkeypatch.setattr(government, "posts", lambda: (authority,))
    contest(people, look, now)
    assert queries.waiting(None)[0].department == "big-data-centre"


def test_notes_are_never_changed(call: Reading, people: Cast, now: dt.datetime) -> None:
    id = contest(people, call, now)
    assert [one.act.value for one in queries.notes(id)] == ["state"]
    with pytest.raises(IntegrityError, match="disclosures_append_only"), transaction.atomic():
        models.Note.objects.update(text="x")


def test_people_are_told_of_readings_only_if_they_wish_and_once(
    register: Register, people: Cast, now: dt.datetime
) -> None:
    register.asks(number_of("p001"), now, issue=ISSUE)
    readings.commit()
    operations.tell_readings(at=now)
    operations.wish_to_be_told(subject=people.subject, tell=True, by=people.applicant, at=now)
    assert opened(people, now).is_told
    for persona in ("p001", "p003"):
        register.asks(number_of(persona), now + dt.timedelta(seconds=20), issue=ISSUE)
    # Without the number of a case nothing is given: nobody has read anything.
    register.asks(number_of("p001"), now + dt.timedelta(seconds=21))
    readings.commit()
    minute = dt.timedelta(minutes=1)
    assert operations.tell_readings(at=now + minute) == 1
    assert operations.tell_readings(at=now + 2 * minute) == 0
    (told,) = [one for one in messages.inbox(people.subject) if one.template == "disclosures.read"]
    assert "Market" in told.body or "市场" in told.body
    assert "共 1 次" in told.body
    operations.wish_to_be_told(subject=people.subject, tell=False, by=people.applicant, at=now)
    register.asks(number_of("p001"), now + 3 * minute, issue=ISSUE)
    readings.commit()
    assert operations.tell_readings(at=now + 4 * minute) == 0
