"""Obtaining as a source of exemptions: what a case has obtained, what can be asked for, and else the pack's word."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.queries import Offer
from tongban.foundation.identity import queries as identity
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.conditions import holds
from tongban.kernel.types import Subject
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.types import Saving
from tongban.services.exemptions import operations as exemptions
from tongban.services.exemptions.types import Evidence, Key, Kind, Paper, Request, Standing
from tongban.services.obtaining import queries, rules
from tongban.services.obtaining.types import OWN, Plan, State, Want, Who

CASE = "case"
NEVER_ASKED = frozenset({Saving.NO_LEGAL_BASIS})


@dataclass(frozen=True, slots=True)
class Ask:
    """An offer that is left to be asked, and by what."""

    offer: Offer
    plan: Plan

    @property
    def key(self) -> Key:
        """Return the item's code and the material's."""
        return self.offer.item, self.offer.material


def find(request: Request, papers: tuple[Paper, ...]) -> Mapping[Key, Evidence]:
    """Return what the exchange has given, or is asked for, instead of papers.

    Once a demand was stated for a paper, it is its answer that counts; until then a paper that the city pack says to
    be shared is believed to be.
    """
    held = wants_of(request)
    known = exchange.offers(request.items, at=request.at)
    candidates = tuple(paper for paper in papers if is_candidate(paper, request))
    asks = asks_of(request, held, offered(known.offers, candidates))
    sure = {paper.key for paper in candidates if _is_only_shared(paper)}
    stands = _stands(asks, held, known.offers, sure)
    found = {
        paper.key: one for paper in candidates if (one := _evidence(paper.key, held, stands)) is not None
    }
    untold = tuple(paper for paper in papers if paper.key not in known.stated)
    return {**said_by_the_pack(request, untold), **found}


def wants_of(request: Request) -> tuple[Want, ...]:
    """Return what a case has wanted, as far as it still counts: what was asked by another value than the form's does not.

    Where so many were tried that nobody is asked any more, nothing was found.
    """
    found = []
    for one in queries.wants(Subject(CASE, request.not_in)) if request.not_in else ():
        if one.said == queries.said_digest(request.form, one.asked_by):
            found.append(one)
        elif one.tries >= rules.MOST_TRIES:
            found.append(replace(one, state=State.NOT_FOUND, valid_until=None, shown={}))
    return tuple(found)


def asks_of(request: Request, held: Sequence[Want], offers: Sequence[Offer]) -> tuple[Ask, ...]:
    """Return what is left to be asked of some offers; those that can not be asked about the applicant are left out."""
    settled = {one.grant for one in held}
    left = [one for one in offers if one.grant not in settled]
    if not left:
        return ()
    who = _who(request.applicant, request.at)
    plans = [(one, _plan(one, who, request.form)) for one in left]
    return tuple(Ask(offer, plan) for offer, plan in plans if plan is not None)


def is_ready(ask: Ask, held: Sequence[Want]) -> bool:
    """Return whether somebody can be asked now: by all that is needed, and what has to be the applicant's is."""
    return rules.standing_of(ask.plan, _shown(held), (), ask.plan.elements) is Standing.UNDER_WAY


def said_by_the_pack(request: Request, papers: tuple[Paper, ...]) -> Mapping[Key, Evidence]:
    """Return the papers whose content a department shares by the published list of the city pack."""
    return {
        paper.key: Evidence(
            Kind.DATA_SHARING, "catalogue", one.data or paper.material.name, one.data or paper.material.name
        )
        for paper in papers
        for one in paper.material.instead
        if one.by is Saving.DATA_SHARING and holds(one.when, request.answers)
    }


def is_candidate(paper: Paper, request: Request) -> bool:
    """Return whether a paper may be obtained: always, unless the pack names conditions of which none holds."""
    named = [one for one in paper.material.instead if one.by is Saving.DATA_SHARING]
    if any(one.by in NEVER_ASKED and holds(one.when, request.answers) for one in paper.material.instead):
        return False
    return not named or any(holds(one.when, request.answers) for one in named)


def _is_only_shared(paper: Paper) -> bool:
    """Return whether nothing else spares a paper: then what its answer can show is sure to be asked for."""
    return all(one.by is Saving.DATA_SHARING for one in paper.material.instead)


def offered(offers: Iterable[Offer], papers: Iterable[Paper]) -> list[Offer]:
    """Return the offers for these papers that can be used now."""
    wanted = {paper.key for paper in papers}
    return [one for one in offers if one.is_open and (one.item, one.material) in wanted]


def _plan(offer: Offer, who: Who, form: Mapping[str, str]) -> Plan | None:
    return rules.plan(offer.parameters, offer.keys, who, form, owner=offer.owner, is_open=offer.is_nobodys)


def _who(applicant: Subject, at: dt.datetime) -> Who:
    known = identity.identifiers_of(applicant)
    minor = rules.is_minor(known.birth_on, at.astimezone(SHANGHAI).date())
    return Who(known.number, known.credit_code, minor, known.sex)


def _stands(
    asks: Sequence[Ask], held: Sequence[Want], offers: Iterable[Offer], sure: Collection[Key]
) -> list[tuple[Standing, Ask]]:
    """Return how far each ask is; one that nothing could ever confirm is left out."""
    own = [one for one in asks if one.plan.footing in OWN and one.key in sure]
    had = {one.grant: one.state is State.WANTED for one in held if one.is_own}
    coming = [one for one in offers if had.get(one.grant)]
    coming += [one.offer for one in own if not one.plan.missing]
    possible = [one for one in offers if one.grant in had] + [one.offer for one in own]
    shown, soon, ever = _shown(held), _elements(coming), _elements(possible)
    stands = ((rules.standing_of(one.plan, shown, soon, ever), one) for one in asks)
    return [(standing, one) for standing, one in stands if standing is not None]


def _elements(offers: Iterable[Offer]) -> set[str]:
    return {element for one in offers for element in one.elements.values()}


def _shown(wants: Iterable[Want]) -> dict[str, frozenset[str]]:
    """Return what the applicant's own records have shown to be theirs, by data element."""
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for one in wants:
        for element, values in one.shown.items():
            found[element] |= values
    return dict(found)


def _evidence(key: Key, held: Sequence[Want], stands: Sequence[tuple[Standing, Ask]]) -> Evidence | None:
    """Return what is known for one paper; None where no department can be asked for it."""
    had = [one for one in held if (one.item, one.material) == key]
    here = [(standing, one) for standing, one in stands if one.key == key]
    asked_by = {element for one in had for element in one.asked_by}
    asked_by |= {element for _, one in here for element in one.plan.elements}
    found = [(rules.STANDINGS[one.state], one) for one in had]
    found += [(standing, _want(one.offer)) for standing, one in here]
    return rules.evidence_of(found, sorted(asked_by), _named(here))


def _named(stands: Sequence[tuple[Standing, Ask]]) -> tuple[str, ...]:
    """Return the fields of the form that asks wait for, by name."""
    waiting = [one.plan for standing, one in stands if standing is not Standing.UNDER_WAY]
    codes = dict.fromkeys(code for one in waiting for code in one.missing or one.elements)
    elements = catalogue.elements() if codes else {}
    return tuple(elements[code].name if code in elements else code for code in codes)


def _want(offer: Offer) -> Want:
    return Want(
        offer.item, offer.material, offer.grant, offer.department, offer.resource_name, State.WANTED,
        tuple(offer.fields.values()), None, None, None,
    )  # fmt: skip


def register() -> None:
    """Plug in."""
    exemptions.register_source(Kind.DATA_SHARING, find, name="services.obtaining")
