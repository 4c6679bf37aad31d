"""Papers: what need not be brought, what is given, taken back, or replaced by a signed commitment."""

from __future__ import annotations

import datetime as dt
import uuid
from urllib.parse import quote

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from tongban.channels.portal.presenters.apply import key_of
from tongban.channels.portal.views.apply import drafts
from tongban.channels.portal.views.apply.drafts import Draft
from tongban.channels.portal.views.cases import looking, supplementing
from tongban.channels.ui.access import person
from tongban.channels.ui.errors import not_found
from tongban.foundation.documents import operations as documents
from tongban.foundation.documents import queries as stored
from tongban.foundation.documents.types import Kind
from tongban.kernel.errors import N_, Failure, Invalid
from tongban.services.cases import operations, queries
from tongban.services.cases.types import CaseMaterial, CaseState, MaterialState

PURPOSE = "case-material"
SHOWN = frozenset({Kind.PDF, Kind.PNG, Kind.JPEG})
MSG_NO_FILE = N_("还没有选文件。请先选一张照片或者一个 PDF，再点“上传”。")
MSG_DAY = N_("请写下哪天交，比如 2026-03-01。")
LOOKS = 6
"""So often the page looks by itself; then the reader does."""
ONE_DAY = dt.timedelta(days=1)
MSG_TICK = N_("请先勾选“我已经看过上面的内容，自愿承诺”，再签字。")


@person
def materials(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show the papers: those that need not be brought first. What departments have is asked of them meanwhile."""
    draft = drafts.open_draft(request, case_id)
    if gone := drafts.left(draft):
        return gone
    is_waiting = any(one.is_under_way for one in draft.application.papers.spared)
    return draft.go("materials") if is_waiting and _obtained(draft) else _shown(draft)


def _obtained(draft: Draft) -> bool:
    district = draft.application.case.district
    return operations.obtain_papers(
        case_id=draft.id, issue=str(draft.id), district=district, by=draft.by, at=draft.at
    )


def _shown(draft: Draft) -> HttpResponse:
    open_ones = [one for one in draft.application.papers.needed if one.is_open]
    committing = {(one.item, one.code): None for one in open_ones if one.kind == "commitment"}
    texts = queries.commitment_texts(draft.id, wanted=committing, by=draft.by, at=draft.at)
    until = _until(draft)
    following = {(one.item, one.code): until for one in open_ones if one.may_follow}
    promises = queries.commitment_texts(draft.id, wanted=following, by=draft.by, at=draft.at)
    today = draft.at.date()
    return draft.page(
        "portal/apply_materials.html", "materials", texts=texts, promises=promises, until=until, key_of=key_of,
        later=draft.request.GET.get("later", ""), look=_looks(draft), looks=LOOKS, first=today + ONE_DAY, last=today + queries.LATEST,
    )  # fmt: skip


def _looks(draft: Draft) -> int:
    """Return how often this page has looked by itself whether papers have come."""
    said = draft.request.GET.get("look", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 3 else 0


def _until(draft: Draft) -> dt.date:
    """Return the day that a promise on the page names: the one asked for, if it may be, else the usual one."""
    today = draft.at.date()
    try:
        wanted = dt.date.fromisoformat(draft.request.GET.get("until", ""))
    except ValueError:
        wanted = today
    return wanted if today < wanted <= today + queries.LATEST else today + queries.USUAL


def _paper(draft: Draft) -> CaseMaterial | None:
    wanted = draft.request.POST.get("paper", "")
    return next((one for one in draft.application.case.materials if key_of(one) == wanted), None)


@person
def give(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Take an uploaded file as a paper, or an earlier upload again."""
    draft = drafts.open_draft(request, case_id)
    paper = _paper(draft)
    if request.method != "POST" or paper is None:
        return not_found(request)
    try:
        document, name = _document(draft, paper)
        is_promised = (
            paper.state is MaterialState.LATER and draft.application.case.state is not CaseState.DRAFT
        )
        bring = operations.bring_promised if is_promised else operations.attach
        bring(
            case_id=case_id, item=paper.item, material=paper.code, document=document, name=name,
            by=draft.by, at=draft.at,
        )  # fmt: skip
    except Failure as failure:
        return _refused(draft, paper, failure)
    return _back(draft, paper)


def _document(draft: Draft, paper: CaseMaterial) -> tuple[uuid.UUID, str]:
    if "again" in draft.request.POST and paper.offered is not None:
        return paper.offered, paper.offered_name
    found = draft.request.FILES.get("file")
    if not isinstance(found, UploadedFile):
        raise Invalid("upload-empty", MSG_NO_FILE)
    stored_one = documents.store(
        data=found.read(), name=found.name or paper.name, purpose=PURPOSE,
        owner=draft.application.case.applicant, by=draft.by, at=draft.at,
    )  # fmt: skip
    return stored_one.id, stored_one.name


@person
def take(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Take a given paper back."""
    draft = drafts.open_draft(request, case_id)
    paper = _paper(draft)
    if request.method != "POST" or paper is None:
        return not_found(request)
    try:
        operations.detach(case_id=case_id, item=paper.item, material=paper.code, by=draft.by, at=draft.at)
    except Failure as failure:
        return _refused(draft, paper, failure)
    return _back(draft, paper)


@person
def sign(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Sign the commitment that was shown."""
    draft = drafts.open_draft(request, case_id)
    paper = _paper(draft)
    if request.method != "POST" or paper is None:
        return not_found(request)
    try:
        if "agree" not in request.POST:
            raise Invalid("commitment-not-ticked", MSG_TICK)
        until = dt.date.fromisoformat(sent) if (sent := request.POST.get("until", "")) else None
        operations.sign_commitment(
            case_id=case_id, item=paper.item, material=paper.code, shown=request.POST.get("shown", "")[:64],
            until=until, by=draft.by, at=draft.at,
        )  # fmt: skip
    except ValueError:
        return _refused(draft, paper, Invalid("promise-day", MSG_DAY))
    except Failure as failure:
        return _refused(draft, paper, failure)
    return _back(draft, paper)


def _refused(draft: Draft, paper: CaseMaterial, failure: Failure) -> HttpResponse:
    draft.say(key_of(paper), failure)
    came_from = draft.request.POST.get("from")
    if came_from == "case":
        return supplementing.shown(draft.request, draft.id, draft.problems, status=draft.status)
    if came_from == "promise":
        return looking.shown(draft.request, draft.id, draft.problems, status=draft.status)
    return _shown(draft)


def _back(draft: Draft, paper: CaseMaterial) -> HttpResponse:
    if draft.request.POST.get("from") == "case":
        return drafts.to(draft.request, f"/cases/{draft.id}/supplement#paper-{key_of(paper)}")
    if draft.request.POST.get("from") == "promise":
        return drafts.to(draft.request, f"/cases/{draft.id}?brought=1#papers")
    return draft.go("materials", f"paper-{key_of(paper)}")


@person
def file(request: HttpRequest, case_id: uuid.UUID, document: uuid.UUID) -> HttpResponse:
    """Send a file of this case to who may see the case."""
    draft = drafts.open_draft(request, case_id)
    papers = draft.application.case.materials
    paper = next((one for one in papers if document in (one.document, one.offered)), None)
    if paper is None:
        return not_found(request)
    kind, data = stored.get(document).kind, stored.read(document, by=draft.by, purpose=PURPOSE, at=draft.at)
    answer = HttpResponse(data, kind.media_type)
    shown = "inline" if kind in SHOWN else "attachment"
    name = paper.document_name or paper.offered_name or paper.name
    answer["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(name)}"
    return answer
