"""What members of staff were told: one inbox, shown at each of their desks, each message with a way to its matter."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongban.channels.ui.pages import reader_of, render
from tongban.channels.ui.working_day import frame
from tongban.foundation.messages import operations, queries
from tongban.foundation.messages.errors import NoSuchMessage
from tongban.foundation.messages.types import InboxMessage
from tongban.kernel import clock
from tongban.kernel.types import Subject

MOST = 100
ALL = "all"
MATTERS = {
    "data-request": "/data/requests/{}",
    "data-grant": "/data/grants/{}",
    "data-contest": "/data/contests/{}",
    "exchange-secrecy-of": "/data/secrecy?grant={}",
}
"""Where a matter opens, by its kind."""


def matter_of(one: InboxMessage) -> str:
    """Return where the matter of a message opens; empty where it has no page."""
    if one.case is not None:
        return f"/desk/cases/{one.case}"
    return MATTERS[one.about.kind].format(one.about.id) if one.about and one.about.kind in MATTERS else ""


def inbox(request: HttpRequest, template: str, here: str, **context: Any) -> HttpResponse:
    """Return the page of what somebody was told, or note that they have read it and go on to the matter."""
    owner = Subject("staff", request.who.staff.code)  # type: ignore[attr-defined]
    if request.method == "POST":
        return HttpResponseRedirect(reader_of(request).prefix + _read(request, owner, here), status=303)
    view = ALL if request.GET.get("view") == ALL else "new"
    language = reader_of(request).language
    found = queries.inbox(owner, language=language, limit=MOST, unread=view != ALL)
    return render(
        request, template, keep=False, section="inbox", here=here, chosen=view,
        messages=[(one, matter_of(one)) for one in found], most=MOST, **context, **frame(clock.now()),
    )  # fmt: skip


def _read(request: HttpRequest, owner: Subject, here: str) -> str:
    """Note what was read, and return where to go then."""
    wanted, at = request.POST.get("message", ""), clock.now()
    if wanted == ALL:
        operations.mark_all_read(owner=owner, at=at)
        return here
    try:
        operations.mark_read(id=uuid.UUID(wanted), owner=owner, at=at)
    except (NoSuchMessage, ValueError):  # an old page: there is nothing to note
        return here
    if request.POST.get("open") != "1":
        return here
    return next((matter_of(one) for one in queries.inbox(owner) if str(one.id) == wanted), "") or here
