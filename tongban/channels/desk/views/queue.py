"""The queue by the clock; many at once; who is away."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongban.channels.desk import asked
from tongban.channels.desk.asked import SIZE, Asked
from tongban.channels.desk.presenters import rows
from tongban.channels.ui import typed
from tongban.channels.ui.access import staff
from tongban.channels.ui.pages import reader_of, render
from tongban.channels.ui.working_day import frame
from tongban.kernel import clock
from tongban.kernel.errors import N_, Conflict, Failure, Invalid
from tongban.kernel.language import translate
from tongban.kernel.types import Actor
from tongban.services.approvals import operations as approvals_acts
from tongban.services.approvals import queries as approvals
from tongban.services.approvals.types import Outcome
from tongban.services.cases import operations as case_acts

MOST = 100
DUTIES = ("accept", "review", "decide", "head", "joint-visit")
MSG_NONE = N_("还没有勾选任何一件。")
MSG_MANY = N_("一次最多办 {most} 件。")
MSG_NOT_IMMEDIATE = N_("不是当场办结的事项，要逐件打开决定。")
MSG_NOT_HERE = N_("这一件现在不在这一步。")
DONE = {"accept": N_("已受理 {count} 件"), "grant": N_("已准予 {count} 件"), "take": N_("已领办 {count} 件")}


@dataclass(frozen=True, slots=True)
class Left:
    """One of many that could not be done, and why."""

    number: str
    sentence: str


@staff(*DUTIES)
def queue(request: HttpRequest) -> HttpResponse:
    """Show what waits for a member of staff, what is due first on top."""
    return show(request, asked.read(request.GET), done=_done(request))


def _done(request: HttpRequest) -> str:
    act, _, count = request.GET.get("done", "").partition(".")
    if act not in DONE or not (count.isascii() and count.isdigit()):
        return ""
    return translate(DONE[act], reader_of(request).language, count=int(count[:4]))


def show(request: HttpRequest, wanted: Asked, left: tuple[Left, ...] = (), done: str = "") -> HttpResponse:
    """Return the page of the queue; 422 after something that could not be done."""
    me, at = request.who.staff, clock.now()  # type: ignore[attr-defined]
    found = approvals.queue(me, wanted.filters, wanted.page, size=SIZE, at=at)
    return render(
        request,
        "desk/queue.html",
        keep=False,
        status=422 if left else 200,
        section="queue",
        asked=wanted,
        queue=found,
        groups=rows.groups(found, wanted),
        tabs=rows.tabs(found, wanted),
        lights=rows.lights(found, wanted),
        views=rows.views(wanted),
        services=rows.services(found.page.items, wanted),
        saved=approvals.saved_filters(me.code),
        left=left,
        done=done,
        draw=partial(rows.drawn, reader_of(request).language),
        may={duty: me.may(duty) for duty in DUTIES},
        **frame(at),
    )


@staff(*DUTIES)
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one act to everything that was ticked; tell for each that could not be done why."""
    wanted, form = asked.read(request.GET), typed.read(request)
    act, who, at = BULK.get(form.get("act")), request.who.actor, clock.now()  # type: ignore[attr-defined]
    if request.method != "POST" or act is None:
        return HttpResponseRedirect(reader_of(request).prefix + wanted.address("/desk"), status=303)
    handles = form.all("pick")
    language = reader_of(request).language
    if not 0 < len(handles) <= MOST:
        sentence = translate(MSG_MANY if handles else MSG_NONE, language, most=MOST)
        return show(request, wanted, (Left("", sentence),))
    left = tuple(one for one in (_one(act, handle, who, at, language) for handle in handles) if one)
    done = translate(DONE[form.get("act")], language, count=len(handles) - len(left))
    if left:
        return show(request, wanted, left, done)
    address = wanted.address("/desk")
    address += f"{'&' if '?' in address else '?'}done={form.get('act')}.{len(handles)}"
    return HttpResponseRedirect(reader_of(request).prefix + quote(address, safe="/?=&.%+-"), status=303)


Bulk = Callable[[str, uuid.UUID, Actor, dt.datetime], None]


def _one(act: Bulk, handle: str, by: Actor, at: dt.datetime, language: str) -> Left | None:
    kind, _, said = handle.partition(":")
    number = said.partition("@")[2]
    id = typed.identifier(said.partition("@")[0])
    try:
        if id is None:
            raise Invalid("bulk-unknown", MSG_NOT_HERE)
        act(kind, id, by, at)
    except Failure as failure:
        return Left(rows.spaced(number[:24]), translate(failure.sentence, language).format(**failure.values))
    return None


def _accept(kind: str, id: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    if kind != "case":
        raise Conflict("bulk-not-here", MSG_NOT_HERE)
    case_acts.accept(case_id=id, by=by, at=at)


def _grant(kind: str, id: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    if kind != "branch":
        raise Conflict("bulk-not-here", MSG_NOT_HERE)
    if not approvals.get_branch(id, at=at).is_immediate:
        raise Conflict("bulk-not-immediate", MSG_NOT_IMMEDIATE)
    approvals_acts.decide(branch_id=id, outcome=Outcome.GRANTED, by=by, at=at)


def _take(kind: str, id: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    if kind != "branch":
        raise Conflict("bulk-not-here", MSG_NOT_HERE)
    approvals_acts.take(branch_id=id, by=by, at=at)


BULK: dict[str, Bulk] = {"accept": _accept, "grant": _grant, "take": _take}
