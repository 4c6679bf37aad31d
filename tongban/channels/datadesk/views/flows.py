"""The exchange just now: figures, who calls whom, what does not go well, the latest calls. No map: nobody gave us one."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.page import show
from tongban.channels.datadesk.presenters import flows as presenter
from tongban.datahub.exchange import queries as exchange
from tongban.kernel import clock
from tongban.kernel.errors import N_

SPANS = {"1": N_("最近 1 分钟"), "15": N_("15 分钟"), "60": N_("1 小时")}
LATEST = 10


@officer
def flows(request: HttpRequest) -> HttpResponse:
    """Show the flows of one's own departments, or of the whole city for the data authority."""
    who: Officer = request.officer  # type: ignore[attr-defined]
    span = request.GET.get("span", "") if request.GET.get("span", "") in SPANS else "15"
    own = None if who.is_authority else who.office.departments
    at, minutes = clock.now(), int(span)
    since = at - dt.timedelta(minutes=minutes)
    picture = presenter.picture(exchange.flows(since=since, until=at, departments=own), minutes)
    return show(
        request, "datadesk/flows.html", "flows", picture=picture, spans=SPANS, span=span, lights=presenter.LIGHTS,
        today=exchange.calls_on(clock.today(), own), is_all=own is None, row=presenter.ROW,
        bad=[one for one in picture.providers if one.light != "green"],
        latest=exchange.latest_calls(departments=own, limit=LATEST),
    )  # fmt: skip


urls = [path("data/flows", flows)]
