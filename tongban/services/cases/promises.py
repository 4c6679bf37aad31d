"""Papers promised for a later day (容缺后补): a reminder before it, a word when it has passed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.foundation.messages.types import Template
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.clock import SHANGHAI
from tongban.services.cases import models, tellings
from tongban.services.cases.queries.headlines import headline
from tongban.services.cases.rules import clocks
from tongban.services.cases.types import CaseState, MaterialState

DUE_TIMER, MISSED_TIMER = "case.paper_due", "case.paper_missed"
REMIND_BEFORE = dt.timedelta(days=3)
"""A reading: nothing says when one is reminded."""
AT_HOUR = dt.time(9)
ENDED = (CaseState.DRAFT, CaseState.WITHDRAWN, CaseState.TERMINATED, CaseState.NOT_ACCEPTED)


def watch(paper: models.Material, until: dt.date, *, at: dt.datetime) -> None:
    """Set both timers of a promise, in the caller's transaction."""
    remind = dt.datetime.combine(until - REMIND_BEFORE, AT_HOUR, SHANGHAI)
    payload = {"paper": str(paper.id)}
    outbox.schedule(DUE_TIMER, max(remind, at), payload, key=_key(DUE_TIMER, paper.id))
    outbox.schedule(MISSED_TIMER, clocks.end_of(until), payload, key=_key(MISSED_TIMER, paper.id))


def forget(paper: models.Material) -> None:
    """Call both timers off: the paper has come in."""
    for name in (DUE_TIMER, MISSED_TIMER):
        outbox.cancel(_key(name, paper.id))


def _key(name: str, paper: uuid.UUID) -> str:
    return f"{name}:{paper}"


def due(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Remind of a paper that was promised and has not come."""
    _tell(payload, tellings.PAPER_DUE, at)


def missed(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Tell that the day has passed, and what may follow."""
    _tell(payload, tellings.PAPER_MISSED, at)


def _tell(payload: Mapping[str, Any], template: Template, at: dt.datetime) -> None:
    paper = models.Material.objects.select_related("case").get(id=payload["paper"])
    if paper.state == MaterialState.LATER and paper.case.state not in ENDED:
        tellings.tell(headline(paper.case_id), template, at, paper=paper.name, due_on=paper.due_on)
