"""For whom one may act: oneself, one's company, by mandate, for one's child."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.foundation.identity.conftest import NOW, Settle
from tongban.foundation.identity import errors, operations, queries, rules
from tongban.foundation.identity.adapters import demonstration
from tongban.foundation.identity.models import Guardianship
from tongban.foundation.identity.models import Mandate as Row
from tongban.foundation.identity.queries.acting import _last_day_of_minority, _years_before
from tongban.foundation.identity.rules.acting import FULL_AGE, age
from tongban.foundation.identity.types import ActingFor, Mandate, Person
from tongban.foundation.ledger import queries as ledger
from tongban.kernel.errors import Conflict, Failure, Invalid, NotAllowed
from tongban.kernel.types import SYSTEM, Subject

pytestmark = pytest.mark.django_db
UNTIL = dt.date(2026, 12, 31)


def give(giver: Person, principal: Subject, grantee: demonstration.Citizen, **changes: object) -> Mandate:
    asked: dict[str, object] = {
        "principal": principal, "grantee_name": grantee.name, "grantee_number": grantee.number,
        "items": ["food-business-licence"], "until": UNTIL, "by": giver.actor, "at": NOW,
    }  # fmt: skip
    return operations.give_mandate(**asked | changes)  # type: ignore[arg-type]


def options(person: Person, at: dt.datetime = NOW, **narrowed: str) -> dict[str, ActingFor]:
    return {one.via: one for one in queries.acting_options(person.id, at=at, **narrowed)}


def test_the_rights_for_one_party_are_those_of_all_that_are_for_it(
    settle: Settle, population: demonstration.Population
) -> None:
    boss, clerk, stranger = settle("p002"), settle("p003"), settle("p004")
    company = queries.companies_of(boss.id)[0]
    for principal in (company.subject, boss.subject):
        mandate = give(boss, principal, population.citizens["p003"])
        operations.accept_mandate(mandate=mandate.id, by=clerk.actor, at=NOW)
    parties = [company.subject, boss.subject, clerk.subject, stranger.subject, Subject("account", "x")]
    for one in (boss, clerk, stranger):
        everything = queries.acting_options(one.id, at=NOW)
        parties += [right.party for right in everything]
        for party in parties:
            asked = tuple(right for right in everything if right.party == party)
            assert queries.rights_for(one.id, party, at=NOW) == asked
    assert {right.via for right in queries.acting_options(clerk.id, at=NOW)} >= {"self", "mandate"}


@pytest.mark.law("acting-within-mandate")
def test_a_company_mandates_a_clerk_for_one_item(
    settle: Settle, population: demonstration.Population
) -> None:
    boss, clerk = settle("p002"), settle("p003")
    company = queries.companies_of(boss.id)[0]
    mandate = give(boss, company.subject, population.citizens["p003"])
    assert mandate.state == "offered"
    assert "mandate" not in options(clerk)
    accepted = operations.accept_mandate(mandate=mandate.id, by=clerk.actor, at=NOW)
    assert accepted.state == "accepted"
    right = queries.acting_for(clerk.id, company.subject, item="food-business-licence", at=NOW)
    assert (right.via, right.mandate, right.name) == ("mandate", mandate.id, company.name)
    assert "mandate" not in options(clerk, item="another")
    with pytest.raises(NotAllowed, match="不包括这个事项"):
        queries.acting_for(clerk.id, company.subject, item="another", at=NOW)
    assert not queries.can_act_for(clerk.id, boss.subject, at=NOW)
    assert [entry.act for entry in ledger.entries(company.subject)][:2] == [
        "identity.mandate_accepted", "identity.mandate_given",
    ]  # fmt: skip


@pytest.mark.law("mandate-ends-at-once")
def test_it_ends_at_once_when_revoked_and_by_itself_after_its_day(
    settle: Settle, population: demonstration.Population
) -> None:
    boss, clerk = settle("p002"), settle("p003")
    company = queries.companies_of(boss.id)[0]
    mandate = give(boss, company.subject, population.citizens["p003"], items=())
    operations.accept_mandate(mandate=mandate.id, by=clerk.actor, at=NOW)
    last = dt.datetime.combine(UNTIL, dt.time(23, 59), NOW.tzinfo)
    assert queries.can_act_for(clerk.id, company.subject, item="anything", at=last)
    assert not queries.can_act_for(clerk.id, company.subject, at=last + dt.timedelta(minutes=1))
    assert queries.get_mandate(mandate.id, at=last + dt.timedelta(days=1)).state == "ended"
    operations.revoke_mandate(mandate=mandate.id, by=boss.actor, at=NOW)
    assert not queries.can_act_for(clerk.id, company.subject, at=NOW)
    with pytest.raises(Conflict):
        operations.revoke_mandate(mandate=mandate.id, by=boss.actor, at=NOW)


def test_the_agent_may_lay_it_down_and_strangers_may_nothing(
    settle: Settle, population: demonstration.Population
) -> None:
    boss, clerk, stranger = settle("p002"), settle("p003"), settle("p001")
    company = queries.companies_of(boss.id)[0]
    mandate = give(boss, company.subject, population.citizens["p003"])
    for act in (operations.accept_mandate, operations.decline_mandate, operations.revoke_mandate):
        with pytest.raises(NotAllowed):
            act(mandate=mandate.id, by=stranger.actor, at=NOW)
    with pytest.raises(errors.MandateUnknown):
        operations.accept_mandate(mandate=uuid.uuid4(), by=clerk.actor, at=NOW)
    operations.accept_mandate(mandate=mandate.id, by=clerk.actor, at=NOW)
    with pytest.raises(Conflict):
        operations.decline_mandate(mandate=mandate.id, by=clerk.actor, at=NOW)
    assert operations.revoke_mandate(mandate=mandate.id, by=clerk.actor, at=NOW).state == "revoked"
    again = give(boss, company.subject, population.citizens["p003"])
    assert operations.decline_mandate(mandate=again.id, by=clerk.actor, at=NOW).state == "declined"


@pytest.mark.law("mandate-from-principal")
def test_mandates_that_can_not_be_given(settle: Settle, population: demonstration.Population) -> None:
    boss, other, people = settle("p002"), settle("p003"), population.citizens
    company = queries.companies_of(boss.id)[0]

    def code(*args: object, **changes: object) -> str:
        with pytest.raises(Failure) as caught:
            give(*args, **changes)  # type: ignore[arg-type]
        return caught.value.code

    assert code(other, company.subject, people["p001"]) == "mandate-not-representative"
    assert code(other, boss.subject, people["p001"]) == "mandate-not-own"
    assert code(boss, boss.subject, people["p002"]) == "mandate-to-oneself"
    assert code(boss, boss.subject, people["p008"]) == "mandate-to-child"
    assert code(boss, boss.subject, people["p001"], until=dt.date(2026, 3, 1)) == "mandate-ended"
    assert code(boss, boss.subject, people["p001"], until=dt.date(2036, 3, 1)) == "mandate-too-long"
    dead = next(one for one in people.values() if one.died_on)
    assert code(boss, boss.subject, dead) == "mandate-to-dead"
    give(boss, boss.subject, people["p001"])
    assert code(boss, boss.subject, people["p001"]) == "mandate-waits"


def test_a_mandate_may_wait_for_somebody_who_has_no_account_yet(
    settle: Settle, population: demonstration.Population
) -> None:
    elder = settle("p005")
    mandate = give(elder, elder.subject, population.citizens["p004"], items=())
    daughter = settle("p004")
    operations.accept_mandate(mandate=mandate.id, by=daughter.actor, at=NOW)
    found = options(daughter)
    assert found["mandate"].party == elder.subject
    assert found["guardian"].name == population.citizens["p009"].name or found["guardian"]
    assert found["self"].party == daughter.subject


def test_a_dissolved_company_acts_no_more(settle: Settle, population: demonstration.Population) -> None:
    boss, clerk = settle("p002"), settle("p003")
    company = queries.companies_of(boss.id)[0]
    mandate = give(boss, company.subject, population.citizens["p003"])
    operations.accept_mandate(mandate=mandate.id, by=clerk.actor, at=NOW)
    operations.record_dissolution(company=company.id, dissolved_on=NOW.date(), by=SYSTEM, at=NOW)
    assert queries.get_mandate(mandate.id, at=NOW).state == "revoked"
    assert not queries.can_act_for(clerk.id, company.subject, at=NOW)
    assert not queries.can_act_for(boss.id, company.subject, at=NOW)


@pytest.mark.law("guardian-of-minor")
def test_parents_act_for_their_children_until_they_are_of_age(
    settle: Settle, population: demonstration.Population
) -> None:
    mother, other = settle("p004"), settle("p001")
    wards = [one for one in queries.acting_options(mother.id, at=NOW) if one.via == "guardian"]
    assert {one.name for one in wards} == {population.citizens[code].name for code in ("p008", "p009")}
    child = population.citizens["p008"]
    birthday = child.birth_on.replace(year=child.birth_on.year + FULL_AGE)
    before = dt.datetime.combine(birthday - dt.timedelta(days=1), dt.time(12), NOW.tzinfo)
    party = next(one.party for one in wards if one.name == child.name)
    assert queries.can_act_for(mother.id, party, at=before)
    assert not queries.can_act_for(mother.id, party, at=before + dt.timedelta(days=1))
    with pytest.raises(errors.NotGuardian):
        operations.confirm_wards(guardian=other.id, by=other.actor, at=NOW)
    again = operations.confirm_wards(guardian=mother.id, by=mother.actor, at=NOW)
    assert len(again) == 2
    assert Guardianship.objects.filter(guardian=mother.id).count() == 2


class Changed:
    """A register that says something else by now."""

    def __init__(self, person: object = None, company: object = None) -> None:
        self._person, self._company = person, company

    def person(self, number: str) -> object:
        return self._person

    def company(self, credit_code: str) -> object:
        return self._company


def test_a_new_representative_binds_the_company_anew(
    settle: Settle, population: demonstration.Population
) -> None:
    from dataclasses import replace

    boss, clerk, heir = settle("p002"), settle("p003"), settle("p001")
    company = queries.companies_of(boss.id)[0]
    mandate = give(boss, company.subject, population.citizens["p003"])
    operations.accept_mandate(mandate=mandate.id, by=clerk.actor, at=NOW)
    known = demonstration.DemonstrationRegisters().company(company.credit_code)
    citizen = population.citizens["p001"]
    changed = replace(known, representative_name=citizen.name, representative_number=citizen.number)
    operations.install_registers(Changed(company=changed))
    try:
        operations.bind_company(person=heir.id, credit_code=company.credit_code, by=heir.actor, at=NOW)
    finally:
        operations.install_registers(None)
    assert queries.can_act_for(heir.id, company.subject, at=NOW)
    assert not queries.can_act_for(boss.id, company.subject, at=NOW)
    assert not queries.can_act_for(clerk.id, company.subject, at=NOW)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2026, 3, 1)), st.dates(dt.date(2026, 3, 2), dt.date(2045, 1, 1)))
def test_the_list_of_wards_and_the_rule_of_age_say_the_same(born: dt.date, day: dt.date) -> None:
    """One asks the database for who was born after a day, the other counts years."""
    listed = born > _years_before(day, FULL_AGE)
    assert listed == (age(born, day) < FULL_AGE)
    assert listed == (day <= _last_day_of_minority(born))


@given(st.booleans(), st.booleans(), st.booleans(), st.integers(-3, 3))
def test_a_mandate_holds_only_when_accepted_and_neither_ended_nor_revoked(
    accepted: bool, declined: bool, revoked: bool, days: int
) -> None:
    state = rules.mandate_state(
        until=NOW.date() + dt.timedelta(days=days),
        accepted_at=NOW if accepted else None,
        declined_at=NOW if declined else None,
        revoked_at=NOW if revoked else None,
        today=NOW.date(),
    )
    assert (state == "accepted") == (accepted and not declined and not revoked and days >= 0)


def test_rules_in_pairs_agree(settle: Settle) -> None:
    boss, clerk = settle("p002"), settle("p003")
    company = queries.companies_of(boss.id)[0]
    today = NOW.date()
    assert rules.can_give_mandate(company, boss, clerk, until=UNTIL, today=today)
    assert not rules.can_give_mandate(company, clerk, boss, until=UNTIL, today=today)
    party = ActingFor(company.subject, "representative")
    assert rules.can_act([party], company.subject)
    assert not rules.can_act([party], boss.subject)
    assert not rules.can_guard(boss, clerk, today=today)
    with pytest.raises(Conflict, match="年满 18 周岁"):
        rules.check_may_guard(boss, clerk, today=today)
    with pytest.raises(Invalid):
        rules.check_may_give_mandate(boss, boss, clerk, until=dt.date(2000, 1, 1), today=today)
    offered = Mandate(
        uuid.uuid4(), company.subject, "", clerk.id, "", (), NOW, UNTIL, "offered"
    )  # fmt: skip
    assert rules.can_accept_mandate(offered, clerk)
    assert not rules.can_accept_mandate(offered, boss)
    assert rules.can_revoke_mandate(offered, boss, company)
    assert not rules.can_revoke_mandate(offered, boss, clerk)


def test_constraints_of_mandates_and_guardians(settle: Settle) -> None:
    boss, clerk = settle("p002"), settle("p003")
    company = queries.companies_of(boss.id)[0]
    good = {"grantee_id": clerk.id, "given_at": NOW, "until": UNTIL, "items": ["a"]}

    def refused(name: str, **row: object) -> None:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Row.objects.create(**good | row)

    refused("mandate_of_one_principal", company_id=company.id, person_id=boss.id)
    refused("mandate_of_one_principal")
    refused("mandate_not_to_oneself", person_id=clerk.id)
    refused("mandate_accepted_or_declined", person_id=boss.id, accepted_at=NOW, declined_at=NOW)
    Row.objects.create(**good, person_id=boss.id)
    refused("mandate_open_once", person_id=boss.id)
    link = {"confirmed_at": NOW, "register": "人口库"}
    with pytest.raises(IntegrityError, match="guardianship_of_another"), transaction.atomic():
        Guardianship.objects.create(guardian_id=boss.id, ward_id=boss.id, **link)
    Guardianship.objects.create(guardian_id=boss.id, ward_id=clerk.id, **link)
    with pytest.raises(IntegrityError, match="guardianship_once"), transaction.atomic():
        Guardianship.objects.create(guardian_id=boss.id, ward_id=clerk.id, **link)


def test_personas_come_with_the_mandates_their_stories_speak_of(db: None) -> None:
    for code, principal in (("p003", "company"), ("p004", "person"), ("p003", "company")):
        account = operations.enter_as_persona(code=code, by=SYSTEM, at=NOW)
        rights = [one for one in queries.acting_options(account.person, at=NOW) if one.via == "mandate"]
        assert [one.party.kind for one in rights] == [principal]
