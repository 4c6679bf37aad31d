"""What the page of a case shows its applicant of rating it."""

from __future__ import annotations

import datetime as dt

from tongban.kernel import clock
from tongban.kernel.errors import Failure
from tongban.kernel.types import Actor
from tongban.oversight.ratings import models
from tongban.oversight.ratings.queries import records
from tongban.oversight.ratings.rules import rating
from tongban.oversight.ratings.types import FollowUpAct, Prompt
from tongban.oversight.ratings.unsealing import open_words
from tongban.services.cases import queries as cases
from tongban.services.cases.types import Case


def prompt(case: Case, *, by: Actor, at: dt.datetime | None = None) -> Prompt:
    """Return what the case's page shows its applicant: the rating and its answer, or until when to rate."""
    moment = at or clock.now()
    if case.state not in rating.RATED:
        return Prompt(None, may_rate=False, until=None)
    row = models.Rating.objects.filter(case_id=case.id).first()
    if row is not None:
        return Prompt(records.rating(row), may_rate=False, until=None, answer=_answer(row))
    ended = ended_on(case)
    try:
        right = cases.right_to(case, by=by, at=moment)
        rating.check_may_rate(case.state, right, ended, rating.day_of(moment))
    except Failure:
        return Prompt(None, may_rate=False, until=None)
    return Prompt(None, may_rate=True, until=rating.until(ended))


def ended_on(case: Case) -> dt.date:
    """Return the day on which the office had said what it had to say; its beginning while it has not."""
    return rating.day_of(case.closed_at or case.decided_at or case.received_at or case.started_at)


def _answer(row: models.Rating) -> str:
    """Return what the department last said of a bad rating."""
    notes = models.Note.objects.filter(follow_up__rating=row, act=FollowUpAct.ANSWER.value)
    last = notes.order_by("-at", "-id").first()
    return open_words(last.text) if last else ""
