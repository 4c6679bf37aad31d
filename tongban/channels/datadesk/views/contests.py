"""Questions of persons about who read their data: what waits for one's department, and the answer."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.page import done, go, said, show
from tongban.channels.datadesk.presenters.numbers import numbers_of
from tongban.channels.ui import typed
from tongban.channels.ui.typed import Typed
from tongban.datahub.nodes import queries as nodes
from tongban.datahub.resources import queries as resources
from tongban.foundation.government import queries as government
from tongban.kernel import clock
from tongban.kernel.errors import N_, Failure
from tongban.services.disclosures import operations, queries
from tongban.services.disclosures.types import Contest, Verdict

VIEWS = {"waiting": N_("等答复的"), "answered": N_("已答复的")}
DONE = {
    "answer": N_("已答复，并告诉了本人。"),
    "hand_on": N_("已记下，本人看得到已经转请查明；仍由您按期答复。"),
}


@officer
def contests(request: HttpRequest) -> HttpResponse:
    """Show what waits for an answer of one's own departments, or of any for the authority; or what was answered."""
    who: Officer = request.officer  # type: ignore[attr-defined]
    view = "answered" if request.GET.get("view") == "answered" else "waiting"
    of = None if who.is_authority else who.office.departments
    found = (queries.answered if view == "answered" else queries.waiting)(
        of, None if who.is_authority else who.access
    )
    return show(
        request, "datadesk/contests.html", "contests", rows=found, chosen=view, views=VIEWS, today=clock.today(),
        resources=resources.find_resources(one.resource for one in found if one.resource), kinds=queries.KIND_NAMES,
        verdicts=queries.VERDICT_NAMES, done=done(request, DONE), named=_named(found),
    )  # fmt: skip


@officer
def contest(request: HttpRequest, contest_id: uuid.UUID) -> HttpResponse:
    """Show one question with what was read; answer it here."""
    if request.method == "POST":
        return _answer(request, contest_id)
    return _one(request, contest_id)


def _named(contests: Iterable[Contest]) -> dict[str, dict[str, Any]]:
    """Return what readers, cases and offices are called, by what stands on record of them: a subsystem, a staff code, an id."""
    found = tuple(contests)
    readers = {one.reader for one in found}
    members = government.staff_with_posts(readers)
    who = {code: (one.name, one.english) for code, one in resources.find_systems(readers).items()}
    offices = government.offices_of_districts({one.office for one in found if one.office})
    return {
        "readers": who | {code: (member.name, None) for code, (member, _) in members.items()},
        "numbers": numbers_of(one.number for one in found),
        "offices": {code: (one.name, one.english) for code, one in offices.items()},
    }


def _one(
    request: HttpRequest, id: uuid.UUID, *, form: Typed | None = None, wrong: str = "", status: int = 200
) -> HttpResponse:
    who: Officer = request.officer  # type: ignore[attr-defined]
    found = queries.get_contest(id, by=who.actor, at=clock.now())
    grant = resources.get_grant(found.grant) if found.grant else None
    return show(
        request, "datadesk/contest.html", "contests", status=status, wrong=wrong, form=form or Typed(), one=found,
        resource=resources.find_resources([found.resource]).get(found.resource), grant=grant, today=clock.today(),
        notes=queries.notes(id), named=_named([found]),
        done=done(request, DONE), kinds=queries.KIND_NAMES, verdicts=queries.VERDICT_NAMES[found.kind],
        acts=queries.ACT_NAMES, away=nodes.away(grant.provider) if grant else None,
    )  # fmt: skip


def _answer(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    who: Officer = request.officer  # type: ignore[attr-defined]
    form = typed.read(request)
    if form.get("act") == "hand_on":
        return _hand_on(request, id, form, who)
    try:
        operations.answer_contest(
            id=id, verdict=form.choice("verdict", Verdict), answer=form.get("answer"), measure=form.get("measure"),
            end_grant=form.get("end_grant") == "1", by=who.actor, at=clock.now(),
        )  # fmt: skip
    except Failure as failure:
        return _one(request, id, form=form, wrong=said(request, failure), status=failure.status)
    return go(request, "/data/contests?done=answer")


def _hand_on(request: HttpRequest, id: uuid.UUID, form: Typed, who: Officer) -> HttpResponse:
    try:
        operations.hand_on_contest(id=id, says=form.get("says"), by=who.actor, at=clock.now())
    except Failure as failure:
        return _one(request, id, form=form, wrong=said(request, failure), status=failure.status)
    return go(request, f"/data/contests/{id}?done=hand_on")


urls = [path("data/contests", contests), path("data/contests/<uuid:contest_id>", contest)]
