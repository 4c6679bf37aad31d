"""“I do not recognise this”, and “this is wrong”: asked of the department, taken back; whether one is told of readings."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse

from tongban.channels.portal import asked
from tongban.channels.portal.presenters import readings as presenter
from tongban.channels.portal.views import forms
from tongban.channels.portal.views.account import go, show
from tongban.channels.portal.views.my_data import frame
from tongban.channels.portal.views.my_data.looking import known_of
from tongban.channels.ui.access import person
from tongban.channels.ui.errors import page
from tongban.channels.ui.pages import reader_of
from tongban.foundation.government import queries as government
from tongban.kernel import clock
from tongban.services.catalogue import queries as catalogue
from tongban.services.disclosures import operations, queries
from tongban.services.disclosures.types import ContestKind

FIELDS = {"contest-says-nothing": "says", "contest-too-long": "says"}


@person
def contest(request: HttpRequest, reading: uuid.UUID) -> HttpResponse:
    """Show the entry with what one can ask about it; ask it."""
    who, at, whose = request.who, clock.now(), frame.whose(request)  # type: ignore[attr-defined]
    form = forms.read(request, longest=None)
    found = queries.find_reading(whose.scope, reading, at=at)
    kind = ContestKind(
        asked.choice(request.POST or request.GET, "ask", [one.value for one in ContestKind], "unknown")
    )
    if request.method == "POST":
        with form.tells(FIELDS, otherwise="ask"):
            operations.contest_reading(
                subject=whose.subject, reading=reading, kind=kind, says=form.get("says"), by=who.actor, at=at
            )
            return go(request, asked.address("/my-data", _of(whose), asked="1"))
    row = presenter.rows([found], known_of(reader_of(request).language, [found], whose.scope))[0]
    answering = queries.who_answers(found, kind)
    codes = [answering.department, answering.office]
    return show(
        request, "portal/my_data_contest.html", form, row=row, chosen=whose.chosen, ask=kind.value,
        row_path=f"/my-data/{reading}/contest", days=queries.ANSWER_DAYS, answering=answering,
        departments={**catalogue.departments(), **government.offices_of_districts(codes)},
    )  # fmt: skip


@person
def withdraw(request: HttpRequest, contest: uuid.UUID) -> HttpResponse:
    """Take a question back."""
    if request.method != "POST":
        return page(request, 404)
    operations.withdraw_contest(id=contest, by=request.who.actor, at=clock.now())  # type: ignore[attr-defined]
    return go(request, asked.address("/my-data", {"of": request.POST.get("of", "")}))


@person
def tell(request: HttpRequest) -> HttpResponse:
    """Have oneself told of each reading by a department, or of none."""
    if request.method != "POST":
        return page(request, 404)
    whose = frame.whose(request)
    operations.wish_to_be_told(
        subject=whose.subject,
        tell=request.POST.get("tell") == "1",
        by=request.who.actor,
        at=clock.now(),  # type: ignore[attr-defined]
    )
    return go(request, asked.address("/my-data", _of(whose)) + "#tell")


def _of(whose: frame.Whose) -> dict[str, str]:
    return {"of": "" if whose.chosen == "me" else whose.chosen}
