"""One's own pages: who one is, real name, companies, children, mandates, forms that were kept."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongban.channels.portal.views import forms
from tongban.channels.portal.views.forms import Form
from tongban.channels.portal.views.signin import check_rate, iri_with_query, way_back
from tongban.channels.ui import sessions
from tongban.channels.ui.access import person, signed_in, whoever_signed_in
from tongban.channels.ui.errors import page
from tongban.channels.ui.pages import reader_of, render
from tongban.channels.ui.reader import is_safe_way_back
from tongban.foundation.identity import operations, queries
from tongban.foundation.identity.types import Mandate
from tongban.kernel import clock


def show(request: HttpRequest, template: str, form: Form | None = None, **context: Any) -> HttpResponse:
    """Return a page of one's own; 422 when something in its form is wrong."""
    form = form or forms.read(request)
    status = 200 if form.fine else 422
    return render(request, template, keep=False, status=status, form=form, **context)


def go(request: HttpRequest, path: str) -> HttpResponse:
    """Go to a page after something was done."""
    prefix = "" if path.startswith("/en/") else reader_of(request).prefix
    return HttpResponseRedirect(prefix + iri_with_query(path), status=303)


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Show who one is and for whom one may act."""
    who, at = request.who, clock.now()  # type: ignore[attr-defined]
    me = who.person
    return show(
        request,
        "portal/account/home.html",
        me=me,
        account=who.account,
        options=queries.acting_options(me.id, at=at) if me else (),
        offers=[one for one in _mandates(me, at) if one.state == "offered" and one.grantee == me.id],
    )


def _mandates(me: object, at: dt.datetime) -> tuple[Mandate, ...]:
    return queries.mandates_of(me.id, at=at) if me else ()  # type: ignore[attr-defined]


@signed_in
def real_name(request: HttpRequest) -> HttpResponse:
    """Ask for name and number, and have the authority say whether they belong together."""
    form, who = forms.read(request), request.who  # type: ignore[attr-defined]
    if who.person is not None:
        return go(request, "/account")
    if request.method == "POST":
        with form.tells({"resident-id": "number", "name": "name"}):
            check_rate(request, "real_name", str(who.account.id))
            operations.confirm_real_name(
                account=who.account.id,
                name=form.get("name"),
                number=form.get("number"),
                by=who.actor,
                at=clock.now(),
            )
            sessions.forget(request)
            return go(request, way_back(request, form) or "/account")
    form.values.pop("number", None)
    return show(request, "portal/account/real_name.html", form, next=way_back(request, form))


@person
def companies(request: HttpRequest) -> HttpResponse:
    """Show the companies one represents, or bind one by its code."""
    form, who = forms.read(request), request.who  # type: ignore[attr-defined]
    if request.method == "POST":
        with form.tells(otherwise="credit_code"):
            company = operations.bind_company(
                person=who.person.id, credit_code=form.get("credit_code"), by=who.actor, at=clock.now()
            )
            return go(request, f"/account/companies?bound={company.id}")
    return show(
        request,
        "portal/account/companies.html",
        form,
        companies=queries.companies_of(who.person.id),
        bound=request.GET.get("bound", ""),
    )


@person
def children(request: HttpRequest) -> HttpResponse:
    """Show the children one is the guardian of, or ask the register for them."""
    form, who = forms.read(request), request.who  # type: ignore[attr-defined]
    if request.method == "POST":
        with form.tells():
            operations.confirm_wards(guardian=who.person.id, by=who.actor, at=clock.now())
            return go(request, "/account/children")
    options = queries.acting_options(who.person.id, at=clock.now())
    return show(
        request, "portal/account/children.html", form, wards=[one for one in options if one.via == "guardian"]
    )


@whoever_signed_in
def kept(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Give back the form that was being sent when a session ended, to look at and send again."""
    account = request.who.account.id  # type: ignore[attr-defined]
    found = queries.kept_form(id, account_id=account, at=clock.now())
    if found is None:
        return page(request, 404)
    path, fields = found
    if not is_safe_way_back(path):
        return page(request, 404)
    return show(request, "portal/account/kept.html", path=path, fields=fields, id=id)
