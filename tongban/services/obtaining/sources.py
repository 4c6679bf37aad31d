"""Obtaining as a source of exemptions: what a case has obtained, what can be asked for, and else the pack's word."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.queries import Offer
from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.queries import Identifiers
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.conditions import holds
from tongban.kernel.types import Subject
from tongban.services.catalogue.types import Saving
from tongban.services.exemptions import operations as exemptions
from tongban.services.exemptions.types import Evidence, Key, Kind, Paper, Request
from tongban.services.obtaining import queries, rules
from tongban.services.obtaining.types import State, Want

CASE = "case"
NEVER_ASKED = frozenset({Saving.NO_LEGAL_BASIS})


def find(request: Request, papers: tuple[Paper, ...]) -> Mapping[Key, Evidence]:
    """Return what the exchange has given, or is asked for, instead of papers.

    Once a demand was stated for a paper, it is its answer that counts; until then a paper that the city pack says to
    be shared is believed to be.
    """
    held = wants_by_paper(queries.wants(Subject(CASE, request.not_in))) if request.not_in else {}
    known = exchange.offers(request.items, at=request.at)
    candidates = tuple(paper for paper in papers if is_candidate(paper, request))
    settled = {one.grant for wants in held.values() for one in wants}
    new = [one for one in known.offers if one.grant not in settled]
    open_ones = offered(new, candidates)
    who = identity.identifiers_of(request.applicant) if open_ones else Identifiers()
    found = {}
    for paper in candidates:
        left = [
            _want(one) for one in open_ones.get(paper.key, ()) if asked_by(one, who, request.at) is not None
        ]
        evidence = rules.evidence_of(held.get(paper.key, ()), left)
        if evidence is not None:
            found[paper.key] = evidence
    untold = tuple(paper for paper in papers if paper.key not in known.stated)
    return {**said_by_the_pack(request, untold), **found}


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


def offered(offers: Sequence[Offer], papers: Sequence[Paper]) -> dict[Key, list[Offer]]:
    """Return the offers that can be used now, by the paper that they are for."""
    wanted = {paper.key for paper in papers}
    found: dict[Key, list[Offer]] = defaultdict(list)
    for one in offers:
        if one.is_open and (one.item, one.material) in wanted:
            found[one.item, one.material].append(one)
    return found


def asked_by(offer: Offer, who: Identifiers, at: dt.datetime) -> dict[str, str] | None:
    """Return the parameters by which an offer's service is asked about somebody, None where it can not be."""
    minor = rules.is_minor(who.birth_on, at.astimezone(SHANGHAI).date())
    return rules.asked_by(
        offer.parameters,
        offer.keys,
        number=who.number,
        credit_code=who.credit_code,
        is_minor=minor,
        sex=who.sex,
    )


def wants_by_paper(wants: Sequence[Want]) -> dict[Key, list[Want]]:
    """Return wants by the paper that they are for."""
    found: dict[Key, list[Want]] = defaultdict(list)
    for one in wants:
        found[one.item, one.material].append(one)
    return found


def _want(offer: Offer) -> Want:
    return Want(
        offer.item, offer.material, offer.grant, offer.department, offer.resource_name, State.WANTED,
        tuple(offer.fields.values()), None, None, None,
    )  # fmt: skip


def register() -> None:
    """Plug in."""
    exemptions.register_source(Kind.DATA_SHARING, find, name="services.obtaining")
