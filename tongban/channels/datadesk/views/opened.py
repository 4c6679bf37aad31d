"""What is shown of one request: its fields, its way, its grant, what can be done."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest

from tongban.channels.datadesk.door import Officer
from tongban.channels.datadesk.presenters import buttons, rows
from tongban.channels.datadesk.presenters import request as presenter
from tongban.datahub.exchange import queries as exchange
from tongban.datahub.resources import queries
from tongban.datahub.resources.errors import RequestUnknown
from tongban.datahub.resources.types import Hold, Lists, Request, RequestAct, RequestState
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import Invalid
from tongban.services.catalogue import queries as catalogue


def _last_day(one: Request, at: dt.datetime) -> dt.date:
    """Return the last day that a grant given now would have; a wish whose own day is over still opens."""
    try:
        return queries.valid_until(one.wish.until, at=at)
    except Invalid:
        return queries.valid_until(None, at=at)


def _proposal(one: Request, at: dt.datetime) -> queries.Proposal | None:
    """Return the limit a day that the use of the grant asks for that is to go on."""
    if one.renews is None or one.state is not RequestState.QUEUED:
        return None
    since = at.astimezone(SHANGHAI).date() - queries.QUIET
    calls = exchange.usage_of([one.renews], since=since).get(one.renews, {})
    return queries.proposed_limit(calls.values(), one.wish.per_day)


def check_sees(request: HttpRequest, one: Request) -> None:
    """Raise NotFound unless a request is of a department for which somebody acts: who asks, or who answers."""
    who: Officer = request.officer  # type: ignore[attr-defined]
    if not (who.acts_for(one.owner) or who.acts_for(one.wish.department)):
        raise RequestUnknown


def detail(request: HttpRequest, one: Request, lists: Lists, at: dt.datetime) -> dict[str, Any]:
    """Return what the screen of a request shows; raise NotFound for whom it does not concern."""
    who: Officer = request.officer  # type: ignore[attr-defined]
    check_sees(request, one)
    resource = lists.resources.get(one.resource or "")
    duty = queries.duty_behind(one, lists)
    grant = queries.get_grant(one.grant) if one.grant else None
    item = catalogue.items_by_code([one.wish.item]).get(one.wish.item)
    notes = queries.notes(one.id)
    dispute = queries.find_dispute(one.id) if any(note.act is RequestAct.DISPUTE for note in notes) else None
    clock = queries.clocks_of([one], at=at).get(one.id)
    if dispute is not None:
        clock = queries.clock_of_dispute(dispute, at=at)
    by_lists = any(note.act is RequestAct.REFUSE and note.is_by_lists for note in notes)
    can = buttons.of(one, who, at.astimezone(SHANGHAI).date())
    return {
        "one": one,
        "dispute": dispute,
        "dispute_words": queries.DISPUTE_NAMES[dispute.state] if dispute else "",
        "proposal": _proposal(one, at),
        "resource": resource,
        "resources": lists.resources,
        "duty": duty,
        "lines": presenter.lines(one, resource, duty),
        "holds": [queries.HOLD_WORDS[each] for each in one.holds],
        "revoked": queries.revoked_before(one) if Hold.STOPPED in one.holds else (),
        "earlier": queries.answers_before(one) if one.resource else (),
        "steps": presenter.steps(one, notes, grant, dispute),
        "grant": grant,
        "item": item,
        "material": next((m for m in item.materials if m.code == one.wish.material), None) if item else None,
        "light": rows.light_of(one, clock),
        "clock": clock,
        "bar": rows.bar_of(one, clock),
        "state_words": rows.STATE_WORDS[one.state],
        "last_day": _last_day(one, at),
        "buttons": can or buttons.of_refusal(one, dispute, who, is_by_lists=by_lists),
    }
