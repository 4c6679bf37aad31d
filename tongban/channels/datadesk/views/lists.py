"""The three lists on top, what waits for an answer beside, one request open."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk import asked
from tongban.channels.datadesk.asked import Asked
from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.page import done, show
from tongban.channels.datadesk.presenters import flow as drawing
from tongban.channels.datadesk.presenters import rows as presenter
from tongban.channels.datadesk.views import opened
from tongban.datahub.resources import queries
from tongban.datahub.resources.types import Clock, Lists, Request, Stage
from tongban.kernel import clock
from tongban.kernel.errors import N_
from tongban.kernel.pages import Page
from tongban.services.approvals.types import Light

SIZE = 50
DONE = {
    "stated": N_("需求已经提出，三清单的答复在下面。"),
    "grant": N_("已签发授权，网关即时放行。"),
    "refuse": N_("已答复不同意，依据和理由对方能看到。"),
    "confirm": N_("已编入目录，三清单重新答复了这项需求。"),
    "forward": N_("已转请确认，期限照旧。"),
    "extend": N_("答复期限已延长。"),
    "withdraw": N_("需求已撤回。"),
    "dispute": N_("已提出异议，对方要在期限内再次答复。"),
    "uphold": N_("已维持不同意。"),
    "overturn": N_("已改为同意并签发授权，网关即时放行。"),
    "drop": N_("异议已撤回，不同意照旧。"),
}


@officer
def lists(request: HttpRequest) -> HttpResponse:
    """Show the three lists in figures, what waits, and the first of it open."""
    return board(request)


@officer
def one(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Show the same with this request open."""
    return board(request, request_id)


@officer
def keys(request: HttpRequest) -> HttpResponse:
    """Show every key."""
    return show(request, "datadesk/keys.html", "keys")


def board(
    request: HttpRequest, request_id: uuid.UUID | None = None, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Return the page, with a request open or the first of the list."""
    who: Officer = request.officer  # type: ignore[attr-defined]
    wanted, at = asked.read(request.GET), clock.now()
    found = _requests(who, wanted)
    shown = queries.get_request(request_id) if request_id else next(iter(found.items), None)
    data = queries.lists()
    detail = opened.detail(request, shown, data, at) if shown else {"one": None}
    names = {code: (row.name, row.english) for code, row in data.resources.items()}
    clocks = _clocks(found.items, wanted, at)
    rows = presenter.rows(found.items, clocks, names, wanted, shown.id if shown else None)
    context = detail | {"panel": "", "done": done(request, DONE)} | context
    return show(
        request, "datadesk/lists.html", "lists", status=status, asked=wanted, page=found, named=bool(request_id),
        rows=rows, beside=presenter.beside(rows), view_words=_views(who), **figures(at, data), **context,
    )  # fmt: skip


def figures(at: dt.datetime, lists: Lists | None = None) -> dict[str, Any]:
    """Return what the head of the page says of the three lists."""
    flow = queries.flow(at=at, lists=lists)
    return {"flow": flow, "flow_drawing": drawing.drawing(flow), "Stage": Stage, "lights": Light}


def _views(who: Officer) -> dict[str, str]:
    return {view: words for view, words in presenter.VIEW_WORDS.items() if view != "all" or who.is_authority}


def _clocks(found: Sequence[Request], wanted: Asked, at: dt.datetime) -> dict[uuid.UUID, Clock]:
    if wanted.view != "disputed":
        return queries.clocks_of(found, at=at)
    return queries.clocks_of_disputes([one.id for one in found], at=at)


def _requests(who: Officer, wanted: Asked) -> Page[Request]:
    if wanted.view == "stated":
        return queries.requests(department=who.department, page=wanted.page, size=SIZE)
    if wanted.view == "answered":
        return queries.requests(owner=who.department, answered=True, page=wanted.page, size=SIZE)
    if wanted.view == "disputed":
        sides = None if who.is_authority else who.office.departments
        return _page([one for _, one in queries.disputes(sides)], wanted)
    owners = None if wanted.view == "all" and who.is_authority else [who.department]
    return _page(queries.waiting(owners), wanted)


def _page(found: Sequence[Request], wanted: Asked) -> Page[Request]:
    start = (wanted.page - 1) * SIZE
    return Page(tuple(found[start : start + SIZE]), wanted.page, SIZE, len(found))


urls = [path("data", lists), path("data/keys", keys), path("data/requests/<uuid:request_id>", one)]
