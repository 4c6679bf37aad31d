"""Supplementing: exactly what the one notice asked for, each with the place to give it."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse

from tongban.channels.portal import typed
from tongban.channels.portal.presenters import apply as apply_presenter
from tongban.channels.portal.presenters import cases as presenter
from tongban.channels.portal.views.apply import drafts
from tongban.channels.ui.access import person
from tongban.channels.ui.pages import reader_of, render
from tongban.kernel import clock
from tongban.kernel.errors import Failure, Invalid
from tongban.services.cases import operations, queries
from tongban.services.cases.types import CaseState, Letter
from tongban.services.catalogue import queries as catalogue


@person
def supplement(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show what is asked for, save what is filled in, or hand the supplement in."""
    by = drafts.actor(request)
    case = queries.get_case(case_id, by=by, at=clock.now())
    if case.state is not CaseState.SUPPLEMENT:
        return drafts.to(request, f"/cases/{case_id}")
    problems: dict[str, str] = {}
    if request.method == "POST":
        _save(request, case_id, problems)
        if not problems and request.POST.get("go") == "hand-in":
            try:
                operations.supplement(case_id=case_id, by=by, at=clock.now())
                return drafts.to(request, f"/cases/{case_id}?supplemented=1")
            except Failure as failure:
                problems["whole"] = drafts.said(request, failure)
        elif not problems:
            return drafts.to(request, f"/cases/{case_id}/supplement")
    return shown(request, case_id, problems)


def _save(request: HttpRequest, case_id: uuid.UUID, problems: dict[str, str]) -> None:
    elements, values = catalogue.elements(), {}
    for name in request.POST:
        code = name.removeprefix("field-")
        if code == name or code not in elements:
            continue
        try:
            values[code] = typed.read(elements[code], request.POST[name])
        except Invalid as failure:
            problems[name] = drafts.said(request, failure)
    if not values:
        return
    try:
        operations.save_fields(case_id=case_id, values=values, by=drafts.actor(request), at=clock.now())
    except Failure as failure:
        problems[f"field-{failure.values.get('field', '')}"] = drafts.said(request, failure)


def shown(
    request: HttpRequest, case_id: uuid.UUID, problems: dict[str, str], *, status: int = 422
) -> HttpResponse:
    """Return the page of the supplement."""
    by, at = drafts.actor(request), clock.now()
    case = queries.get_case(case_id, by=by, at=at)
    letters = queries.letters(case_id, by=by, at=at)
    found = next(((n, one) for n, one in enumerate(letters, 1) if one.kind is Letter.NOTICE), (0, None))
    english = reader_of(request).language == "en"
    wanted = presenter.demands(case, found[1], catalogue.elements(), english=english) if found[1] else ()
    committing = {
        (one.material.item, one.material.code): None
        for one in wanted
        if one.material is not None and one.material.kind == "commitment"
    }
    texts = queries.commitment_texts(case_id, wanted=committing, by=by, at=at)
    return render(
        request,
        "portal/case_supplement.html",
        status=status if problems else 200,
        keep=False,
        case=case,
        notice=found[1],
        notice_number=found[0],
        demands=wanted,
        texts=texts,
        problems=problems,
        raw={name: request.POST[name] for name in request.POST} if problems else {},
        key_of=apply_presenter.key_of,
        yes_no=apply_presenter.YES_NO,
        item_names=drafts.item_names(request, case.items),
        service=drafts.service_name(request, case.service, case.service_name),
        number=queries.spaced(case.number) if case.number else "",
    )
