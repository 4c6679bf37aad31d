"""The audit officer: reads the ledger of acts, changes nothing; every look is on it."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from tongban.channels.desk.presenters import officers as presenter
from tongban.channels.desk.views.officers.frame import sentence, show
from tongban.channels.ui.access import staff
from tongban.foundation.government import queries as government
from tongban.foundation.identity import operations
from tongban.foundation.ledger.types import Entry
from tongban.kernel import clock
from tongban.kernel.errors import Failure
from tongban.services.cases import queries as cases

SIZE = 50


@staff("audit-officer")
def ledger(request: HttpRequest) -> HttpResponse:
    """Show acts of a period by person, department or case, newest first."""
    asked, wrong = presenter.read(request.GET, clock.today()), ""
    found: tuple[Entry, ...] = ()
    more = False
    me = request.who.staff  # type: ignore[attr-defined]
    members = government.staff() if asked.who else ()
    try:
        wanted = presenter.wanted(asked, members, _of_department(asked.department))
        found, more = operations.read_ledger(
            wanted=wanted, asked=asked.said, page=asked.page, size=SIZE,
            access=me, by=me.actor, at=clock.now(),
        )  # fmt: skip
    except Failure as failure:
        wrong = sentence(request, failure)
    return show(
        request, "desk/officers_ledger.html", "audit", wrong, asked_for=asked, entries=found, more=more, groups=presenter.GROUPS,
        numbers=_numbers(found), about=presenter.about, act_words=presenter.act_words,
        detail_words=presenter.detail_words,
        kinds=presenter.KINDS,
        methods=presenter.METHODS, departments=government.departments(),
        query=urlencode(asked.said),
    )  # fmt: skip


def _of_department(code: str) -> frozenset[str]:
    if not code:
        return frozenset()
    posts = {post.code for post in government.posts(code)}
    return frozenset(member.code for member in government.staff() if posts & set(member.posts))


def _numbers(entries: tuple[Entry, ...]) -> dict[uuid.UUID, str]:
    ids = {uuid.UUID(entry.subject.id) for entry in entries if entry.subject.kind == "case"}
    return {id: card.number or "" for id, card in cases.names_and_numbers(ids).items()} if ids else {}
