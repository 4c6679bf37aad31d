"""Rating a case that has ended: the question on the case's page, and the same alone when an answer was wrong."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.portal.views.apply import drafts
from tongban.channels.ui.access import person
from tongban.channels.ui.pages import render
from tongban.kernel import clock
from tongban.kernel.errors import N_, Failure
from tongban.kernel.types import Actor
from tongban.oversight.ratings import operations, queries
from tongban.oversight.ratings.types import Level
from tongban.services.cases import queries as cases
from tongban.services.cases.types import Case

MOST_TYPED = 2000
MSG_LEVEL = N_("请先选一档：满意，还是不满意。")


def shown(case: Case, *, by: Actor, at: dt.datetime) -> dict[str, Any]:
    """Return what ``portal/parts/rating.html`` shows of a case to its applicant."""
    return {
        "rating": queries.prompt(case, by=by, at=at),
        "levels": [(level, queries.LEVEL_NAMES[level], queries.tags_of(level)) for level in Level],
        "longest_words": queries.LONGEST_WORDS,
        "said": {"level": "", "tags": (), "words": ""},
    }


@person
def rate(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Ask how it was, or keep the answer."""
    by, at = drafts.actor(request), clock.now()
    case = cases.get_case(case_id, by=by, at=at)
    problem = ""
    if request.method == "POST":
        problem = _keep(request, case, by, at)
        if not problem:
            return drafts.to(request, f"/cases/{case_id}#rating")
    said = {
        "level": request.POST.get("level"), "tags": request.POST.getlist("tag"), "words": _words(request),
    }  # fmt: skip
    return render(
        request,
        "portal/rating.html",
        status=422 if problem else 200,
        keep=False,
        case=case,
        problem=problem,
        service=drafts.service_name(request, case.service, case.service_name),
        **shown(case, by=by, at=at) | {"said": said},
    )


def _keep(request: HttpRequest, case: Case, by: Actor, at: dt.datetime) -> str:
    """Keep the answer; return the sentence that says why not."""
    level = next((one for one in Level if one.value == request.POST.get("level")), None)
    if level is None:
        return drafts.translated(request, MSG_LEVEL)
    under = {tag.code for tag in queries.tags_of(level)}
    # The page shows the words of one level; what was ticked under another before changing one's mind is dropped.
    codes = [code for code in request.POST.getlist("tag") if code in under]
    try:
        operations.rate(case_id=case.id, level=level, tag_codes=codes, words=_words(request), by=by, at=at)
    except Failure as failure:
        return drafts.said(request, failure)
    return ""


def _words(request: HttpRequest) -> str:
    return request.POST.get("words", "").replace("\x00", "").replace("\r\n", "\n")[:MOST_TYPED]


urls = [path("cases/<uuid:case_id>/rating", rate)]
