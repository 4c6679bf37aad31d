"""谁看过我的信息: every look of an official at one's data, and “I do not recognise this”."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse

from tongban.channels.portal.presenters import readers as presenter
from tongban.channels.portal.views.account import go, show
from tongban.channels.ui.access import person
from tongban.channels.ui.errors import page
from tongban.foundation.government import queries as government
from tongban.foundation.identity import operations, queries
from tongban.kernel import clock
from tongban.kernel.types import Subject
from tongban.services.cases import queries as cases
from tongban.services.cases.types import CaseCard

SIZE = 30


@person
def readers(request: HttpRequest) -> HttpResponse:
    """Show who looked at one's data, at the companies' that one represents, and at their cases."""
    cards = _cards(request)
    number = _page(request.GET.get("page", ""))
    entries, more = queries.readers_of(_subjects(request, cards), at=clock.now(), page=number, size=SIZE)
    found = presenter.looks(
        entries,
        {str(card.id): card for card in cards},
        {one.code: one for one in government.staff()} if entries else {},
        {one.code: one for one in government.posts()} if entries else {},
        {one.code: one for one in government.departments()} if entries else {},
    )
    return show(
        request, "portal/account/readers.html", looks=found, more=more, number=number,
        asked="asked" in request.GET,
    )  # fmt: skip


@person
def question(request: HttpRequest, record: uuid.UUID) -> HttpResponse:
    """Tell the security officer that one does not recognise a look."""
    if request.method != "POST":
        return page(request, 404)
    who = request.who  # type: ignore[attr-defined]
    subjects = _subjects(request, _cards(request))
    operations.question_reading(record=record, subjects=subjects, by=who.actor, at=clock.now())
    return go(request, "/account/readers?asked=1")


def _own(request: HttpRequest) -> list[Subject]:
    """Return whose data one may ask about: one's own, and that of companies one represents."""
    me = request.who.person  # type: ignore[attr-defined]
    return [me.subject, *(company.subject for company in queries.companies_of(me.id))]


def _cards(request: HttpRequest) -> tuple[CaseCard, ...]:
    return cases.cards_about(_own(request))


def _subjects(request: HttpRequest, cards: tuple[CaseCard, ...]) -> list[Subject]:
    return [*_own(request), *(Subject("case", str(card.id)) for card in cards)]


def _page(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else 1
