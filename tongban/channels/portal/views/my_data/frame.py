"""Whose account a page of *My data* is about, and which part of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from tongban.channels.portal import asked
from tongban.foundation.identity import queries as identity
from tongban.kernel import clock
from tongban.kernel.errors import N_
from tongban.kernel.types import Subject
from tongban.services.disclosures import queries
from tongban.services.disclosures.types import Kind, Period, Scope, Wanted

PERIODS: Mapping[str, str] = {
    Period.MONTH.value: N_("近 30 天"),
    Period.YEAR.value: N_("近一年"),
    Period.ALL.value: N_("近三年"),
}
SIZE = 10
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Whose:
    """The accounts that somebody may open, by how an address names them, and the one that is looked at."""

    parties: Mapping[str, tuple[Subject, str]]
    chosen: str
    scope: Scope

    @property
    def subject(self) -> Subject:
        """Return whose account it is."""
        return self.scope.owner.subject


def whose(request: HttpRequest) -> Whose:
    """Return whose account is asked for: one's own, or that of a company one represents."""
    who, at = request.who, clock.now()  # type: ignore[attr-defined]
    companies = identity.companies_of(who.person.id)
    parties = {"me": (who.person.subject, who.person.name)} | {
        f"company:{one.id}": (one.subject, one.name) for one in companies if one.dissolved_on is None
    }
    said = request.POST if request.method == "POST" else request.GET
    chosen = asked.choice(said, "of", parties, "me")
    return Whose(parties, chosen, queries.opened(parties[chosen][0], by=who.actor, at=at))


def wanted(request: HttpRequest, *, limit: int = SIZE) -> Wanted:
    """Return which part of the account the address asks for; raise Invalid for a kind or period that there is not."""
    query = request.GET
    kind = asked.choice(query, "kind", [one.value for one in Kind])
    return Wanted(
        period=Period(asked.choice(query, "period", PERIODS, Period.MONTH.value)),
        kind=Kind(kind) if kind else None,
        resource=asked.text(query, "data", LONGEST),
        case=asked.text(query, "case", LONGEST),
        before=queries.read_key(query.get("before", "")),
        limit=limit,
    )


def chosen(whose: Whose, wanted: Wanted) -> dict[str, str]:
    """Return what the address says of the part that is shown, without where in it one is."""
    return {
        "of": "" if whose.chosen == "me" else whose.chosen,
        "period": "" if wanted.period is Period.MONTH else wanted.period.value,
        "kind": wanted.kind.value if wanted.kind else "",
        "data": wanted.resource,
        "case": wanted.case,
    }


def read_id(text: str) -> uuid.UUID | None:
    """Return the id that an address names; None for none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
