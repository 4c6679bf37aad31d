"""The security officer: who may what, who read personal fields in full and whether rightly, who is locked out."""

from __future__ import annotations

import uuid

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongban.channels.desk.presenters.officers import FIELDS
from tongban.channels.desk.views.officers.frame import page_of, sentence, show
from tongban.channels.ui import typed
from tongban.channels.ui.access import staff
from tongban.channels.ui.pages import reader_of
from tongban.foundation.government import queries as government
from tongban.foundation.identity import operations, queries
from tongban.foundation.identity.errors import AccountUnknown, ReadingUnknown
from tongban.kernel import clock
from tongban.kernel.errors import Failure


@staff("security-officer")
def rights(request: HttpRequest) -> HttpResponse:
    """Show who may what: posts, duties, who holds a seat, who is away and who stands in; take second factors away."""
    form, wrong, done = typed.read(request), "", ""
    text = request.GET.get("q", "")[:80]
    if request.method == "POST":
        text = form.get("staff")
        try:
            operations.reset_second_factor(staff=text, by=request.who.actor, at=clock.now())  # type: ignore[attr-defined]
            done = text
        except Failure as failure:
            wrong = sentence(request, failure)
    today = clock.today()
    return show(
        request, "desk/officers_rights.html", "security", wrong, text=text, done=done,
        found=queries.staff_accounts(text=text, page=page_of(request)),
        departments={one.code: one for one in government.departments()},
        away={one.staff: one for one in queries.absences() if one.from_on <= today <= one.until_on},
    )  # fmt: skip


@staff("security-officer")
def readings(request: HttpRequest) -> HttpResponse:
    """Show who read personal fields in full, with purpose and law; write down what one found."""
    form, wrong = typed.read(request), ""
    if request.method == "POST":
        try:
            operations.review_unmasking(
                record=_record(form), verdict=form.get("verdict"), note=form.get("note"),
                by=request.who.actor, at=clock.now(),  # type: ignore[attr-defined]
            )  # fmt: skip
            return _again(request, f"/desk/security/readings?page={page_of(request)}")
        except Failure as failure:
            wrong = sentence(request, failure)
    page = page_of(request)
    found, more = queries.readings_in_full(at=clock.now(), page=page)
    return show(
        request,
        "desk/officers_readings.html",
        "security",
        wrong,
        readings=found,
        more=more,
        page=page,
        fields=FIELDS,
        form=form,
        questioned=queries.questioned_readings(at=clock.now()) if page == 1 else (),
    )


def _record(form: typed.Typed) -> uuid.UUID:
    found = typed.identifier(form.get("record"))
    if found is None:
        raise ReadingUnknown
    return found


@staff("security-officer")
def lock_outs(request: HttpRequest) -> HttpResponse:
    """Show which accounts were tried too often; let one of staff try again at once."""
    form, wrong = typed.read(request), ""
    if request.method == "POST":
        try:
            account = typed.identifier(form.get("account"))
            if account is None:
                raise AccountUnknown
            handle = operations.lift_lock_out(account=account, by=request.who.actor, at=clock.now())  # type: ignore[attr-defined]
            get_adapter(request).forget_failures(request, handle)
            return _again(request, "/desk/security/lock-outs")
        except Failure as failure:
            wrong = sentence(request, failure)
    names = {one.code: one.name for one in government.staff()}
    return show(
        request,
        "desk/officers_lock_outs.html",
        "security",
        wrong,
        found=queries.lock_outs(at=clock.now()),
        names=names,
    )


def _again(request: HttpRequest, address: str) -> HttpResponse:
    return HttpResponseRedirect(reader_of(request).prefix + address, status=303)
