"""What is told in writing: the receipt on the spot, the letters of the office word for word."""

from __future__ import annotations

import io
import uuid
from collections.abc import Sequence
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from markupsafe import Markup

from tongban.channels.portal.presenters import cases as presenter
from tongban.channels.portal.views.apply import drafts
from tongban.channels.ui import papers
from tongban.channels.ui.access import person
from tongban.channels.ui.errors import not_found
from tongban.channels.ui.pages import reader_of, render, root
from tongban.kernel import clock
from tongban.services.approvals import queries as approvals
from tongban.services.cases import queries
from tongban.services.cases.types import Case
from tongban.services.catalogue import queries as catalogue
from tongban.services.licences import operations as licence_operations
from tongban.services.licences import queries as licences


@person
def receipt(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show the receipt: the number, the code that lets anyone ask how far it is, what comes next by when."""
    by = drafts.actor(request)
    found = queries.receipt(case_id, by=by, at=clock.now())
    return render(
        request,
        "portal/receipt.html",
        keep=False,
        receipt=found,
        number=queries.spaced(found.number),
        service=drafts.service_name(request, found.service, found.service_name),
        item_names=drafts.item_names(request, found.items),
        department_names=presenter.department_names(
            catalogue.departments().values(), reader_of(request).language
        ),
        qr=qr_of(f"{root(request)}{reader_of(request).prefix}/progress?number={found.number}"),
        given=[one for one in found.materials if one.state != "exempt"],
        spared=[one for one in found.materials if one.state == "exempt"],
    )


def qr_of(address: str) -> Markup:
    """Return a code that opens an address, as a picture without colours of its own."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out,
        kind="svg",
        scale=4,
        border=2,
        xmldecl=False,
        svgns=True,
        omitsize=True,
        svgclass="qr-code",
        lineclass=None,
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn here from digits and our own address


@person
def receipt_pdf(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Send the receipt as one page of PDF."""
    found = queries.receipt(case_id, by=drafts.actor(request), at=clock.now())
    answer = HttpResponse(papers.receipt_pdf(found, root(request)), "application/pdf")
    answer["Content-Disposition"] = f'inline; filename="receipt-{found.number}.pdf"'
    return answer


@person
def licence_pdf(request: HttpRequest, case_id: uuid.UUID, licence: uuid.UUID) -> HttpResponse:
    """Send the sealed page of a licence that this case gave."""
    by, at = drafts.actor(request), clock.now()
    queries.get_case(case_id, by=by, at=at)
    if all(one.id != licence for one in licences.licences_of_case(case_id, at=at)):
        return not_found(request)
    page = licence_operations.open_page(id=licence, by=by, purpose="own-licence", at=at)
    answer = HttpResponse(page, "application/pdf")
    answer["Content-Disposition"] = f'inline; filename="licence-{licence}.pdf"'
    return answer


@person
def branch_letter(request: HttpRequest, case_id: uuid.UUID, number: int) -> HttpResponse:
    """Show what a department told in writing, word for word."""
    by, at = drafts.actor(request), clock.now()
    case = queries.get_case(case_id, by=by, at=at)
    return _letter(request, case, approvals.letters(case_id), number)


@person
def letter(request: HttpRequest, case_id: uuid.UUID, number: int) -> HttpResponse:
    """Show a letter of the office word for word, with the seal it carries."""
    by, at = drafts.actor(request), clock.now()
    case = queries.get_case(case_id, by=by, at=at)
    return _letter(request, case, queries.letters(case_id, by=by, at=at), number)


def _letter(request: HttpRequest, case: Case, found: Sequence[Any], number: int) -> HttpResponse:
    if not 1 <= number <= len(found):
        return not_found(request)
    return render(
        request,
        "portal/case_letter.html",
        keep=False,
        letter=found[number - 1],
        case=case,
        service=drafts.service_name(request, case.service, case.service_name),
    )
