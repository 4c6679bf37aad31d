"""Who may be in the plan: grown people by age, companies by who speaks for them, parents by their children."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from tongban.demo.plan.types import Line, Via

OF_AGE = 18
RESERVED = 1
"""So many people, and companies, are kept for a death and a dissolution: nothing else happens to them."""


class Citizen(Protocol):
    """What the plan looks at of an invented person."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def birth_on(self) -> dt.date: ...  # noqa: D102
    @property
    def district(self) -> str: ...  # noqa: D102
    @property
    def wards(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def died_on(self) -> dt.date | None: ...  # noqa: D102


class Firm(Protocol):
    """What the plan looks at of an invented company."""

    @property
    def representative(self) -> str: ...  # noqa: D102
    @property
    def district(self) -> str: ...  # noqa: D102
    @property
    def dissolved_on(self) -> dt.date | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Party:
    """An applicant, who files for them by what right, and where."""

    applicant: str
    filer: str
    via: Via
    district: str


class People:
    """The invented people on a day; ``named`` are those of the sign-in page, whose cases are set by hand."""

    def __init__(
        self, citizens: Mapping[str, Citizen], firms: Mapping[str, Firm], named: frozenset[str], on: dt.date
    ) -> None:
        self.citizens, self.on = citizens, on
        self.firms = {code: one for code, one in firms.items() if not one.dissolved_on}
        bosses = {one.representative for one in self.firms.values()}
        self.grown = [one for one in citizens.values() if self.age(one.code) >= OF_AGE and not one.died_on]
        free = [one for one in self.grown if one.code not in named]
        mortal = [one.code for one in free if one.code not in bosses and not one.wards]
        self.mortal = mortal[-RESERVED:]
        self.ending = [code for code, one in self.firms.items() if one.representative not in named][
            -RESERVED:
        ]
        self.persons = [one.code for one in free if one.code not in self.mortal]
        self.companies = [
            code
            for code, one in self.firms.items()
            if code not in self.ending and one.representative not in named
        ]
        self.parents = [one.code for one in free if any(self.age(code) < OF_AGE for code in one.wards)]

    def age(self, code: str) -> int:
        """Return how old somebody is."""
        born = self.citizens[code].birth_on
        return self.on.year - born.year - ((self.on.month, self.on.day) < (born.month, born.day))

    def party(self, line: Line, chance: random.Random) -> Party:
        """Return somebody who could want this."""
        if line.who == "company":
            return self.company(chance.choice(self.companies))
        if line.who == "ward":
            parent = chance.choice(self.parents)
            ward = chance.choice([code for code in self.citizens[parent].wards if self.age(code) < OF_AGE])
            return Party(ward, parent, Via.GUARDIAN, self.citizens[parent].district)
        youngest, oldest = line.age
        return self.person(
            chance.choice([one for one in self.persons if youngest <= self.age(one) <= oldest])
        )

    def person(self, code: str) -> Party:
        """Return somebody who acts for themselves."""
        return Party(code, code, Via.SELF, self.citizens[code].district)

    def company(self, code: str) -> Party:
        """Return a company and who speaks for it."""
        firm = self.firms[code]
        return Party(code, firm.representative, Via.REPRESENTATIVE, firm.district)
