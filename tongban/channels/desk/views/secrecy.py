"""Calls that the law keeps from persons, for who supervises: whether a secrecy may go on beyond the longest period."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path

from tongban.channels.ui import typed
from tongban.channels.ui.access import staff
from tongban.channels.ui.pages import reader_of, render
from tongban.channels.ui.working_day import frame
from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.errors import SecrecyUnknown
from tongban.kernel import clock
from tongban.kernel.errors import Failure
from tongban.kernel.language import translate
from tongban.oversight.ratings import queries as ratings


@staff("supervise")
def secrecies(request: HttpRequest) -> HttpResponse:
    """Show what is kept secret, and until when it may be; confirm one for another longest period."""
    if request.method != "POST":
        return _page(request)
    form = typed.read(request)
    try:
        id = typed.identifier(form.get("id"))
        if id is None:
            raise SecrecyUnknown
        operations.confirm_secrecy(id=id, reason=form.get("reason"), by=request.who.actor, at=clock.now())  # type: ignore[attr-defined]
    except Failure as failure:
        said = translate(failure.sentence, reader_of(request).language, **failure.values)
        return _page(request, form=form, wrong=said, status=failure.status)
    return HttpResponseRedirect(f"{reader_of(request).prefix}/desk/supervision/secrecy", status=303)


def _page(
    request: HttpRequest, *, form: typed.Typed | None = None, wrong: str = "", status: int = 200
) -> HttpResponse:
    me = request.who.staff  # type: ignore[attr-defined]
    return render(
        request, "desk/secrecies.html", keep=False, status=status, section="supervision", today=clock.today(),
        rows=[(one, one.consumer.split("/")[2] in me.departments) for one in queries.secrecies()], wrong=wrong,
        form=form or typed.Typed(), sees_ratings=ratings.can_see_figures(me), **frame(clock.now()),
    )  # fmt: skip


urls = [path("desk/supervision/secrecy", secrecies)]
