"""谁看过我的信息: every look of an official at one's data, cases and files, and “I do not recognise this”."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse

from tongban.channels.portal.presenters import readers as presenter
from tongban.channels.portal.views.account import go, show
from tongban.channels.ui.access import person
from tongban.channels.ui.errors import page
from tongban.foundation.documents import queries as documents
from tongban.foundation.government import queries as government
from tongban.foundation.identity import operations, queries
from tongban.kernel import clock
from tongban.kernel.types import Subject
from tongban.services.cases import queries as cases
from tongban.services.cases.types import CaseCard
from tongban.services.catalogue import queries as catalogue

SIZE = 30


@person
def readers(request: HttpRequest) -> HttpResponse:
    """Show who looked at one's data, at the companies' that one represents, and at their cases."""
    own = _own(request)
    cards = cases.cards_about(own)
    number = _page(request.GET.get("page", ""))
    entries, more = queries.readers_of(_subjects(own, cards), at=clock.now(), page=number, size=SIZE)
    opened = [uuid.UUID(one.subject.id) for one in entries if one.subject.kind == "document"]
    found = presenter.looks(
        entries,
        {str(card.id): card for card in cards},
        {one.code: one for one in government.staff()} if entries else {},
        {one.code: one for one in government.posts()} if entries else {},
        catalogue.departments() if entries else {},
        {str(id): one for id, one in documents.find_many(opened).items()} if opened else {},
        queries.questioned_among(entries, at=clock.now()),
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
    own = _own(request)
    subjects = _subjects(own, cases.cards_about(own))
    operations.question_reading(record=record, subjects=subjects, by=who.actor, at=clock.now())
    return go(request, "/account/readers?asked=1")


def _own(request: HttpRequest) -> list[Subject]:
    """Return whose data one may ask about: one's own, and that of companies one represents."""
    me = request.who.person  # type: ignore[attr-defined]
    return [me.subject, *(company.subject for company in queries.companies_of(me.id))]


def _subjects(own: list[Subject], cards: tuple[CaseCard, ...]) -> list[Subject]:
    """Return all of theirs that an official may have looked at: themselves, their cases, their files."""
    files = documents.ids_owned_by(own)
    return [
        *own,
        *(Subject("case", str(card.id)) for card in cards),
        *(Subject("document", str(id)) for id in files),
    ]


def _page(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else 1
