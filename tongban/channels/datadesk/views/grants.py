"""Grants: what was given and received, how much of it is used, and taking one back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk import asked
from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.page import done, go, said, show
from tongban.channels.datadesk.presenters import usage as presenter
from tongban.channels.datadesk.presenters.numbers import numbers_of
from tongban.channels.ui import typed
from tongban.channels.ui.typed import Typed
from tongban.datahub.exchange import queries as exchange
from tongban.datahub.nodes import queries as nodes
from tongban.datahub.resources import operations, queries
from tongban.datahub.resources.errors import GrantUnknown
from tongban.datahub.resources.types import DataField, Grant, Resource
from tongban.foundation.government.types import May
from tongban.foundation.identity import queries as identity
from tongban.kernel import clock
from tongban.kernel.errors import N_, Failure, Invalid
from tongban.kernel.pages import Page
from tongban.kernel.types import Actor
from tongban.services.catalogue import queries as catalogue
from tongban.services.disclosures import queries as disclosures

SIZE = 50
PROMISE = "yes"
VIEWS = {
    "given": N_("我部门给出的"),
    "held": N_("我部门拿到的"),
    "all": N_("全市在用的"),
    "ended": N_("已终止的"),
}
DONE = {
    "revoke": N_("已收回，网关即时停止放行。"),
    "reduce": N_("每日上限已调低，网关即时生效。"),
}
DONE_AWAY = {
    "revoke": N_("已收回，市里从现在起不再转交；区节点平时一两秒内收到。"),
    "reduce": N_("每日上限已调低，区节点平时一两秒内收到。"),
}


@officer
def grants(request: HttpRequest) -> HttpResponse:
    """Show grants by who gave or holds them, each with its use against its daily limit."""
    who: Officer = request.officer  # type: ignore[attr-defined]
    view, number = request.GET.get("view", ""), asked.number(request.GET)
    view = view if view in VIEWS and (view != "all" or who.is_authority) else "given"
    found, today = _found(who, view, number), clock.today()
    calls = exchange.usage_of((one.id for one in found.items), since=_since(today))
    return show(
        request, "datadesk/grants.html", "grants", page=found, chosen=view,
        rows=[presenter.used(one, calls.get(one.id, {}), today) for one in found.items],
        views={name: words for name, words in VIEWS.items() if name != "all" or who.is_authority},
        resources=queries.find_resources(one.resource for one in found.items), days=presenter.DAYS,
        items=catalogue.items_by_code({code for one in found.items for code in one.items}),
    )  # fmt: skip


def _since(today: dt.date) -> dt.date:
    return today - dt.timedelta(days=presenter.DAYS)


def _found(who: Officer, view: str, number: int) -> Page[Grant]:
    if view == "held":
        return queries.department_grants(consumers=who.department, page=number, size=SIZE)
    if view == "all":
        return queries.department_grants(page=number, size=SIZE)
    return queries.department_grants(owners=who.department, ended=view == "ended", page=number, size=SIZE)


@officer
def grant(request: HttpRequest, grant_id: uuid.UUID) -> HttpResponse:
    """Show one grant with its use; its owner lowers its limit or takes it back here, who holds it renews it."""
    if request.method == "POST":
        return _done(request, grant_id)
    return _one(request, grant_id)


def _one(
    request: HttpRequest,
    grant_id: uuid.UUID,
    *,
    form: Typed | None = None,
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    who: Officer = request.officer  # type: ignore[attr-defined]
    found, resource, request_of = _seen(who, grant_id)
    today, beside = clock.today(), disclosures.beside_purpose(grant_id)
    calls = exchange.usage_of([found.id], since=today - queries.QUIET).get(found.id, {})
    names = {one.code: one for one in resource.fields} if resource else {}
    is_active, away = found.state.value == "active", nodes.away(found.provider)
    return show(
        request, "datadesk/grant.html", "grants", status=status, wrong=wrong, form=form or Typed(),
        done=done(request, DONE_AWAY if away else DONE), grant=found, away=away, used=presenter.used(found, calls, today), resource=resource,
        fields=[names.get(code) for code in found.fields], items=catalogue.items_by_code(found.items),
        department=request_of, days=presenter.DAYS, proposal=queries.proposed_limit(calls.values(), found.per_day),
        may_revoke=is_active and resource is not None and who.acts_for(resource.department),
        may_renew=is_active and who.acts_for(request_of), renewal=queries.renewal_of(found.id),
        last_day=queries.valid_until(None, at=clock.now()), left=(found.until - today).days,
        beside=beside, numbers=numbers_of(one.issue for one in beside), whys=disclosures.WHY_NAMES,
        askable=identity.staff_with(May.DATA_OFFICER, department=request_of),
        acts=[(one, _named(one.taken, names)) for one in queries.grant_acts(found.id)],
    )  # fmt: skip


def _named(codes: Iterable[str], names: Mapping[str, DataField]) -> str:
    """Return what fields are called, those that the resource has no more by their codes."""
    return "、".join(names[code].name if code in names else code for code in codes)


def _seen(who: Officer, grant_id: uuid.UUID) -> tuple[Grant, Resource | None, str]:
    """Return a grant, its resource and who holds it; raise NotFound for whom it does not concern."""
    found = queries.get_grant(grant_id)
    resource = queries.find_resources([found.resource]).get(found.resource)
    holder = queries.get_request(found.request).wish.department
    if not (who.acts_for(holder) or (resource is not None and who.acts_for(resource.department))):
        raise GrantUnknown
    return found, resource, holder


def _done(request: HttpRequest, grant_id: uuid.UUID) -> HttpResponse:
    who: Officer = request.officer  # type: ignore[attr-defined]
    form = typed.read(request)
    _seen(who, grant_id)
    try:
        return go(request, _act(form, grant_id, who.actor, clock.now()))
    except Failure as failure:
        return _one(request, grant_id, form=form, wrong=said(request, failure), status=failure.status)


def _act(form: Typed, grant_id: uuid.UUID, by: Actor, at: dt.datetime) -> str:
    """Do what the form asks for, and return where to look then."""
    act = form.get("act")
    if act == "renew":
        if not form.get("until"):
            raise Invalid("data-until-missing", N_("请写明用到哪天。"))
        until = form.day("until")
        id = operations.renew_grant(
            grant_id=grant_id, until=until, per_day=form.number("per_day"), promised=form.get("promise") == PROMISE,
            by=by, at=at,
        )  # fmt: skip
        return f"/data/requests/{id}?view=stated&done=stated"
    if act == "reduce":
        operations.reduce_grant(
            grant_id=grant_id, per_day=form.number("per_day"), why=form.get("why"), by=by, at=at
        )
        return f"/data/grants/{grant_id}?done=reduce"
    operations.revoke_grant(grant_id=grant_id, why=form.get("why"), by=by, at=at)
    return f"/data/grants/{grant_id}?done=revoke"


urls = [path("data/grants", grants), path("data/grants/<uuid:grant_id>", grant)]
