"""Filling in: one matter a page, saved as one types and by each “next”; what a register says can be disputed."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongban.channels.portal import typed
from tongban.channels.portal.presenters import apply as presenter
from tongban.channels.portal.presenters.apply import FormPage
from tongban.channels.portal.views.apply import drafts
from tongban.channels.portal.views.apply.drafts import Draft
from tongban.channels.ui.access import person
from tongban.channels.ui.errors import not_found
from tongban.channels.ui.pages import render
from tongban.kernel import clock
from tongban.kernel.errors import N_, Failure, Invalid
from tongban.services.cases import operations
from tongban.services.cases.types import Saved
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.types import DataElement

MSG_ACTUAL = N_("请写下实际是什么。")
SEEN = "the-version"


@person
def resume(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Go on where something is missing, on whatever device."""
    draft = drafts.open_draft(request, case_id)
    return drafts.left(draft) or draft.go(presenter.first_open(draft.application))


@person
def form_page(request: HttpRequest, case_id: uuid.UUID, number: int) -> HttpResponse:
    """Show one matter of the form, or take what was written there and go where one wanted to."""
    draft = drafts.open_draft(request, case_id)
    page = draft.application.page(number)
    if closed := drafts.left(draft):
        return closed
    if page is None:
        return not_found(request)
    if request.method != "POST":
        return _shown(draft, page)
    raw = _typed(request, page)
    _save(draft, page, raw)
    draft = _read_again(draft)
    go = request.POST.get("go", "next")
    kept = draft.application.page(number) or page
    if go == "next":
        _say_missing(draft, kept)
    if draft.problems:
        return _shown(draft, kept, raw)
    return _gone(draft, kept, go)


def _shown(draft: Draft, page: FormPage, raw: dict[str, str] | None = None, **more: Any) -> HttpResponse:
    return draft.page(
        "portal/apply_form.html",
        f"form/{page.number}",
        page=page,
        raw=raw or {},
        **{"typed_actual": "", "typed_grounds": "", "dispute": draft.request.GET.get("dispute", "")[:80]}
        | more,
    )


def _typed(request: HttpRequest, page: FormPage) -> dict[str, str]:
    """Return what the browser sent for the fields of this page; a box that was not there is not emptied."""
    codes = [ask.code for ask in page.asks] + [row.code for row in page.editable]
    return {code: request.POST[code][: typed.LONGEST * 2] for code in codes if code in request.POST}


def _save(draft: Draft, page: FormPage, raw: dict[str, str]) -> Saved | None:
    """Save what can be read, and note what can not: a mistake in one field loses nothing of the others."""
    elements: dict[str, DataElement] = {ask.code: ask.element for ask in page.asks}
    elements |= {row.code: row.element for row in page.editable}
    values = {}
    for code, text in raw.items():
        try:
            values[code] = typed.read(elements[code], text)
        except Invalid as failure:
            draft.say(code, failure)
    try:
        return operations.save_fields(
            case_id=draft.id, values=values, seen=_version(draft.request), by=draft.by, at=draft.at
        )
    except Failure as failure:
        draft.say(str(failure.values.get("field", "")), failure)
        return None


def _version(request: HttpRequest) -> int | None:
    seen = request.POST.get(SEEN, "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else None


def _read_again(draft: Draft) -> Draft:
    after = drafts.open_draft(draft.request, draft.id)
    after.problems.update(draft.problems)
    return after


def _say_missing(draft: Draft, page: FormPage) -> None:
    here = {ask.code for ask in page.asks}
    for one in draft.application.missing:
        if one.kind == "field" and one.code in here and one.code not in draft.problems:
            draft.say(one.code, Invalid("case-field-missing", one.sentence, **one.values))


def _gone(draft: Draft, page: FormPage, go: str) -> HttpResponse:
    if go == "later":
        return drafts.to(draft.request, "/cases?saved=1")
    paths = [one.path for one in presenter.steps(draft.application, "")]
    here = paths.index(f"form/{page.number}")
    if go in paths:
        return draft.go(go)
    return draft.go(paths[max(0, here - 1)] if go == "back" else paths[min(here + 1, len(paths) - 1)])


@person
def save(request: HttpRequest, case_id: uuid.UUID, number: int) -> HttpResponse:
    """Save while somebody types, and say so in a line; what is still wrong is said at “next”."""
    draft = drafts.open_draft(request, case_id)
    page = draft.application.page(number)
    if request.method != "POST" or page is None:
        return not_found(request)
    saved = _save(draft, page, _typed(request, page))
    elements = catalogue.elements()
    english = draft.request.path.startswith("/en/")
    elsewhere = [
        presenter.named(elements[code], english)
        for code in (saved.changed_elsewhere if saved else {})
        if code in elements
    ]
    return render(
        request, "portal/apply_saved.html", keep=False, saved=saved, at=clock.now(), elsewhere=elsewhere,
        problems=draft.problems,
    )  # fmt: skip


@person
def dispute(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Say that a register is wrong; what is actual is used here and the register's keeper is asked."""
    draft = drafts.open_draft(request, case_id)
    code = request.POST.get("field", "")[:80]
    page = next((one for one in draft.application.pages if any(row.code == code for row in one.filled)), None)
    if number := request.POST.get("page", ""):
        page = draft.application.page(int(number)) if number.isdecimal() and len(number) < 4 else page
    element = catalogue.elements().get(code)
    if request.method != "POST" or page is None or element is None:
        return not_found(request)
    actual, grounds = (
        request.POST.get("actual", ""),
        request.POST.get("grounds", "").replace("\x00", "")[:1000],
    )
    try:
        value = typed.read(element, actual)
        if value is None:
            raise Invalid("dispute-empty", MSG_ACTUAL)
        operations.dispute_value(
            case_id=case_id, field=code, actual=value, grounds=grounds, by=draft.by, at=draft.at
        )
    except Failure as failure:
        draft.say(f"actual-{code}", failure)
        return _shown(draft, page, typed_actual=actual, typed_grounds=grounds, dispute=code)
    return draft.go(f"form/{page.number}", f"row-{code}")
