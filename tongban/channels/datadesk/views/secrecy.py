"""Grants whose calls the law keeps from the persons they are about: kept by the authority, extended or lifted by who calls."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.page import done, go, said, show
from tongban.channels.ui import typed
from tongban.channels.ui.typed import Typed
from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.types import Secrecy
from tongban.datahub.resources import queries as resources
from tongban.datahub.resources.errors import GrantUnknown
from tongban.datahub.resources.types import Grant
from tongban.kernel import clock
from tongban.kernel.errors import N_, Failure

DONE = {
    "keep": N_("已设为对本人保密，从现在起的查询本人看不到。"),
    "extend": N_("已延长，并记入账本。"),
    "lift": N_("已解除，本人从现在起可以看到。"),
}


@officer
def secrecies(request: HttpRequest) -> HttpResponse:
    """Show what is kept secret for one's departments, or for any; the authority keeps a grant secret here."""
    return _keep(request) if request.method == "POST" else _all(request)


def _all(
    request: HttpRequest, *, form: Typed | None = None, wrong: str = "", status: int = 200
) -> HttpResponse:
    who: Officer = request.officer  # type: ignore[attr-defined]
    own = who.office.departments
    found = [one for one in queries.secrecies() if who.is_authority or one.consumer.split("/")[2] in own]
    beside = queries.not_kept(found, clock.today()) if who.is_authority else ()
    wanted = request.GET.get("grant", "") if who.is_authority else ""
    form = form or next((_as_the_other(grant, one) for grant, one in beside if str(grant.id) == wanted), None)
    form = form or Typed({"grant": [wanted]})
    return show(
        request, "datadesk/secrecies.html", "contests", status=status, wrong=wrong, form=form, rows=found, beside=beside,
        carried=_carried(form), laws=queries.SECRECY_LAWS, today=clock.today(), done=done(request, DONE),
    )  # fmt: skip


def _carried(form: Typed) -> Grant | None:
    """Return the grant whose number stands on the form, for who keeps it secret to see which it is."""
    id = typed.identifier(form.get("grant"))
    try:
        return resources.get_grant(id) if id else None
    except GrantUnknown:
        return None


def _as_the_other(grant: Grant, kept: Secrecy) -> Typed:
    """Return the form that keeps a grant secret as another one of the same system is: the authority confirms or changes it."""
    law = next((code for code, basis in queries.SECRECY_LAWS.items() if basis.words == kept.law), "")
    said = {"grant": str(grant.id), "law": law, "until": kept.until.isoformat(), "reason": kept.reason}
    return Typed({name: [value] for name, value in said.items()})


def _keep(request: HttpRequest) -> HttpResponse:
    who: Officer = request.officer  # type: ignore[attr-defined]
    form = typed.read(request)
    try:
        grant = typed.identifier(form.get("grant"))
        if grant is None:
            raise GrantUnknown
        operations.keep_secret(
            grant=grant, law=form.get("law"), reason=form.get("reason"), until=form.day("until"), by=who.actor,
            at=clock.now(),
        )  # fmt: skip
    except Failure as failure:
        return _all(request, form=form, wrong=said(request, failure), status=failure.status)
    return go(request, "/data/secrecy?done=keep")


@officer
def secrecy(request: HttpRequest, secrecy_id: uuid.UUID) -> HttpResponse:
    """Show one secrecy; extend or lift it here."""
    if request.method == "POST":
        return _change(request, secrecy_id)
    return _one(request, secrecy_id)


def _one(
    request: HttpRequest, id: uuid.UUID, *, form: Typed | None = None, wrong: str = "", status: int = 200
) -> HttpResponse:
    who: Officer = request.officer  # type: ignore[attr-defined]
    found = queries.get_secrecy(id, by=who.actor, at=clock.now())
    return show(
        request, "datadesk/secrecy.html", "contests", status=status, wrong=wrong, form=form or Typed(), one=found,
        runs=found.ended_on is None and found.until >= clock.today(),
    )  # fmt: skip


def _change(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    who: Officer = request.officer  # type: ignore[attr-defined]
    form, at = typed.read(request), clock.now()
    act = "lift" if form.get("act") == "lift" else "extend"
    try:
        if act == "lift":
            operations.lift_secrecy(id=id, reason=form.get("reason"), by=who.actor, at=at)
        else:
            operations.extend_secrecy(
                id=id, until=form.day("until"), reason=form.get("reason"), by=who.actor, at=at
            )
    except Failure as failure:
        return _one(request, id, form=form, wrong=said(request, failure), status=failure.status)
    return go(request, f"/data/secrecy?done={act}")


urls = [path("data/secrecy", secrecies), path("data/secrecy/<uuid:secrecy_id>", secrecy)]
