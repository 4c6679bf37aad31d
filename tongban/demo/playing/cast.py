"""The people of the plan as the city knows them: settled when they first act, found again afterwards."""

from __future__ import annotations

import datetime as dt

from tongban.demo.plan.types import Story, Via
from tongban.foundation.identity import operations as identity
from tongban.foundation.identity import queries
from tongban.foundation.identity.types import Company, Person
from tongban.kernel.types import SYSTEM, Actor, Subject


class Cast:
    """Codes of the invented people and companies → who they are here."""

    def __init__(self) -> None:
        self.population = queries.population()
        self._people: dict[str, Person] = {}
        self._companies: dict[str, Company] = {}

    def person(self, code: str, at: dt.datetime) -> Person:
        """Return a grown person with an account, their companies and children; made now if need be."""
        if code not in self._people:
            self._people[code] = identity.settle_persona(code=code, by=SYSTEM, at=at)
        return self._people[code]

    def child(self, code: str, parent: str, at: dt.datetime) -> Subject:
        """Return a child, known since the parent was settled."""
        name = self.population.citizens[code].name
        options = queries.acting_options(self.person(parent, at).id, at=at)
        return next(one.party for one in options if one.via == "guardian" and one.name == name)

    def company(self, code: str, at: dt.datetime) -> Company:
        """Return a company, bound when its representative was settled."""
        if code not in self._companies:
            firm = self.population.firms[code]
            self.person(firm.representative, at)
            found = queries.find_company(firm.credit_code)
            assert found is not None  # noqa: S101 - settling the representative has bound it
            self._companies[code] = found
        return self._companies[code]

    def applicant(self, story: Story, at: dt.datetime) -> Subject:
        """Return for whom a case is filed."""
        if story.line.who == "company":
            return self.company(story.applicant, at).subject
        if story.line.who == "ward":
            return self.child(story.applicant, story.filer, at)
        return self.person(story.applicant, at).subject

    def filer(self, story: Story, at: dt.datetime) -> Actor:
        """Return who files it."""
        return self.person(story.filer, at).actor

    def served(self, story: Story, at: dt.datetime) -> Actor:
        """Return who rates it: who filed it, but for an agent the person who was served."""
        is_own = story.via is Via.MANDATE and story.line.who == "person"
        return self.person(story.applicant if is_own else story.filer, at).actor

    def mandate(self, giver: str, agent: str, at: dt.datetime) -> None:
        """Have somebody, or a company, give a mandate for a year, and have it accepted."""
        firm = self.population.firms.get(giver)
        principal = self.company(giver, at).subject if firm else self.person(giver, at).subject
        by = self.person(firm.representative if firm else giver, at)
        grantee, known = self.person(agent, at), self.population.citizens[agent]
        given = identity.give_mandate(
            principal=principal, grantee_name=known.name, grantee_number=known.number,
            until=at.date() + dt.timedelta(days=365), by=by.actor, at=at,
        )  # fmt: skip
        identity.accept_mandate(mandate=given.id, by=grantee.actor, at=at)
