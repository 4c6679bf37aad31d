"""What the departments know of the invented people and companies: always the same on the same day, made of the catalogue.

Each resource's row has all its fields, more than any grant gives: to take away the rest is the exchange's duty.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tongban.datahub.resources.types import DataField, FieldType, Resource, Sharing
from tongban.demo.departments import things
from tongban.foundation.identity.queries import Citizen, Firm, Population

Row = dict[str, object]
NUMBERS = ("id-number", "-id-number")
CREDIT_CODES = ("credit-code", "-credit-code")
MALE, FEMALE = "男", "女"
OF_AGE, OLD = 18, 60
THINGS = (things.VIN, things.PROJECT, things.ADDRESS)
LEAST_DAYS, MOST_DAYS = 200, 1500
OVER = 0.04
"""The share of certificates whose time is over."""


@dataclass(frozen=True, slots=True)
class Party:
    """Whom a row is about: a person or a company, and everybody else in case they are in it."""

    citizen: Citizen | None
    firm: Firm | None
    population: Population
    on: dt.date

    @property
    def age(self) -> int:
        """Return how old the person is; a company is of age."""
        return age(self.citizen, self.on) if self.citizen else OF_AGE

    def other(self, code: str) -> Citizen | None:
        """Return another person by their code."""
        return self.population.citizens.get(code)


def age(citizen: Citizen, on: dt.date) -> int:
    """Return how old somebody is on a day."""
    born = citizen.birth_on
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def asked_by(resource: Resource) -> str:
    """Return the field by which a department's service is asked: about a person or a company, else about what they have.

    Empty where by none of these.
    """
    keys = [one.code for one in resource.fields if one.key]
    known = [*filter(is_number, keys), *(one for one in THINGS if one in keys)]
    return known[0] if known and resource.sharing is not Sharing.NEVER else ""


def is_number(code: str) -> bool:
    """Return whether a field is the number of a person or the code of a company."""
    return code in (NUMBERS[0], CREDIT_CODES[0]) or code.endswith((NUMBERS[1], CREDIT_CODES[1]))


def rows(resource: Resource, identifier: str, population: Population, on: dt.date) -> list[Row]:
    """Return what a department knows of whoever, or whatever, has this number; nothing where it knows nothing."""
    by = asked_by(resource)
    owner = identifier if is_number(by) else things.owner_of(by, identifier, population)
    party = Party(population.by_number(owner), population.by_credit_code(owner), population, on)
    if party.citizen is None and party.firm is None:
        return []
    chance = random.Random(f"{resource.code}:{owner}")  # noqa: S311 - the same must come out every time
    if not _is_there(resource, party, chance):
        return []
    children = _children(resource, party)
    return [_row(resource, party, child, chance) for child in children]


def everybody(resource: Resource, population: Population, on: dt.date) -> Iterator[tuple[str, Row]]:
    """Yield identifier and row of all whom a department knows."""
    by, numbers = asked_by(resource), [one.number for one in population.citizens.values()]
    numbers += [one.credit_code for one in population.firms.values()]
    asked = numbers if is_number(by) else [one for one, _ in things.everything(by, population)]
    for identifier in dict.fromkeys(asked):
        for row in rows(resource, identifier, population, on):
            yield identifier, row


Holds = Callable[[Party, random.Random], bool]


def _number(party: Party) -> str:
    return party.citizen.number if party.citizen else party.firm.credit_code if party.firm else ""


def _share(part: float) -> Holds:
    return lambda party, chance: chance.random() < part


def _works(party: Party, chance: random.Random) -> bool:
    return 22 <= party.age < OLD and chance.random() < 0.9


KNOWN: Mapping[str, Holds] = {
    "marriage-registration": lambda party, chance: bool(party.citizen and party.citizen.spouse),
    "birth-certificate": lambda party, chance: bool(party.citizen and party.citizen.wards),
    "birth-service-registration": lambda party, chance: bool(party.citizen and party.citizen.wards),
    "kinship": lambda party, chance: bool(party.citizen and (party.citizen.wards or party.citizen.spouse)),
    "pupil-register": lambda party, chance: 6 <= party.age < OF_AGE,
    "vaccination-record": lambda party, chance: party.age < OF_AGE,
    "social-insurance-person": _works,
    "employment-registration": _works,
    "fund-account": _works,
    "end-of-employment": _share(0.4),
    "unemployment-benefit": _share(0.05),
    "pension-benefit": lambda party, chance: party.age >= OLD,
    "elderly-card": lambda party, chance: party.age >= 65,
    "disability-card": _share(0.08),
    "disability-assessment": _share(0.1),
    "veteran-card": _share(0.06),
    "veteran-benefit": _share(0.05),
    "subsistence-allowance": _share(0.05),
    "means-check-report": _share(0.5),
    "death-certificate": lambda party, chance: bool(party.citizen and party.citizen.died_on),
    "funeral": lambda party, chance: bool(party.citizen and party.citizen.died_on),
    "id-card-receipt": _share(0.3),
    "residence-permit": _share(0.6),
    "adoption-registration": _share(0.01),
    "real-estate-register": _share(0.75),
    "lease-filing": _share(0.7),
    "health-certificate": _share(0.8),
    "driver-health-check": _share(0.8),
}
OF_THINGS: Mapping[str, Holds] = {
    "imported-vehicle-certificate": lambda party, chance: things.is_imported(_number(party)),
    "vehicle-factory-certificate": lambda party, chance: not things.is_imported(_number(party)),
}
"""What a department knows only of some cars; of all other things that there are it knows."""
ADULTS_ONLY_NOT = frozenset({"population-basic", "household-registration", "id-card", "kinship", "pupil-register",
                             "vaccination-record", "social-security-card", "residence-registration",
                             "medical-insurance-enrolment"})  # fmt: skip
"""Resources that know children too."""


def _is_there(resource: Resource, party: Party, chance: random.Random) -> bool:
    if not is_number(asked_by(resource)):
        holds = OF_THINGS.get(resource.code)
        return holds(party, chance) if holds else True
    is_of_company = asked_by(resource).endswith(CREDIT_CODES[0])
    if (
        party.firm is not None
        and not is_of_company
        and not asked_by(resource).startswith(("owner-", "payer-", "holder-"))
    ):
        return False
    if party.citizen is not None and (
        is_of_company or (party.age < OF_AGE and resource.code not in ADULTS_ONLY_NOT)
    ):
        return False
    holds = KNOWN.get(resource.code)
    return holds(party, chance) if holds and party.citizen else chance.random() < 0.93


def _children(resource: Resource, party: Party) -> list[Citizen | None]:
    """Return of which children there is a row each; one row without a child where it is about somebody else."""
    if resource.code in ("birth-certificate", "birth-service-registration") and party.citizen:
        return [party.other(code) for code in party.citizen.wards]
    return [None]


def _row(resource: Resource, party: Party, child: Citizen | None, chance: random.Random) -> Row:
    known = _of_firm(party) if party.firm else _of_person(party, child)
    if resource.is_nobodys:
        known = {"address": known["address"]}
    return {one.code: known.get(one.code, _made(one, chance, party.on)) for one in resource.fields}


def _of_person(party: Party, child: Citizen | None) -> Row:
    own = party.citizen
    assert own is not None  # noqa: S101 - a party without a company is a person
    spouse = party.other(own.spouse)
    mother, father = (own, spouse) if own.sex == FEMALE else (spouse, own)
    known: Row = {
        f"{role}name": own.name
        for role in ("", "owner-", "payer-", "holder-", "buyer-", "tenant-", "student-")
    }
    known |= {
        f"{role}id-number": own.number
        for role in ("", "owner-", "payer-", "holder-", "buyer-", "tenant-", "party-")
    }
    known |= {
        "id-type": "居民身份证", "sex": own.sex, "birth-date": own.birth_on.isoformat(), "nationality": "汉族",
        "citizenship": "中国", "living-status": "已死亡" if own.died_on else "正常", "address": own.address,
        "household-address": own.address, "residence-address": own.address, "street": own.street,
        "district": own.district, "head": own.name, "relation": "本人", "household-kind": "家庭户",
        "marital-status": "已婚" if spouse else "未婚", "child-name": (child or own).name,
        "insured-status": "正常参保", "kinds": "养老、医疗、失业、工伤、生育", "months": 12 * max(1, min(party.age - 22, 20)),
    }  # fmt: skip
    if spouse:
        known |= {"spouse-name": spouse.name, "spouse-id-number": spouse.number}
        known |= {"relative-name": spouse.name, "relative-id-number": spouse.number}
    if own.wards and (ward := party.other(own.wards[0])):
        known |= {
            "relative-name": ward.name,
            "relative-id-number": ward.number,
            "relation": "亲子",
            "result": "一致",
        }
    for role, parent in (("mother", mother), ("father", father)):
        if parent:
            known |= {f"{role}-name": parent.name, f"{role}-id-number": parent.number}
    if child:
        known |= {
            "born-at": f"{child.birth_on.isoformat()}T08:00:00+08:00",
            "delivered-on": child.birth_on.isoformat(),
        }
    known["vin"] = things.vin_of(own.number)
    employer = list(party.population.firms.values())[int(own.number[6:14]) % len(party.population.firms)]
    return known | {"employer": employer.name, "employer-credit-code": employer.credit_code}


def _of_firm(party: Party) -> Row:
    firm = party.firm
    assert firm is not None  # noqa: S101 - called for a company
    boss = party.population.citizens[firm.representative]
    known: Row = {
        f"{role}name": firm.name for role in ("", "company-", "owner-", "payer-", "holder-", "buyer-")
    }
    known |= {f"{role}id-number": firm.credit_code for role in ("owner-", "payer-", "holder-", "buyer-")}
    known |= dict.fromkeys(("builder", "party-a", "land-user"), firm.name)
    return known | {
        "vin": things.vin_of(firm.credit_code), "project-code": things.project_of(firm.credit_code),
        "project-name": f"{firm.name}新建工程（演示）", "builder-credit-code": firm.credit_code,
        "credit-code": firm.credit_code, "company-type": firm.kind, "legal-representative": boss.name,
        "registered-capital": firm.capital, "established-on": firm.established_on.isoformat(), "business-term": "长期",
        "address": firm.address, "premises-address": firm.address, "scope": firm.scope, "industry": firm.industry,
        "authority": "区市场监督管理局", "employees": 3 + len(firm.name),
    }  # fmt: skip


def _made(field: DataField, chance: random.Random, on: dt.date) -> object:
    """Return something that fits a field of which the people say nothing."""
    if field.code.endswith(("until", "ends-on")):
        days = -30 if chance.random() < OVER else chance.randint(LEAST_DAYS, MOST_DAYS)
        return (on + dt.timedelta(days=days)).isoformat()
    past = on - dt.timedelta(days=chance.randint(LEAST_DAYS, MOST_DAYS))
    if field.code in ("status", "state", "card-status"):
        return "有效"
    if field.code.endswith("number"):
        return f"演示{chance.randint(10_000_000, 99_999_999)}"
    by_type: dict[FieldType, object] = {
        FieldType.DATE: past.isoformat(), FieldType.DATETIME: f"{past.isoformat()}T09:30:00+08:00",
        FieldType.NUMBER: chance.randint(1, 200), FieldType.BOOLEAN: chance.random() < 0.5, FieldType.CODE: "1",
        FieldType.FILE: f"演示文件 {chance.getrandbits(48):012x}",
    }  # fmt: skip
    return by_type.get(field.type, f"{field.name}（演示）")
