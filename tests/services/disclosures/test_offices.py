"""A question about a district's office goes to its officers where they sit at the city's desk, else to the authority for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import cases
from tests.factories.cases import Cast
from tests.factories.catalogue import DEPARTMENTS, DISTRICTS
from tests.factories.districts import THEIRS, Districts, row, stand
from tests.factories.readings import ASKING, Register
from tongban.datahub.nodes import known
from tongban.foundation.government import operations as government
from tongban.foundation.government.types import Department, Level, Post, StaffMember
from tongban.foundation.identity import queries as identity
from tongban.foundation.messages import queries as messages
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import Conflict, Invalid, NotAllowed
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.services.disclosures import operations, queries
from tongban.services.disclosures.types import Contest, ContestKind, Verdict, Wanted

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CALLING = "SH/GOV/xuhui-archives/cases"
XUHUI, CHANGNING = DISTRICTS[1].code, DISTRICTS[0].code
AUTHORITY, THERE, ELSEWHERE = (
    Actor("staff", f"s-{code}", code) for code in ("authority", "xuhui", "changning")
)
MINUTE = dt.timedelta(minutes=1)


def settle(now: dt.datetime, *, with_desk: bool) -> None:
    """Have a data authority, and officers of the districts' kind of office: one of Xuhui, one of Changning."""
    kind = {
        "code": "district-archives",
        "name": "区档案局",
        "short": "档案局",
        "english": "District Archives",
    }
    centre = {"code": "data-centre", "name": "市大数据中心", "short": "大数据中心", "english": "Data Centre"}
    posts = [_post("authority", "data-centre", "data-officer", "data-authority")]
    posts += [_post("desk", "district-archives", "data-officer")] if with_desk else []
    staff = [StaffMember(code="s-authority", name="胡", posts=("authority",))]
    for who, place in (("xuhui", XUHUI), ("changning", CHANGNING)):
        held = ("desk",) if with_desk else ("market-clerk",)
        staff.append(StaffMember(code=f"s-{who}", name=who, posts=held, districts=(place,)))
    government.load_government(
        departments=(*DEPARTMENTS, cases.HALL, cases.FIRE, Department(level=Level.DISTRICT, **kind),
                     Department(level=Level.CITY, **centre)),
        districts=DISTRICTS, posts=(*cases.POSTS, *posts), staff=(*cases.STAFF, *staff), by=SYSTEM, at=now,
    )  # fmt: skip


def _post(code: str, department: str, *may: str) -> Post:
    said = {"code": code, "name": code, "english": code, "department": department, "may": may}
    return Post.model_validate(said)


@pytest.fixture
def districts(register: Register, monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> Iterator[Districts]:
    found = stand(monkeypatch, now)
    found.rows = [row(now - MINUTE, consumer=CALLING)]
    yield found
    known.forget()


def contest(people: Cast, now: dt.datetime, **more: Any) -> Contest:
    """Have the applicant ask about what the district's office read, and deliver what follows."""
    operations.ask_districts(subject=people.subject, by=people.applicant, at=now)
    scope = queries.opened(people.subject, by=people.applicant, at=now)
    (reading,) = queries.account(scope, Wanted(), at=now).readings
    said: dict[str, Any] = {"kind": ContestKind.UNKNOWN, "by": people.applicant, "at": now} | more
    operations.contest_reading(subject=people.subject, reading=reading.id, **said)
    while outbox.deliver(at=now):
        pass
    return queries.waiting(None)[0]


def told(code: str) -> list[str]:
    """Return what a member of staff was told of contests."""
    return [
        one.body for one in messages.inbox(Subject("staff", code)) if one.template.startswith("disclosures.")
    ]


def test_an_office_without_a_desk_is_asked_by_the_authority_which_answers(
    districts: Districts, people: Cast, now: dt.datetime
) -> None:
    settle(now, with_desk=False)
    found = contest(people, now)
    assert (found.department, found.office, found.district) == ("data-centre", "xuhui-archives", "")
    assert found.is_for_another and found.due_on > now.date()
    (said,) = told("s-authority")
    assert "徐汇区档案局" in said and "转请" in said
    with pytest.raises(Invalid):
        operations.hand_on_contest(id=found.id, says="", by=AUTHORITY, at=now)
    with pytest.raises(NotAllowed):
        operations.hand_on_contest(id=found.id, says="发函给徐汇区", by=THERE, at=now)
    operations.hand_on_contest(id=found.id, says="发函给徐汇区档案局", by=AUTHORITY, at=now)
    (after,) = queries.waiting(("data-centre",))
    assert (after.handed_on_at, after.due_on) == (now, found.due_on), "the clock runs on"
    assert [one.act.value for one in queries.notes(found.id)] == ["state", "hand_on"]
    operations.answer_contest(id=found.id, verdict=Verdict.LAWFUL, answer="依法核验", by=AUTHORITY, at=now)


def test_an_office_with_a_desk_is_asked_itself_and_no_other_districts(
    districts: Districts, people: Cast, now: dt.datetime
) -> None:
    settle(now, with_desk=True)
    found = contest(people, now)
    assert (found.department, found.office, found.district) == ("district-archives", "xuhui-archives", XUHUI)
    assert (found.is_for_another, found.answering) == (False, "xuhui-archives")
    assert len(told("s-xuhui")) == 1 and not told("s-changning") and not told("s-authority")
    for who, count in ((THERE, 1), (ELSEWHERE, 0)):
        access = identity.staff_access(who.id, at=now)
        assert len(queries.waiting(("district-archives",), access)) == count
    said = {"id": found.id, "verdict": Verdict.LAWFUL, "answer": "依法核验", "at": now}
    with pytest.raises(NotAllowed):
        operations.answer_contest(**said, by=ELSEWHERE)
    with pytest.raises(NotAllowed):
        queries.get_contest(found.id, by=ELSEWHERE, at=now)
    with pytest.raises(Conflict):
        operations.hand_on_contest(id=found.id, says="发函给徐汇区", by=THERE, at=now)
    assert queries.get_contest(found.id, by=AUTHORITY, at=now).id == found.id
    operations.answer_contest(**said, by=THERE)
    while outbox.deliver(at=now):
        pass
    assert "徐汇区档案局答复您" in messages.inbox(people.subject)[0].body


def test_wrong_data_of_a_districts_provider_is_asked_of_it(
    districts: Districts, people: Cast, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(now, with_desk=False)
    scope = queries.opened(people.subject, by=people.applicant, at=now)
    operations.ask_districts(subject=people.subject, by=people.applicant, at=now)
    (reading,) = queries.account(scope, Wanted(), at=now).readings
    assert reading.detail["provider"] == THEIRS
    for provider, office in (
        ("SH/GOV/xuhui-archives/people", "xuhui-archives"),
        ("SH/GOV/police/people", ""),
    ):
        detail = {**reading.detail, "provider": provider}
        asked = reading.__class__(
            **{name: getattr(reading, name) for name in reading.__slots__}
            | {"detail": detail, "resource": "resident-identity", "reader": ASKING}
        )
        found = queries.who_answers(asked, ContestKind.WRONG)
        assert (found.department, found.office) == (("data-centre", office) if office else ("police", ""))


def test_who_was_only_named_asks_as_such(districts: Districts, people: Cast, now: dt.datetime) -> None:
    settle(now, with_desk=False)
    districts.rows = [row(now - MINUTE, consumer=CALLING, is_named=True, issue="8401325457718306")]
    found = contest(people, now)
    assert (found.is_named, found.number) == (True, "")
