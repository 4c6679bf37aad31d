"""The last look, and handing in: what is missing is linked; one key makes two clicks one case."""

from __future__ import annotations

import secrets
import uuid

from django.http import HttpRequest, HttpResponse

from tongban.channels.portal.views.apply import drafts
from tongban.channels.portal.views.apply.drafts import Draft
from tongban.channels.ui.access import person
from tongban.kernel import clock
from tongban.kernel.errors import N_, Failure
from tongban.services.cases import operations
from tongban.services.cases.errors import NotReady
from tongban.services.cases.types import CaseState

KEY = "the-key"
MSG_TICK = N_("请先勾选“以上内容属实”，再提交。")


@person
def check(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show everything once more with what is missing, or hand it in."""
    draft = drafts.open_draft(request, case_id)
    if request.method != "POST":
        return drafts.left(draft) or _shown(draft)
    if draft.application.case.state is CaseState.DRAFT and "true" not in request.POST:
        draft.problems["true"] = drafts.translated(request, MSG_TICK)
        return _shown(draft)
    try:
        operations.submit(
            case_id=case_id, idempotency_key=request.POST.get(KEY, "")[:80], by=draft.by, at=clock.now()
        )
    except Failure as failure:
        draft.say("whole", failure)
        return _shown(draft)
    return drafts.to(request, f"/cases/{case_id}/receipt")


def _shown(draft: Draft) -> HttpResponse:
    missing = draft.application.missing
    why_not = drafts.said(draft.request, NotReady(missing)) if missing else ""
    ways = [(drafts.translated(draft.request, one.sentence, **one.values), _way(draft, one.kind, one.item, one.code))
            for one in missing]  # fmt: skip
    key = draft.request.POST.get(KEY) or secrets.token_hex(16)
    return draft.page("portal/apply_check.html", "check", why_not=why_not, ways=ways, key=key)


def _way(draft: Draft, kind: str, item: str, code: str) -> str:
    if kind == "paper":
        return f"{draft.base}/materials#paper-{item}--{code}"
    page = draft.application.page_of(item, code)
    return f"{draft.base}/form/{page.number if page else 1}#{code}"


@person
def drop(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Ask whether to throw a draft away, or do it."""
    draft = drafts.open_draft(request, case_id)
    if closed := drafts.left(draft):
        return closed
    if request.method != "POST":
        return draft.page("portal/apply_drop.html", "")
    operations.withdraw(case_id=case_id, by=draft.by, at=draft.at)
    return drafts.to(request, "/cases")
