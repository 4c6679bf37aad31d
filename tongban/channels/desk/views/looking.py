"""Looking inside: a paper's preview and content, a number in full for sixty seconds."""

from __future__ import annotations

import uuid
from dataclasses import replace
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongban.channels.desk import asked
from tongban.channels.desk.presenters import facts, papers
from tongban.channels.desk.views import case as screen
from tongban.channels.ui import typed
from tongban.channels.ui.access import staff
from tongban.channels.ui.pages import reader_of, render
from tongban.channels.ui.working_day import frame
from tongban.foundation.documents import queries as documents
from tongban.foundation.documents.errors import NoSuchDocument
from tongban.foundation.documents.types import Kind
from tongban.kernel.errors import N_, Failure, NotFound
from tongban.kernel.language import translate
from tongban.services.cases import operations as cases
from tongban.services.catalogue import queries as catalogue

IN_PLACE = {Kind.PDF, Kind.PNG, Kind.JPEG}
POLICY = (
    "default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
PURPOSES = {"identity": N_("核对身份"), "letter": N_("制作文书"), "other": N_("其他")}
MSG_FACT = N_("没有这一项可以查看。")


@staff()
def preview(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show one paper of a case, alone for HTMX, else on the whole screen."""
    one = screen.opened(request, case_id)
    if not request.headers.get("HX-Request"):
        return screen.show(request, one)
    found = screen.papers_of(one)
    chosen = papers.chosen(found, request.GET.get("paper", ""))
    return render(
        request, "desk/parts/preview.html", keep=False, one=one, case=one.case, paper=chosen, papers=found,
        asked=asked.read(request.GET), branch=one.branch, **screen.inside(one, chosen),
    )  # fmt: skip


@staff()
def content(request: HttpRequest, case_id: uuid.UUID, document: uuid.UUID) -> HttpResponse:
    """Send the content of a paper of this case that the post may see; the reading is on the ledger."""
    one = screen.opened(request, case_id)
    found = screen.papers_of(one).papers
    if not any(paper.material.document == document and paper.is_open for paper in found):
        raise NoSuchDocument
    known = documents.get(document)
    data = documents.read(document, by=one.by, purpose=f"{screen.PURPOSE} {one.case.number}", at=one.at)
    response = HttpResponse(data, known.kind.media_type)
    place = "inline" if known.kind in IN_PLACE and "save" not in request.GET else "attachment"
    response["Content-Disposition"] = f"{place}; filename*=UTF-8''{quote(known.name)}"
    response["Content-Security-Policy"] = POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


@staff()
def unmask(request: HttpRequest, case_id: uuid.UUID, code: str) -> HttpResponse:
    """Ask for purpose and law in place, then show a number in full for sixty seconds."""
    one = screen.opened(request, case_id)
    fact = facts.find(one.case, code, catalogue.elements())
    if fact is None or not fact.can_be_unmasked:
        raise NotFound("fact-unknown", MSG_FACT)
    form, wrong = typed.read(request), ""
    if request.method == "POST":
        try:
            full = _unmask(one, fact, form)
        except Failure as failure:
            wrong = translate(failure.sentence, reader_of(request).language).format(**failure.values)
        else:
            if not request.headers.get("HX-Request"):
                return _back(request, one, code)
            return _row(request, one, replace(fact, full=full))
    return _row(request, one, fact, form=form, wrong=wrong, asks="keep" not in request.GET)


def _unmask(one: screen.Open, fact: facts.Fact, form: typed.Typed) -> str:
    purpose = form.get("purpose")
    said = PURPOSES[purpose] if purpose in ("identity", "letter") else form.get("other")
    return cases.unmask_value(
        case_id=one.case.id, field=fact.code, name=fact.name, law=form.get("law"), by=one.access, at=one.at,
        purpose=f"{said}（{one.case.number}）" if said else "",
    )  # fmt: skip


def _row(
    request: HttpRequest, one: screen.Open, fact: facts.Fact, *, form: typed.Typed | None = None, wrong: str = "",
    asks: bool = False,
) -> HttpResponse:  # fmt: skip
    basis = one.item.basis[0] if one.item and one.item.basis else None
    law = f"{basis.law} {basis.article or ''}".strip() if basis else "行政许可法 34"
    template = "desk/parts/unmask.html" if request.headers.get("HX-Request") else "desk/unmask.html"
    return render(
        request, template, keep=False, status=422 if wrong else 200, one=one, case=one.case, fact=fact,
        form=form or typed.Typed(), wrong=wrong, asks=asks, law=law, purposes=PURPOSES, branch=one.branch,
        asked=asked.read(request.GET), can_unmask=one.access.may("unmask"), section="case", **frame(one.at),
    )  # fmt: skip


def _back(request: HttpRequest, one: screen.Open, code: str) -> HttpResponse:
    branch = f"&branch={one.branch.id}" if one.branch else ""
    query = asked.read(request.GET).query()
    address = f"/desk/cases/{one.case.id}?shown={quote(code)}{branch}{'&' + query if query else ''}"
    return HttpResponseRedirect(reader_of(request).prefix + address, status=303)
