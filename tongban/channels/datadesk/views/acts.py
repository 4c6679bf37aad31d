"""Acts on a request: the panel that asks, and what its form does. Each is one operation of the domain."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk import asked
from tongban.channels.datadesk.door import officer
from tongban.channels.datadesk.page import go, said, show
from tongban.channels.datadesk.presenters import buttons
from tongban.channels.datadesk.views import lists, opened
from tongban.channels.ui import typed
from tongban.channels.ui.typed import Typed
from tongban.datahub.resources import operations, queries
from tongban.kernel import clock
from tongban.kernel.errors import Failure, NotFound
from tongban.kernel.types import Actor

Work = Callable[[uuid.UUID, Typed, Actor, dt.datetime], object]


def _grant(id: uuid.UUID, form: Typed, by: Actor, at: dt.datetime) -> object:
    return operations.grant_request(
        request_id=id, fields=form.all("fields"), until=form.day_or_none("until"), per_day=form.number("per_day"),
        answer=form.get("answer"), by=by, at=at,
    )  # fmt: skip


def _refuse(id: uuid.UUID, form: Typed, by: Actor, at: dt.datetime) -> object:
    return operations.refuse_request(
        request_id=id, legal_basis=form.get("law"), reason=form.get("reason"), by=by, at=at
    )


def _confirm(id: uuid.UUID, form: Typed, by: Actor, at: dt.datetime) -> object:
    return operations.confirm_resource(request_id=id, resource=form.get("resource"), by=by, at=at)


def _forward(id: uuid.UUID, form: Typed, by: Actor, at: dt.datetime) -> object:
    return operations.pass_on(
        request_id=id, department=form.get("department"), reason=form.get("reason"), by=by, at=at
    )


def _extend(id: uuid.UUID, form: Typed, by: Actor, at: dt.datetime) -> object:
    return operations.extend_answer(
        request_id=id, days=form.number("days"), reason=form.get("reason"), by=by, at=at
    )


def _withdraw(id: uuid.UUID, form: Typed, by: Actor, at: dt.datetime) -> object:
    return operations.withdraw_request(request_id=id, reason=form.get("reason"), by=by, at=at)


def _dispute(id: uuid.UUID, form: Typed, by: Actor, at: dt.datetime) -> object:
    return operations.dispute_refusal(request_id=id, reason=form.get("reason"), by=by, at=at)


def _uphold(id: uuid.UUID, form: Typed, by: Actor, at: dt.datetime) -> object:
    return operations.uphold_refusal(
        request_id=id, legal_basis=form.get("law"), reason=form.get("reason"), by=by, at=at
    )


def _overturn(id: uuid.UUID, form: Typed, by: Actor, at: dt.datetime) -> object:
    return operations.overturn_refusal(
        request_id=id, fields=form.all("fields"), until=form.day_or_none("until"), per_day=form.number("per_day"),
        answer=form.get("answer"), by=by, at=at,
    )  # fmt: skip


def _drop(id: uuid.UUID, form: Typed, by: Actor, at: dt.datetime) -> object:
    return operations.drop_dispute(request_id=id, reason=form.get("reason"), by=by, at=at)


ACTS: dict[str, Work] = {
    "grant": _grant, "refuse": _refuse, "confirm": _confirm, "forward": _forward, "extend": _extend,
    "withdraw": _withdraw, "dispute": _dispute, "uphold": _uphold, "overturn": _overturn, "drop": _drop,
}  # fmt: skip


@officer
def act(request: HttpRequest, request_id: uuid.UUID, name: str) -> HttpResponse:
    """Open the panel of an act (HTMX asks for it alone), or do the act and show the request as it is then."""
    work = ACTS.get(name)
    if work is None:
        raise Http404
    if request.method != "POST":
        return _panel(request, request_id, name)
    form = typed.read(request)
    opened.check_sees(request, queries.get_request(request_id))  # not theirs: it is not there
    try:
        work(request_id, form, request.officer.actor, clock.now())  # type: ignore[attr-defined]
    except NotFound:
        raise
    except Failure as failure:
        # Somebody may have been faster: the page says what was wrong and shows the request as it is now.
        return lists.board(
            request, request_id, status=failure.status, wrong=said(request, failure), form=form, **_open(name)
        )
    here = asked.read(request.GET).address(f"/data/requests/{request_id}")
    return go(request, f"{here}{'&' if '?' in here else '?'}done={name}")


def _panel(request: HttpRequest, request_id: uuid.UUID, name: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return lists.board(request, request_id, **_open(name))
    detail = opened.detail(request, queries.get_request(request_id), queries.lists(), clock.now())
    can = name in {one.act for one in detail["buttons"]} and name != "grant"
    shown: dict[str, Any] = _open(name) if can else {"panel": ""}
    return show(request, "datadesk/panel.html", "lists", asked=asked.read(request.GET), **detail, **shown)


def _open(name: str) -> dict[str, Any]:
    """Return which panel is open; the form of a grant stands on the page itself."""
    asks = buttons.PANELS.get(name, "")
    return {"panel": name if asks else "", "panel_words": buttons.WORDS[name], "panel_asks": asks}


urls = [path("data/requests/<uuid:request_id>/<slug:name>", act)]
