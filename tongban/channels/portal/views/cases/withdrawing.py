"""Taking an application back: asked once more, then done."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse

from tongban.channels.portal.views.apply import drafts
from tongban.channels.ui.access import person
from tongban.channels.ui.pages import render
from tongban.kernel import clock
from tongban.kernel.errors import Failure
from tongban.services.cases import operations, queries


@person
def withdraw(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Ask whether to take the application back, or do it."""
    by, at = drafts.actor(request), clock.now()
    case = queries.get_case(case_id, by=by, at=at)
    problem = ""
    reason = request.POST.get("reason", "").replace("\x00", "")[:500]
    if request.method == "POST":
        try:
            operations.withdraw(case_id=case_id, reason=reason, by=by, at=at)
            return drafts.to(request, f"/cases/{case_id}")
        except Failure as failure:
            problem = drafts.said(request, failure)
    return render(
        request,
        "portal/case_withdraw.html",
        status=422 if problem else 200,
        keep=False,
        case=case,
        reason=reason,
        problem=problem,
        service=drafts.service_name(request, case.service, case.service_name),
        number=queries.spaced(case.number) if case.number else "",
    )
