"""Within an act of one reading a person and a company are read once; the act after it reads them anew."""

from __future__ import annotations

from typing import Any

import pytest

from tests.foundation.identity.conftest import NOW, Settle
from tongban.foundation.identity import errors, queries
from tongban.foundation.identity.models import LegalEntity, NaturalPerson
from tongban.foundation.identity.types import Company, Person
from tongban.kernel.types import Subject

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(settle: Settle) -> tuple[Company, Person]:
    person = settle("p002")
    return queries.companies_of(person.id)[0], person


def everything(company: Company, person: Person) -> tuple[Any, ...]:
    return (
        queries.represents(person.id, company.id),
        queries.name_of(company.subject),
        queries.facts(company.subject),
        queries.facts(Subject("person", str(person.id))),
        queries.get_company(company.id),
        queries.get_person(company.legal_representative),
    )


def test_what_is_read_is_the_same_and_read_once(
    firm: tuple[Company, Person], django_assert_num_queries: Any
) -> None:
    read = queries.of_one_reading(everything)
    expected = everything(*firm)
    with django_assert_num_queries(2):
        assert read(*firm) == expected
    with django_assert_num_queries(2):
        assert read(*firm) == expected, "the next act reads for itself"


def test_who_does_not_speak_for_a_company_does_not_within_such_an_act_either(
    firm: tuple[Company, Person], settle: Settle
) -> None:
    company, person = firm
    other, speaks = settle("p001"), queries.of_one_reading(queries.represents)
    assert speaks(person.id, str(company.id))
    assert speaks(str(person.id), company.id)
    assert not speaks(other.id, company.id)
    assert not speaks("nobody", company.id)
    assert not speaks(person.id, "nothing")
    LegalEntity.objects.filter(id=company.id).update(dissolved_on=NOW.date())
    assert not speaks(person.id, company.id)
    LegalEntity.objects.filter(id=company.id).update(dissolved_on=None, bound_at=None)
    assert not speaks(person.id, company.id)


def test_who_is_not_there_is_unknown(django_assert_num_queries: Any) -> None:
    @queries.of_one_reading
    def ask() -> None:
        for _ in range(2):
            with pytest.raises(errors.PersonUnknown):
                queries.get_person("nobody")

    with django_assert_num_queries(1):
        ask()
    assert not NaturalPerson.objects.exists()
