"""People and companies: found by number, shown masked, bound by whom the register names."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from tests.foundation.identity.conftest import NOW, Settle
from tongban.foundation.identity import errors, operations, queries
from tongban.foundation.identity.adapters import demonstration
from tongban.foundation.identity.models import Account, LegalEntity, NaturalPerson
from tongban.foundation.ledger import queries as ledger
from tongban.kernel.errors import Conflict, Invalid
from tongban.kernel.types import SYSTEM, Subject

pytestmark = pytest.mark.django_db


def test_the_population_is_the_same_every_time_and_nobodys(population: demonstration.Population) -> None:
    demonstration.population.cache_clear()
    again = demonstration.population()
    assert again == population
    assert len(population.citizens) >= 300
    assert len(population.firms) >= 60
    assert all(one.number.startswith("310199") for one in population.citizens.values())
    assert len({one.number for one in population.citizens.values()}) == len(population.citizens)
    for one in population.citizens.values():
        assert all(population.citizens[code].birth_on > one.birth_on for code in one.wards)
        assert not one.spouse or population.citizens[one.spouse].spouse == one.code


def test_a_person_is_one_row_a_number_and_nothing_of_them_is_readable_in_the_table(
    settle: Settle, population: demonstration.Population
) -> None:
    citizen = population.citizens["p001"]
    person = settle("p001")
    again = operations.register_person(name=citizen.name, number=citizen.number.lower(), by=SYSTEM, at=NOW)
    assert again.id == person.id
    assert queries.find_person(citizen.number) == queries.get_person(person.id)
    assert person.name == citizen.name
    assert person.masked_number == "310*************" + citizen.number[-2:]
    assert person.phone_masked == "154******01"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p::text || a::text FROM identity_naturalperson p JOIN identity_account a ON a.person_id = p.id"
        )
        (text,) = cursor.fetchone()
    for secret in (citizen.name, citizen.number, citizen.phone, citizen.mail):
        assert secret not in text
        assert secret.encode().hex() not in text


def test_name_and_number_must_belong_together(db: None, population: demonstration.Population) -> None:
    first, second = population.citizens["p001"], population.citizens["p002"]
    with pytest.raises(errors.NameDiffers):
        operations.register_person(name=first.name, number=second.number, by=SYSTEM, at=NOW)
    with pytest.raises(Invalid, match="姓名"):
        operations.register_person(name=" ", number=second.number, by=SYSTEM, at=NOW)


def test_one_account_a_person(settle: Settle, population: demonstration.Population) -> None:
    settle("p001")
    citizen = population.citizens["p001"]
    other = operations.open_account(phone="13800138000", by=SYSTEM, at=NOW)
    with pytest.raises(errors.NumberTaken):
        operations.confirm_real_name(
            account=other.id, name=citizen.name, number=citizen.number, by=SYSTEM, at=NOW
        )
    third = population.citizens["p003"]
    bound = operations.confirm_real_name(
        account=other.id, name=third.name, number=third.number, by=SYSTEM, at=NOW
    )
    assert queries.account_of_person(bound.id).id == other.id
    with pytest.raises(Conflict, match="不能换成另一个人"):
        operations.confirm_real_name(
            account=other.id, name=citizen.name, number=citizen.number, by=SYSTEM, at=NOW
        )


def test_an_installation_without_an_authority_decides_nothing(
    settings: pytest.FixtureRequest, population: demonstration.Population
) -> None:
    settings.DEMONSTRATION = False
    citizen = population.citizens["p001"]
    with pytest.raises(errors.AuthorityAway):
        operations.register_person(name=citizen.name, number=citizen.number, by=SYSTEM, at=NOW)


def test_the_legal_representative_and_nobody_else_binds_a_company(
    settle: Settle, population: demonstration.Population
) -> None:
    boss, other = settle("p002"), settle("p003")
    firm = population.firms["c001"]
    company = queries.find_company(firm.credit_code)
    assert company
    assert (company.name, company.legal_representative) == (firm.name, boss.id)
    assert queries.companies_of(boss.id) == (company,)
    with pytest.raises(errors.NotRepresentative):
        operations.bind_company(person=other.id, credit_code=firm.credit_code, by=other.actor, at=NOW)
    with pytest.raises(errors.CompanyUnknown):
        operations.bind_company(person=boss.id, credit_code="91110000600037341L", by=boss.actor, at=NOW)
    assert [entry.act for entry in ledger.entries(company.subject)] == [
        "identity.company_bound",
        "identity.company_registered",
    ]


def test_who_is_struck_off_signs_in_no_more(settle: Settle) -> None:
    person = settle("p005")
    day = dt.date(2026, 3, 1)
    operations.record_death(person=person.id, died_on=day, by=SYSTEM, at=NOW)
    operations.record_death(person=person.id, died_on=day, by=SYSTEM, at=NOW)
    assert queries.get_person(person.id).died_on == day
    assert not queries.account_of_person(person.id).is_active
    assert [entry.act for entry in ledger.entries(person.subject)].count("identity.death_recorded") == 1


def test_facts_are_filled_with_their_register_and_hold_no_number_in_full(
    settle: Settle, population: demonstration.Population
) -> None:
    boss = settle("p002")
    company = queries.companies_of(boss.id)[0]
    for subject in (boss.subject, company.subject):
        found = queries.facts(subject)
        text = repr(found)
        citizen = population.citizens["p002"]
        assert citizen.number not in text
        assert citizen.phone not in text
        assert str(boss.id) in text
    assert queries.facts(boss.subject)["applicant-name"] == (boss.name, "人口库")
    assert queries.facts(company.subject)["legal-representative-name"] == (boss.name, "人口库")
    assert queries.facts(company.subject)["company-name"] == (company.name, "法人库")


def test_names_of_many_take_two_statements(
    settle: Settle, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    boss, other = settle("p002"), settle("p003")
    company = queries.companies_of(boss.id)[0]
    wanted = [boss.subject, other.subject, company.subject, Subject("person", "nobody")]
    with django_assert_num_queries(2):
        found = queries.names_of(wanted)
    assert found == {boss.subject: boss.name, other.subject: other.name, company.subject: company.name}


def refused(name: str, **changes: object) -> None:
    """Make a row that a constraint must refuse."""
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        changes["row"].save(force_insert=changes.get("insert", False))


def test_constraints_of_people_and_accounts(settle: Settle) -> None:
    person, other = settle("p002"), settle("p003")

    def person_row() -> NaturalPerson:
        return NaturalPerson.objects.get(id=person.id)

    row = person_row()
    row.number_index = NaturalPerson.objects.get(id=other.id).number_index
    refused("person_number_once", row=row)
    row = person_row()
    row.verified_by = ""
    refused("person_verified_by_somebody", row=row)
    row = person_row()
    row.died_on = dt.date(1900, 1, 1)
    refused("person_dies_after_birth", row=row)
    account, second = Account.objects.get(person=person.id), Account.objects.get(person=other.id)
    account.phone_index = second.phone_index
    refused("account_phone_once", row=account)
    account = Account.objects.get(person=person.id)
    account.mail_index = second.mail_index
    refused("account_mail_once", row=account)
    company = LegalEntity.objects.get(legal_representative=person.id)
    copy = LegalEntity(credit_code=company.credit_code, name="x", legal_representative_id=person.id)
    refused("company_credit_code_once", row=copy, insert=True)
    copy.credit_code = "91abc"
    refused("company_credit_code_form", row=copy, insert=True)
