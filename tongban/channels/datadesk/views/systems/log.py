"""A system's own log, and how its calls went."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk import asked
from tongban.channels.datadesk.door import officer
from tongban.channels.datadesk.presenters import problems
from tongban.channels.datadesk.views.systems import opened
from tongban.channels.ui.typed import Typed
from tongban.datahub.exchange import queries
from tongban.datahub.exchange.queries import Sought
from tongban.datahub.exchange.types import Side
from tongban.foundation.identity import queries as identity
from tongban.kernel import clock
from tongban.kernel.errors import N_

SIZE = 50
DAY = dt.timedelta(days=1)
SPANS = {"1": N_("最近 1 小时"), "24": N_("24 小时"), "168": N_("7 天")}
OUTCOMES = {"": N_("全部"), "failed": N_("被拒或失败"), "well": N_("成功")}


@officer
def log(request: HttpRequest, code: str) -> HttpResponse:
    """Show a system's latest calls, those that are looked for, and how its calls of some hours went."""
    system, form, at = opened.seen(request, code), asked.form(request.GET), clock.now()
    hours = int(form.get("hours")) if form.get("hours") in SPANS else 24
    since = at - dt.timedelta(hours=hours)
    sought = Sought(
        code, since, _before(form, at), form.get("message")[:200], form.get("service")[:300],
        form.get("outcome") if form.get("outcome") in OUTCOMES else "",
    )  # fmt: skip
    rows = queries.search_log(sought, limit=SIZE + 1)
    return opened.page(
        request, system, "/log", "datadesk/systems/log.html", form=form, rows=rows[:SIZE], next=rows[SIZE - 1].at if len(rows) > SIZE else None,
        spans=SPANS, hours=str(hours), outcomes=OUTCOMES, problem=problems.problem, masked=identity.masked_within,
        sides={side.value: queries.performance_of(code, side=side, since=since, until=at) for side in Side},
    )  # fmt: skip


def _before(form: Typed, at: dt.datetime) -> dt.datetime:
    """Return the moment before which calls are shown: that of the last one on the page before, else now."""
    try:
        said = dt.datetime.fromisoformat(form.get("before"))
    except ValueError:
        return at + DAY
    return said if said.tzinfo is not None else at + DAY


urls = [path("data/systems/<subsystem:code>/log", log)]
