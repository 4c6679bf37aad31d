"""How services were rated: to who heads a department its own, to supervision all."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.desk.views.officers.frame import page_of
from tongban.channels.ui.access import staff
from tongban.channels.ui.pages import render
from tongban.channels.ui.working_day import frame
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_
from tongban.oversight.ratings import queries
from tongban.services.catalogue import queries as catalogue

SIZE = 20
"""Services on a page."""
PERIODS = {"90": N_("最近 90 天"), "30": N_("最近 30 天"), "365": N_("最近一年")}


@staff("supervise", "head")
def ratings(request: HttpRequest) -> HttpResponse:
    """Show number, share of good ones, reasons and open follow-ups of each service, worst first."""
    me, at = request.who.staff, clock.now()  # type: ignore[attr-defined]
    chosen = request.GET.get("days", "")
    days = chosen if chosen in PERIODS else next(iter(PERIODS))
    until = at.astimezone(SHANGHAI).date()
    since = until - dt.timedelta(days=int(days) - 1)
    page = queries.by_service(me, since=since, until=until, number=page_of(request), size=SIZE, at=at)
    return render(
        request,
        "desk/ratings.html",
        keep=False,
        section="supervision",
        page=page,
        whole=queries.figures(me, since=since, until=until, at=at),
        periods=PERIODS,
        days=days,
        since=since,
        until=until,
        level_names=queries.LEVEL_NAMES,
        supervises=me.may("supervise"),
        departments=catalogue.departments(),
        **frame(at),
    )


urls = [path("desk/supervision/ratings", ratings)]
