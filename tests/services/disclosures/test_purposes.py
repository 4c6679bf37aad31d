"""Calls beside the purpose of their grant: found once, the day after."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories import readings
from tests.factories.cases import Cast
from tests.factories.districts import THEIRS, stand
from tests.factories.readings import ASKING, KEEPING, Register, number_of
from tongban.datahub.exchange.types import AskedFor, GrantUse
from tongban.datahub.nodes import known
from tongban.datahub.nodes.operations import accounts
from tongban.datahub.resources import models as lists
from tongban.foundation.ledger import queries as ledger
from tongban.kernel.types import Subject
from tongban.services.cases import models as cases
from tongban.services.cases import queries as of_cases
from tongban.services.cases.rules.numbers import check_digit
from tongban.services.cases.types import Responsible
from tongban.services.disclosures import models, operations, queries
from tongban.services.disclosures.rules.purposes import why_beside
from tongban.services.disclosures.types import Why

ONE_DAY = dt.timedelta(days=1)
USE = GrantUse(uuid.uuid4(), ASKING, "x", 1, uuid.uuid4())
ASKED = AskedFor(USE, "market", KEEPING, "resident-identity", ("food-licence",))


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (Responsible(("food-licence", "fire-check"), ("market", "fire")), None),
        (Responsible(("fire-check",), ("market",)), Why.ITEM),
        (Responsible(("food-licence",), ("fire",)), Why.DEPARTMENT),
        (None, Why.NO_CASE),
    ],
)
@pytest.mark.law("data-purpose-audited")
def test_a_case_of_the_grants_items_at_who_holds_it(case: Responsible | None, why: Why | None) -> None:
    assert why_beside(ASKED, case) is why


def number(start: str) -> str:
    """Return a number as cases have it."""
    return start + check_digit(start)


def case_of(**said: Any) -> str:
    """Make a case as it stands in the database, and return its id as systems name it: opened for its items alone."""
    row = cases.Case(
        state="draft", service_kind="item", service_code="food-licence", service_name="x", versions=[],
        applicant_kind="person", applicant_id="x", applicant_name=b"x", filed_by_kind="person", filed_by_id="x", via="web",
        started_at=dt.datetime.now(dt.UTC), **{"items": ["food-licence"], "departments": ["market"], **said},
    )  # fmt: skip
    row.save(force_insert=True)
    return str(row.id)


@pytest.fixture
def asked(register: Register, people: Cast, now: dt.datetime) -> dict[str, str]:
    """Have the market ask about somebody yesterday: for its own case, for three that its grant is not for, for a name of its own."""
    issues = {
        "own": case_of(),
        "item": case_of(items=["fire-check"]),
        "department": case_of(departments=["fire"]),
        "no_case": number("840132545771830"),
        "theirs": "no-17",
    }
    lists.Request.objects.update(department="market")
    for minute, issue in enumerate(issues.values()):
        register.asks(number_of("p001"), now - ONE_DAY + dt.timedelta(minutes=minute), issue=issue)
    register.asks(number_of("p001"), now - ONE_DAY + dt.timedelta(hours=9), issue=issues["item"])
    register.asks(number_of("p001"), now, issue=issues["item"])
    return issues


@pytest.mark.django_db
@pytest.mark.slow
def test_a_day_that_is_over_is_looked_through_once(
    asked: dict[str, str], register: Register, now: dt.datetime
) -> None:
    assert operations.check_purposes(at=now) == 3
    found = {one.issue: one for one in queries.beside_purpose(register.grant)}
    assert {issue: one.why for issue, one in found.items()} == {
        asked["item"]: Why.ITEM, asked["department"]: Why.DEPARTMENT, asked["no_case"]: Why.NO_CASE,
    }  # fmt: skip
    assert (found[asked["item"]].calls, found[asked["item"]].on) == (2, (now - ONE_DAY).date())
    assert operations.check_purposes(at=now) == 0
    assert (
        operations.check_purposes(at=now + ONE_DAY) == 0
    )  # today's call is for a case that was found already
    (noted,) = [
        one for one in ledger.entries(Subject("data-grant", str(register.grant)))
        if one.act == "disclosures.beside_purpose"
    ]  # fmt: skip
    assert (noted.detail["cases"], noted.detail["calls"], noted.detail["holder"]) == (3, 4, "market")
    later = now + dt.timedelta(days=3 * 366 + 2)
    models.Checked.objects.update(until=later.date() - ONE_DAY)
    assert operations.check_purposes(at=later) == 0 and queries.beside_purpose(register.grant) == ()


@pytest.mark.django_db
@pytest.mark.slow
def test_they_stand_in_the_lists_of_who_gave_who_holds_and_the_authority(
    asked: dict[str, str], register: Register, now: dt.datetime
) -> None:
    operations.check_purposes(at=now)
    for departments, count in ((("police",), 1), (("market",), 1), (("fire",), 0), (None, 1)):
        assert len(queries.grants_beside_purpose(departments)) == count


@pytest.mark.django_db
@pytest.mark.slow
def test_what_districts_decided_is_looked_through_too_and_a_silent_one_asked_again(
    register: Register, monkeypatch: pytest.MonkeyPatch, now: dt.datetime
) -> None:
    there = stand(monkeypatch, now)
    theirs = readings.make_grant(provider=THEIRS)
    lists.Request.objects.update(department="market")
    own, other, at = case_of(), case_of(items=["fire-check"]), now - ONE_DAY
    there.uses = [
        (at, str(theirs), ASKING, own, 1, str(uuid.uuid4())),
        (at, str(theirs), ASKING, other, 3, str(uuid.uuid4())),
        (at, str(register.grant), ASKING, other, 1, str(uuid.uuid4())),  # its provider lives at the city
        (at, str(uuid.uuid4()), ASKING, other, 1, str(uuid.uuid4())),  # there is no such grant
    ]
    there.silent = {"pudong"}
    assert operations.check_purposes_elsewhere(at=now) == 0
    there.silent = set()
    accounts._gates.clear()
    assert operations.check_purposes_elsewhere(at=now) == 1
    (found,) = queries.beside_purpose(theirs)
    assert (found.issue, found.calls, found.why, found.on) == (other, 3, Why.ITEM, at.date())
    there.asked = []
    assert operations.check_purposes_elsewhere(at=now) == 0 and not there.asked
    known.forget()


@pytest.mark.django_db
@pytest.mark.slow
def test_an_hour_of_a_large_city_is_looked_through_at_once(register: Register, now: dt.datetime) -> None:
    own, asked = case_of(), [str(uuid.UUID(int=number)) for number in range(70_000)]
    assert of_cases.responsible_by_issue([*asked, own]) == {own: Responsible(("food-licence",), ("market",))}


@pytest.mark.django_db
def test_constraints_of_what_was_found(now: dt.datetime) -> None:
    said = {
        "grant": uuid.uuid4(), "consumer": ASKING, "holder": "market", "owner": "police", "resource": "r", "issue": "1",
        "items": [], "calls": 1, "first": uuid.uuid4(), "on": now.date(),
    }  # fmt: skip
    models.Beside.objects.create(why="item", **said)
    with pytest.raises(IntegrityError, match="beside_once"), transaction.atomic():
        models.Beside.objects.create(why="no_case", **said)
    with pytest.raises(IntegrityError, match="beside_why_known"), transaction.atomic():
        models.Beside.objects.create(why="x", **said | {"issue": "2"})
