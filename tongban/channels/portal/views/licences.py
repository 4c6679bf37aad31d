"""My licences: all of them, one to show and to download, shown to somebody for a while by a code."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.portal import asked
from tongban.channels.portal.views import forms
from tongban.channels.portal.views.apply import drafts
from tongban.channels.portal.views.cases.receipts import qr_of
from tongban.channels.ui.access import person
from tongban.channels.ui.pages import reader_of, render, root
from tongban.foundation.identity import queries as identity
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_
from tongban.services.licences import operations, queries
from tongban.services.licences.types import Licence, LicenceState

SOON_DAYS = 90
LIGHTS = {LicenceState.VALID: "good", LicenceState.REVOKED: "late", LicenceState.WITHDRAWN: "late"}
TIMES: Mapping[int, str] = {
    10: N_("10 分钟"), 60: N_("1 小时"), 24 * 60: N_("1 天"), 7 * 24 * 60: N_("7 天"),
}  # fmt: skip


@person
def mine(request: HttpRequest) -> HttpResponse:
    """Show the licences of who is signed in, or of whom they act for: what holds first."""
    by, at = drafts.actor(request), clock.now()
    options = identity.acting_options(by.id, at=at)
    parties = {f"{one.party.kind}:{one.party.id}": one for one in options}
    chosen = asked.choice(request.GET, "of", parties, next(iter(parties)))
    found = queries.licences_of(parties[chosen].party, at=at)
    return render(
        request, "portal/licences.html", keep=False, parties=parties, chosen=chosen,
        valid=[one for one in found if one.is_valid], others=[one for one in found if not one.is_valid],
        left={one.id: _days_left(one) for one in found}, states=queries.STATE_NAMES, lights=LIGHTS,
    )  # fmt: skip


@person
def one(request: HttpRequest, licence: uuid.UUID) -> HttpResponse:
    """Show one licence; sent a purpose and a time, make a code to show it by, and tell it this once."""
    by, at, form = drafts.actor(request), clock.now(), forms.read(request)
    found, code = queries.own_licence(licence, by=by, at=at), ""
    if request.method == "POST":
        with form.tells({"licence-sharing-time": "minutes"}, otherwise="purpose"):
            minutes = int(form.get("minutes")) if form.get("minutes") in map(str, TIMES) else 0
            code = operations.share(id=licence, purpose=form.get("purpose"), minutes=minutes, by=by, at=at)
    return _page(request, found, form, code)


@person
def end(request: HttpRequest, licence: uuid.UUID, sharing: uuid.UUID) -> HttpResponse:
    """End a sharing before its time."""
    by, at = drafts.actor(request), clock.now()
    queries.own_licence(licence, by=by, at=at)
    if request.method == "POST":
        operations.end_sharing(id=sharing, by=by, at=at)
    return drafts.to(request, f"/licences/{licence}#shown-to")


@person
def file(request: HttpRequest, licence: uuid.UUID) -> HttpResponse:
    """Send the sealed page."""
    by, at = drafts.actor(request), clock.now()
    found = queries.own_licence(licence, by=by, at=at)
    page = operations.open_page(id=licence, by=by, purpose="own-licence", at=at)
    answer = HttpResponse(page, "application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return answer


def _page(request: HttpRequest, found: Licence, form: forms.Form, code: str) -> HttpResponse:
    by, at = drafts.actor(request), clock.now()
    front = f"{root(request)}{reader_of(request).prefix}/verify?"
    parts = [queries.get_licence(part, at=at) for part in found.parts]
    printed = front + urlencode({"id": found.number, "code": found.code})
    changes = queries.changes_of(found.id)
    return render(
        request, "portal/licence.html", keep=False, status=200 if form.fine else 422, licence=found, form=form,
        parts=parts, qr=qr_of(printed), code=code, light=LIGHTS.get(found.state, "near"), lights=LIGHTS,
        share_qr=qr_of(front + urlencode({"share": code})) if code else "", states=queries.STATE_NAMES,
        says=queries.STATE_SAYS, times=TIMES, left=_days_left(found), changes=changes[1:][::-1],
        act_names=queries.ACT_NAMES, sharings=queries.sharings_of(found.id, by=by, at=at),
    )  # fmt: skip


def _days_left(licence: Licence) -> int | None:
    """Return the days that are left where they are few, None where the end is far or there is none."""
    if licence.valid_until is None or not licence.is_valid:
        return None
    days = (licence.valid_until - clock.now().astimezone(SHANGHAI).date()).days
    return days if days <= SOON_DAYS else None


urls = [
    path("licences", mine),
    path("licences/<uuid:licence>", one),
    path("licences/<uuid:licence>/licence.pdf", file),
    path("licences/<uuid:licence>/sharings/<uuid:sharing>", end),
]
