"""My cases, and one of them: where it is, what it waits for, whose days, everything in writing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongban.channels.portal import asked
from tongban.channels.portal.presenters import apply as apply_presenter
from tongban.channels.portal.presenters import cases as presenter
from tongban.channels.portal.presenters import lanes
from tongban.channels.portal.views import rating
from tongban.channels.portal.views.apply import drafts
from tongban.channels.ui.access import person
from tongban.channels.ui.pages import reader_of, render
from tongban.foundation.calendars import queries as calendars
from tongban.foundation.government import queries as government
from tongban.foundation.identity import queries as identity
from tongban.kernel import clock
from tongban.kernel.language import translate
from tongban.kernel.pages import Page
from tongban.kernel.types import Subject
from tongban.oversight.effectiveness import queries as effectiveness
from tongban.services.approvals import queries as approvals
from tongban.services.approvals.types import BranchState, Round
from tongban.services.cases import queries
from tongban.services.cases.types import Act, Case, CaseCard, CaseState
from tongban.services.catalogue import queries as catalogue
from tongban.services.licences import queries as licences

SIZE = 20
ONE_DAY = dt.timedelta(days=1)


@person
def mine(request: HttpRequest) -> HttpResponse:
    """Show the drafts and cases of who is signed in and of those they act for."""
    by, at = drafts.actor(request), clock.now()
    options = identity.acting_options(by.id, at=at)
    parties = {f"{one.party.kind}:{one.party.id}": one for one in options}
    own = next(iter(parties))
    chosen = asked.choice(request.GET, "of", parties, own)
    page = _filed_by(request, parties[chosen].party)
    if not page.items and "of" not in request.GET and len(parties) > 1:
        # Whoever only acts for others begins where something is under way, not at an empty list.
        latest = queries.latest_applicant(one.party for one in options)
        if latest is not None:
            chosen = f"{latest.kind}:{latest.id}"
            page = _filed_by(request, latest)
    asked.check_page(page.number, page.pages)
    begun = queries.drafts_of(by)
    return render(
        request,
        "portal/cases.html",
        keep=False,
        parties=parties,
        chosen=chosen,
        page=page,
        begun=begun,
        saved="saved" in request.GET,
        names={
            one.id: drafts.service_name(request, one.service, one.service_name)
            for one in (*page.items, *begun)
        },
        today=at.date(),
        left={one.id: _left(one, at.date()) for one in page.items},
        state_of=presenter.state_of,
        spaced=queries.spaced,
        at_page=lambda number: asked.address("", {"of": chosen}, page=number),
    )


def _filed_by(request: HttpRequest, applicant: Subject) -> Page[CaseCard]:
    return queries.cases_of(
        applicant, by=drafts.actor(request), at=clock.now(), page=asked.page(request.GET), size=SIZE,
        states=[state for state in CaseState if state is not CaseState.DRAFT],
    )  # fmt: skip


def _left(card: CaseCard, today: dt.date) -> int | None:
    """Return the working days left of the promise of a case that is under way, negative ones are too late.

    None is left on its last day, and none is lost yet on the days off right after it.
    """
    if card.state is not CaseState.ACCEPTED or card.promised_due is None:
        return None
    if card.promised_due < today:
        return -calendars.count(card.promised_due, today)[0]
    return calendars.count(today, card.promised_due)[0]


@person
def one(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show one case."""
    return shown(request, case_id, {})


def shown(
    request: HttpRequest, case_id: uuid.UUID, problems: dict[str, str], *, status: int = 422
) -> HttpResponse:
    """Return the page of a case; what is wrong with what was just sent is answered with 422."""
    by, at = drafts.actor(request), clock.now()
    file = queries.own_file(case_id, by=by, at=at)
    case = file.case
    if case.state is CaseState.DRAFT:
        return drafts.to(request, f"/apply/{case_id}")
    language = reader_of(request).language
    say = partial(translate, language=language)
    found = approvals.find_round(case_id, at=at)
    departments = presenter.department_names(catalogue.departments().values(), language)
    item_names = drafts.item_names(request, case.items)
    today = at.date()
    forecast = (
        effectiveness.forecast_of(found.branches, case.promised_due, at=at)
        if found and case.state is CaseState.ACCEPTED
        else None
    )
    is_unopened = found is None and case.state not in (CaseState.RECEIVED, CaseState.SUPPLEMENT)
    drawn = lanes.plan(case, found, list(_days(case, found, today)), today, departments | item_names, say)
    return render(
        request,
        "portal/case.html",
        keep=False,
        status=status if problems else 200,
        problems=problems,
        key_of=apply_presenter.key_of,
        brought="brought" in request.GET,
        case=case,
        number=queries.spaced(case.number or ""),
        service=drafts.service_name(request, case.service, case.service_name),
        round=found,
        branches=found.branches if found else (),
        branch_states=presenter.BRANCHES,
        state=presenter.state_of(case),
        is_stopped=found is not None and any(one.state is BranchState.STOPPED for one in found.branches),
        today=today,
        cells=_cells(case, found, today),
        account=presenter.account(found, departments, say) if found else None,
        plan=drawn,
        is_unopened=is_unopened,
        drawing=lanes.wide(drawn, say),
        drawing_phone=lanes.phone(drawn, say),
        papers=apply_presenter.papers(case),
        **drafts.in_words(request, case.items),
        letters=file.letters,
        commitments=file.commitments,
        paper_names={(one.item, one.code): one.name for one in case.materials},
        branch_letters=approvals.letters(case_id),
        letter_names=presenter.LETTERS,
        events=file.events,
        act_names=queries.ACT_NAMES,
        role_names=queries.ROLE_NAMES,
        licences=licences.licences_of_case(case_id, at=at),
        corrections=file.corrections,
        may_withdraw=Act.WITHDRAW in file.acts,
        may_bring=Act.BRING_PROMISED in file.acts,
        department_names=departments,
        staff_names={one.code: one.name for one in government.staff()} if found and found.visit else {},
        item_names=item_names,
        procedures=presenter.PROCEDURES,
        forecast=forecast,
        chart=presenter.chart(forecast, today) if forecast else None,
        supplemented="supplemented" in request.GET,
        **rating.shown(case, by=by, at=at),
    )


def _days(case: Case, found: Round | None, today: dt.date) -> Iterator[dt.date]:
    """Yield the working days that the drawing shows: the day it began, then each up to the last limit."""
    begin = case.accepted_on or (presenter.day_of(case.received_at) if case.received_at else today)
    ends = [case.promised_due, *(one.due_on for one in found.branches)] if found else [case.promised_due]
    last = max([one for one in ends if one] or [begin])
    if ended := case.decided_at or case.closed_at:
        last = max(begin, presenter.day_of(ended))
    else:
        last = max(last, today)
    if not found:
        last = _last_planned(begin, case)
    yield begin
    for day in calendars.count(begin, last)[1]:
        if day.number is not None:
            yield day.date


def _last_planned(begin: dt.date, case: Case) -> dt.date:
    """Return the last day of a path that has not begun, if it began on a day."""
    longest = max([step.end for step in case.plan] + [case.promised_days or 1, 1])
    day, counted = begin, 0
    while counted < longest:
        day += ONE_DAY
        counted += calendars.count(day - ONE_DAY, day)[0]
    return day


def _cells(case: Case, found: Round | None, today: dt.date) -> tuple[Any, ...]:
    """Return the clock of the promise, one cell a working day; none before the case is accepted."""
    if case.accepted_on is None or case.promised_due is None:
        return ()
    ended = case.decided_at or case.closed_at
    until = max(case.promised_due, presenter.day_of(ended) if ended else today)
    stops = [(stop.first, stop.last) for one in found.branches for stop in one.stops] if found else []
    days = calendars.count(case.accepted_on, until)[1]
    return presenter.cells(days, case.promised_due, presenter.day_of(ended) if ended else today, stops)
