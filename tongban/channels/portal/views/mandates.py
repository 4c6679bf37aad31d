"""Mandates: to whom, for which items and bundles, until when; accepted, declined, ended at once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongban.channels.portal.presenters import mandates as presenter
from tongban.channels.portal.views import forms
from tongban.channels.portal.views.account import go, show
from tongban.channels.portal.views.forms import Form
from tongban.channels.portal.views.signin import check_rate
from tongban.channels.ui.access import person
from tongban.channels.ui.errors import page
from tongban.foundation.identity import operations, queries
from tongban.kernel import clock
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.types import Subject
from tongban.services.bundles import queries as bundles
from tongban.services.bundles.queries import BundleCard
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.search import queries as searching

FOUND = 8
"""Hits that are offered at once: what is wanted stands on top, or is asked for in other words."""
FIELDS = {
    "resident-id": "grantee_number", "name-missing": "grantee_name", "name-differs": "grantee_number",
    "mandate-to": "grantee_number", "mandate-ended": "until", "mandate-too": "until", "until": "until",
    "items": "find",
}  # fmt: skip


@person
def mandates(request: HttpRequest) -> HttpResponse:
    """Show the mandates one has given and got."""
    me = request.who.person.id  # type: ignore[attr-defined]
    found = queries.mandates_of(me, at=clock.now())
    codes = sorted({code for one in found for code in one.items})
    items, known = catalogue.items_by_code(codes) if codes else {}, _bundles() if codes else {}
    return show(
        request,
        "portal/account/mandates.html",
        given=[one for one in found if one.grantee != me],
        received=[one for one in found if one.grantee == me],
        names={one.id: presenter.named(one.items, items, known) for one in found},
    )


def _bundles() -> dict[str, BundleCard]:
    return {card.code: card for card in bundles.list_bundles()}


@person
def mandate_form(request: HttpRequest) -> HttpResponse:
    """Ask whom to mandate for what until when: look for items (again and again), then offer the mandate."""
    form = forms.read(request)
    picked = _picked(request.POST.getlist("pick") or request.GET.getlist("pick"))
    if request.method == "POST" and form.get("act") != "find":
        with form.tells(FIELDS):
            _give(request, form, picked)
            return go(request, "/account/mandates")
    if request.method != "POST":
        form.values["principal"] = request.GET.get("for", "")[:40]
    return show(request, "portal/account/mandate_form.html", form, **_shown(request, form, picked))


def _shown(request: HttpRequest, form: Form, picked: tuple[presenter.Pick, ...]) -> dict[str, Any]:
    text = form.get("find")[:60]
    hits = searching.search(text, size=FOUND).hits if text else ()
    who = request.who  # type: ignore[attr-defined]
    today = clock.today()
    return {
        "companies": queries.companies_of(who.person.id),
        "today": today,
        "in_a_year": today + dt.timedelta(days=365),
        "picked": picked,
        "found": _picked(presenter.offered(hits, picked)),
        "text": text,
    }


def _picked(values: list[str]) -> tuple[presenter.Pick, ...]:
    """Return what the values stand for: two statements however many there are, none without any."""
    if not values:
        return ()
    codes = [value.removeprefix("item:")[:100] for value in values if value.startswith("item:")]
    has_bundle = any(value.startswith("bundle:") for value in values)
    items = catalogue.items_by_code(codes) if codes else {}
    return presenter.read(values, items, _bundles() if has_bundle else {})


def _give(request: HttpRequest, form: Form, picked: tuple[presenter.Pick, ...]) -> None:
    who = request.who  # type: ignore[attr-defined]
    items = [] if form.get("scope") == "all" else presenter.codes(picked)
    until = _until(form)
    check_rate(request, "real_name", str(who.account.id))
    operations.give_mandate(
        principal=_principal(form, who.person.subject),
        grantee_name=form.get("grantee_name"),
        grantee_number=form.get("grantee_number"),
        items=items,
        until=until,
        by=who.actor,
        at=clock.now(),
    )


def _principal(form: Form, own: Subject) -> Subject:
    chosen = form.get("principal")
    return Subject("company", chosen) if chosen and chosen != "me" else own


def _until(form: Form) -> dt.date:
    try:
        return dt.date.fromisoformat(form.get("until"))
    except ValueError:
        raise Invalid("until-form", N_("请选一个截止日期。")) from None


@person
def mandate_act(request: HttpRequest, id: uuid.UUID, act: str) -> HttpResponse:
    """Accept, decline or revoke a mandate."""
    acts = {
        "accept": operations.accept_mandate,
        "decline": operations.decline_mandate,
        "revoke": operations.revoke_mandate,
    }
    if request.method != "POST" or act not in acts:
        return page(request, 404)
    acts[act](mandate=id, by=request.who.actor, at=clock.now())  # type: ignore[attr-defined]
    return go(request, "/account/mandates")
