"""Parts of the queue that one comes back to: saved under a name, forgotten again."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongban.channels.desk import asked
from tongban.channels.desk.views import queue
from tongban.channels.ui import typed
from tongban.channels.ui.access import staff
from tongban.channels.ui.pages import reader_of
from tongban.kernel import clock
from tongban.kernel.errors import Failure
from tongban.kernel.language import translate
from tongban.services.approvals import operations as approvals


@staff(*queue.DUTIES)
def save(request: HttpRequest) -> HttpResponse:
    """Save what the queue shows now under a name; show the queue with the reason where that is not possible."""
    wanted, reader = asked.read(request.GET), reader_of(request)
    query = wanted.query(page=1, place=0)
    if request.method == "POST":
        name = typed.read(request).get("name")
        try:
            approvals.save_filter(name=name, query=query, by=request.who.actor, at=clock.now())  # type: ignore[attr-defined]
        except Failure as failure:
            said = translate(failure.sentence, reader.language).format(**failure.values)
            return queue.show(request, wanted, (queue.Left("", said),))
    return HttpResponseRedirect(reader.prefix + wanted.address("/desk", page=1, place=0), status=303)


@staff(*queue.DUTIES)
def forget(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Forget a filter of one's own."""
    if request.method == "POST":
        approvals.forget_filter(id=id, by=request.who.actor)  # type: ignore[attr-defined]
    return HttpResponseRedirect(f"{reader_of(request).prefix}/desk", status=303)
