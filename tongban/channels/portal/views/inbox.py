"""What one was told: one's own messages and those of the companies one represents."""

from __future__ import annotations

import datetime as dt
import uuid

from django.http import HttpRequest, HttpResponse

from tongban.channels.portal.views.apply import drafts
from tongban.channels.ui.access import person
from tongban.channels.ui.pages import reader_of, render
from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.types import ActingFor
from tongban.foundation.messages import operations, queries
from tongban.foundation.messages.errors import NoSuchMessage
from tongban.kernel import clock
from tongban.kernel.types import Actor

MOST = 100
OWN = ("self", "representative")
"""A mandate or guardianship is for a matter, not for the principal's letters."""


@person
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the messages, newest first, or note that they were read."""
    by, at = drafts.actor(request), clock.now()
    boxes = _boxes(by, at)
    if request.method == "POST":
        _mark(request, boxes, at)
        return drafts.to(request, "/inbox")
    language = reader_of(request).language
    found = [(one, box) for box in boxes for one in queries.inbox(box.party, language=language, limit=MOST)]
    found.sort(key=lambda pair: pair[0].at, reverse=True)
    return render(
        request,
        "portal/inbox.html",
        keep=False,
        messages=found[:MOST],
        new=sum(one.read_at is None for one, _ in found),
        several=len(boxes) > 1,
    )


def _boxes(by: Actor, at: dt.datetime) -> list[ActingFor]:
    return [one for one in identity.acting_options(by.id, at=at) if one.via in OWN]


def _mark(request: HttpRequest, boxes: list[ActingFor], at: dt.datetime) -> None:
    wanted = request.POST.get("message", "")
    for box in boxes:
        if wanted == "all":
            operations.mark_all_read(owner=box.party, at=at)
            continue
        try:
            operations.mark_read(id=uuid.UUID(wanted), owner=box.party, at=at)
        except (NoSuchMessage, ValueError):
            continue
