"""Supervision: what missed its limit, broke a duty or was rated badly; who answers for it until when."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path

from tongban.channels.desk.presenters import supervision as presenter
from tongban.channels.desk.views.officers.frame import page_of
from tongban.channels.ui import typed
from tongban.channels.ui.access import staff
from tongban.channels.ui.pages import reader_of, render
from tongban.channels.ui.working_day import frame
from tongban.foundation.government import queries as government
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel import clock, pages
from tongban.kernel.errors import Failure
from tongban.kernel.language import translate
from tongban.kernel.pages import Page
from tongban.oversight.effectiveness import operations as effectiveness_acts
from tongban.oversight.effectiveness import queries as effectiveness
from tongban.oversight.ratings import operations as rating_acts
from tongban.oversight.ratings import queries as ratings
from tongban.services.cases import queries as cases
from tongban.services.catalogue import queries as catalogue

SIZE = 30
"""Matters on a page."""
DUTIES = ("supervise", "accept", "review", "decide", "head")
Work = Callable[[uuid.UUID, typed.Typed, dict[str, Any]], None]
ACTS: dict[tuple[str, str], Work] = {
    ("entries", "explain"): lambda id, form, who: effectiveness_acts.explain(
        entry_id=id, text=form.get("text"), **who
    ),
    ("entries", "return"): lambda id, form, who: effectiveness_acts.give_back(
        entry_id=id, text=form.get("text"), **who
    ),
    ("entries", "close"): lambda id, form, who: effectiveness_acts.close(
        entry_id=id, text=form.get("text"), **who
    ),
    ("ratings", "contact"): lambda id, form, who: rating_acts.contact(
        follow_up_id=id, is_complex=form.get("complex") == "yes", text=form.get("text"), **who
    ),
    ("ratings", "answer"): lambda id, form, who: rating_acts.answer(
        follow_up_id=id, text=form.get("text"), **who
    ),
    ("ratings", "return"): lambda id, form, who: rating_acts.give_back(
        follow_up_id=id, text=form.get("text"), **who
    ),
    ("ratings", "close"): lambda id, form, who: rating_acts.close(
        follow_up_id=id, text=form.get("text"), **who
    ),
}


@staff(*DUTIES)
def supervision(request: HttpRequest) -> HttpResponse:
    """Show what is to be answered for: to a supervisor all of it, to a department its own."""
    return show(request)


@staff(*DUTIES)
def act(request: HttpRequest, kind: str, id: uuid.UUID, name: str) -> HttpResponse:
    """Explain, contact, answer, give back or close; what is refused is said beside what was typed."""
    work = ACTS.get((kind, name))
    if work is None or request.method != "POST":
        raise Http404
    form = typed.read(request)
    try:
        work(id, form, {"by": request.who.actor, "at": clock.now()})  # type: ignore[attr-defined]
    except Failure as failure:
        said = translate(failure.sentence, reader_of(request).language).format(**failure.values)
        return show(request, wrong={str(id): said}, form=form, status=failure.status)
    here = f"?page={number}" if (number := page_of(request)) > 1 else ""
    return HttpResponseRedirect(f"{reader_of(request).prefix}/desk/supervision{here}#one-{id}", status=303)


def show(
    request: HttpRequest, *, wrong: dict[str, str] | None = None, form: typed.Typed | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Return the page; the two lists are those that are open, or those that are closed."""
    me, at = request.who.staff, clock.now()  # type: ignore[attr-defined]
    is_closed = request.GET.get("of") == "closed"
    page = _page(me, is_closed, page_of(request))
    shown = _rows(me, is_closed, page, at)
    cards = cases.names_and_numbers({one.case_id for one in shown if one.kind == "entries" and one.case_id})
    return render(
        request,
        "desk/supervision.html",
        keep=False,
        status=status,
        section="supervision",
        rows=presenter.named(shown, cards),
        total=page.total,
        number=page.number,
        has_more=page.number < page.pages,
        here=f"?page={page.number}" if page.number > 1 else "",
        is_closed=is_closed,
        supervises=me.may("supervise"),
        sees_ratings=ratings.can_see_figures(me),
        wrong=wrong or {},
        form=form or typed.Typed(),
        names={one.code: one.name for one in government.staff()},
        departments=catalogue.departments(),
        **frame(at),
    )


def _page(me: StaffAccess, is_closed: bool, number: int) -> Page[tuple[str, uuid.UUID]]:
    """Return which matters stand on a page: those somebody can act on first, of both kinds by the day they are due."""
    most = number * SIZE
    heads = {
        "entries": effectiveness.head(me, is_closed=is_closed, most=most),
        "ratings": ratings.head(me, is_closed=is_closed, most=most),
    }
    return pages.merged(heads, number, SIZE)


def _rows(
    me: StaffAccess, is_closed: bool, page: Page[tuple[str, uuid.UUID]], at: dt.datetime
) -> list[presenter.Row]:
    """Return the matters of a page in its order; nothing is asked of a kind that is not on it."""
    entries, bad = ([id for kind, id in page.items if kind == wanted] for wanted in ("entries", "ratings"))
    here: dict[str, Any] = {"is_closed": is_closed, "at": at}
    rows = [
        *presenter.entries(effectiveness.entries(me, only=entries, **here) if entries else (), me, at.date()),
        *presenter.follow_ups(ratings.follow_ups(me, only=bad, **here) if bad else (), me, at.date()),
    ]
    found = {(one.kind, one.id): one for one in rows}
    return [found[each] for each in page.items if each in found]


urls = [
    path("desk/supervision", supervision),
    path("desk/supervision/<slug:kind>/<uuid:id>/<slug:name>", act),
]
