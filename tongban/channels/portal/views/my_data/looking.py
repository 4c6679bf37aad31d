"""The account itself: figures, days, the list; one entry opened with its proof, which is checked when it is asked for."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongban.channels.portal import asked
from tongban.channels.portal.presenters import days
from tongban.channels.portal.presenters import readings as presenter
from tongban.channels.portal.views.account import go, show
from tongban.channels.portal.views.my_data import checking, frame
from tongban.channels.ui import revision
from tongban.channels.ui.access import person
from tongban.channels.ui.pages import reader_of
from tongban.datahub.resources import queries as resources
from tongban.foundation.attestation import queries as attestation
from tongban.foundation.documents import queries as documents
from tongban.foundation.government import queries as government
from tongban.foundation.identity import queries as identity
from tongban.kernel import clock
from tongban.kernel.types import Subject
from tongban.services.bundles import queries as bundles
from tongban.services.catalogue import queries as catalogue
from tongban.services.disclosures import operations, queries
from tongban.services.disclosures.types import Proved, Reading, Scope, Wanted


@identity.of_one_reading
@person
def my_data(request: HttpRequest) -> HttpResponse:
    """Show who read one's data, or that of a company one represents; the districts' nodes are asked after it."""
    return _shown(request, frame.whose(request), is_asked=False)


@identity.of_one_reading
@person
def with_districts(request: HttpRequest) -> HttpResponse:
    """Ask the districts' nodes, and show the page with what they had; to the page itself, where they had nothing, that."""
    whose, at = frame.whose(request), clock.now()
    new = operations.ask_districts(subject=whose.subject, by=request.who.actor, at=at)  # type: ignore[attr-defined]
    if new or "HX-Request" not in request.headers:
        return _shown(request, whose, is_asked=True)
    about = _about(
        request, whose, frame.wanted(request), known_of(reader_of(request).language, (), whose.scope)
    )
    return show(request, "portal/my_data_districts.html", **about, is_asked=True)


def _shown(request: HttpRequest, whose: frame.Whose, *, is_asked: bool) -> HttpResponse:
    at, wanted = clock.now(), frame.wanted(request)
    found = queries.account(whose.scope, wanted, at=at)
    summary = queries.summary(whose.scope, wanted, at=at)
    language = reader_of(request).language
    known = known_of(language, found.readings, whose.scope, summary.resources)
    head = attestation.latest_head()
    answer = show(
        request, "portal/my_data.html", **_about(request, whose, wanted, known), summary=summary,
        drawing=days.drawing(summary), rows=presenter.rows(found.readings, known), periods=frame.PERIODS,
        kinds=presenter.KIND_NAMES, not_mine=presenter.not_mine(summary.cases, known), head=head,
        after=queries.key_text(found.after) if found.after else "", head_seen=checking.seen(request),
        options=presenter.options(summary, known, frame.PERIODS, language),
        tells=whose.scope.is_told, asked="asked" in request.GET, days=queries.ANSWER_DAYS, is_asked=is_asked,
    )  # fmt: skip
    return checking.remember(request, answer, head)


@identity.of_one_reading
@person
def entry(request: HttpRequest, reading: uuid.UUID) -> HttpResponse:
    """Show one entry with its proof, checked just now."""
    whose, wanted = frame.whose(request), frame.wanted(request)
    found = queries.find_reading(whose.scope, reading, at=clock.now())
    known = known_of(reader_of(request).language, [found], whose.scope)
    detail = None
    if found.resource in known.resources:
        detail = presenter.detail(found, known, resources.duties(resource=found.resource))
    return show(
        request, "portal/my_data_entry.html", **_about(request, whose, wanted, known),
        row=presenter.rows([found], known)[0], proved=_proved(whose, found), detail=detail,
    )  # fmt: skip


def _proved(whose: frame.Whose, found: Reading) -> Proved:
    if found.node:
        return operations.prove_elsewhere(subject=whose.subject, reading=found)
    return queries.proof_of(found)


@person
def moved(request: HttpRequest) -> HttpResponse:
    """Send on who kept the address of the page before this one."""
    return go(request, "/my-data")


def _about(
    request: HttpRequest, whose: frame.Whose, wanted: Wanted, known: presenter.Known
) -> dict[str, Any]:
    """Return what every page of lines needs: whose account, which part of it, how to address another part."""
    chosen, here = frame.chosen(whose, wanted), request.GET.get("before", "")[: frame.LONGEST]
    return {
        "parties": whose.parties, "whose": whose, "wanted": wanted, "chosen": chosen, "known": known, "here": here,
        "at": lambda path="/my-data", **more: asked.address(path, chosen, **more), "today": clock.today(),
        "verdicts": queries.VERDICT_NAMES, "asked_names": presenter.ASKED_NAMES, **_districts(whose.scope),
    }  # fmt: skip


def _districts(scope: Scope) -> dict[str, Any]:
    found, at = queries.districts(scope), clock.now()
    behind = [one for one in found if queries.is_behind(one, at)]
    return {"districts": found, "behind": behind, "nodes": {one.code: one.name for one in found}}


def known_of(
    language: str, readings: Collection[Reading], scope: Scope, more: Collection[str] = ()
) -> presenter.Known:
    """Return what readings name by code, and ``more`` resources."""
    of, subsystems, staff, files = presenter.wanted_of(readings)
    of |= set(more)
    departments = catalogue.departments()
    named = {code for one in readings for code in presenter.offices_of(one)}
    strangers = named - departments.keys() - {""}
    return presenter.Known(
        {**departments, **government.offices_of_districts(strangers)} if strangers else departments,
        resources.find_systems(subsystems) if subsystems else {},
        resources.find_resources(of) if of else {},
        government.staff_with_posts(staff) if staff else {},
        {str(id): one for id, one in documents.find_many(map(uuid.UUID, files)).items()} if files else {},
        scope.cases,
        *((catalogue.elements(), _in_english(scope)) if language != "zh" else ({}, {})),
    )


def _in_english(scope: Scope) -> Mapping[Subject, str]:
    return _services(frozenset(card.service for card in scope.cases.values()), revision.current())


@lru_cache(maxsize=512)
def _services(services: frozenset[Subject], number: int) -> Mapping[Subject, str]:
    """Return what items and bundles are called in English; ``number`` is the revision, for which the answer stays true."""
    codes = [one.id for one in services if one.kind != "bundle"]
    items = catalogue.items_by_code(codes) if codes else {}
    offered = bundles.all_bundles() if len(codes) < len(services) else {}
    found = {one: (offered if one.kind == "bundle" else items).get(one.id) for one in services}
    return {one: service.english for one, service in found.items() if service and service.english}
