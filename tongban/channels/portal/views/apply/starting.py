"""Beginning: what it takes, for whom, in which district, with which answers."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict

from tongban.channels.portal import asked
from tongban.channels.portal.presenters import bundle as bundle_presenter
from tongban.channels.portal.presenters import guide as guide_presenter
from tongban.channels.portal.views.apply import drafts
from tongban.channels.ui.access import person
from tongban.channels.ui.frame import frame
from tongban.channels.ui.pages import reader_of, render
from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.types import ActingFor
from tongban.kernel import clock
from tongban.kernel.conditions import Answer
from tongban.kernel.errors import N_, Failure, Invalid
from tongban.kernel.language import translate
from tongban.kernel.types import Subject
from tongban.services.bundles import queries as bundles
from tongban.services.bundles.types import Bundle, BundleQuestion
from tongban.services.cases import operations
from tongban.services.cases import queries as cases
from tongban.services.catalogue import queries as catalogue

PARTY, DISTRICT, KEY, SITUATION = "the-party", "the-district", "the-key", "the-situation"
"""Names of our own fields; a question's code has no hyphen, so they never meet."""
MSG_FOR_WHOM = N_("请选一下为谁办。")
OF_PARTY = ("acting", "case-not-for", "case-only-for")
"""How codes of failures begin that are about for whom one applies."""
YES, NO = N_("是"), N_("否")
VIA = {
    "self": N_("本人"),
    "representative": N_("您是法定代表人（负责人）"),
    "mandate": N_("受委托"),
    "guardian": N_("您是监护人"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """Somebody one may apply for; ``why_not`` is the rule's own sentence where one may not, here."""

    value: str
    right: ActingFor
    words: str
    why_not: str


@dataclass(frozen=True, slots=True)
class Other:
    """An answer with which one could begin in one's own name."""

    question: BundleQuestion
    label: str
    english: str
    address: str


@person
def of_bundle(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for whom a bundle is applied for, or begin the draft."""
    published = bundles.get_bundle(code)
    found = published.bundle
    sent = request.POST if request.method == "POST" else request.GET
    raw = {one.code: asked.text(sent, one.code, most=40) for one in found.questions}
    good, wrong = bundles.read_answers(found, raw)
    language = reader_of(request).language
    compiled = bundles.compiled(found, good, language)
    items = tuple(one.item for one in compiled.items if one.applies)
    problems = {name: translate(one.sentence, language, **one.values) for name, one in wrong.items()}
    service = Subject("bundle", code)
    if request.method == "POST" and "the-look" not in sent:
        started = _start(request, service, items, problems, answers=good)
        if started is not None:
            return started
    options = tuple(_options(request, service, items, good))
    nobody = all(one.why_not for one in options)
    return _page(
        request, service, options, problems,
        others=tuple(_others(found, service, good, raw)) if nobody else (),
        name=drafts.service_name(request, service, found.name),
        icon_name=found.icon,
        questions=bundle_presenter.present(found, compiled).answered,
        raw={name: raw[name] for name in wrong},
        figures=compiled.after,
        situations=(), situation="",
        back=asked.address(f"/bundles/{code}", {name: text for name, text in raw.items() if text}),
    )  # fmt: skip


@person
def of_item(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for whom an item is applied for, or begin the draft."""
    item = catalogue.get_item(code).item
    sent = request.POST if request.method == "POST" else request.GET
    situations = {one.code: one for one in item.situations}
    name = SITUATION if request.method == "POST" else "situation"
    situation = asked.choice(sent, name, situations, default=next(iter(situations), ""))
    problems: dict[str, str] = {}
    service = Subject("item", code)
    if request.method == "POST":
        started = _start(request, service, (code,), problems, situation=situation)
        if started is not None:
            return started
    return _page(
        request, service, tuple(_options(request, service, (code,), {})), problems,
        others=(),
        name=drafts.service_name(request, service, item.name),
        icon_name="file-text", questions=(), raw={}, figures=None,
        guide=guide_presenter.present(item, situation),
        situations=item.situations, situation=situation,
        back=f"/items/{code}",
    )  # fmt: skip


def _start(
    request: HttpRequest, service: Subject, items: tuple[str, ...], problems: dict[str, str], **more: Any
) -> HttpResponse | None:
    """Begin the draft and go to its form; None, with what is wrong, when it could not be begun."""
    try:
        party = _party(request.POST)
    except Invalid as failure:
        problems[PARTY] = drafts.said(request, failure)
    if problems:
        return None
    try:
        case_id = operations.start(
            service=service, applicant=party, district=_district(request, request.POST),
            key=request.POST.get(KEY, "")[:80] or None, by=drafts.actor(request), at=clock.now(), **more,
        )  # fmt: skip
    except Failure as failure:
        problems[PARTY if failure.code.startswith(OF_PARTY) else "whole"] = drafts.said(request, failure)
        return None
    return drafts.to(request, f"/apply/{case_id}")


def _party(sent: QueryDict) -> Subject:
    kind, _, id = sent.get(PARTY, "").partition(":")
    if kind not in ("person", "company") or not 1 <= len(id) <= 60:
        raise Invalid("apply-for-whom", MSG_FOR_WHOM)
    return Subject(kind, id)


def _district(request: HttpRequest, sent: Mapping[str, str]) -> str:
    known = {one.code for one in frame().districts}
    wanted = sent.get(DISTRICT, reader_of(request).district)
    return wanted if wanted in known else ""


def _page(
    request: HttpRequest,
    service: Subject,
    options: tuple[Option, ...],
    problems: dict[str, str],
    **values: Any,
) -> HttpResponse:
    by = drafts.actor(request)
    allowed = [one.value for one in options if not one.why_not]
    chosen = request.POST.get(PARTY, "")
    return render(
        request,
        "portal/apply_start.html",
        status=422 if problems else 200,
        keep=False,
        guide=values.pop("guide", None),
        service=service,
        options=options,
        nobody=not allowed,
        chosen=chosen if chosen in allowed else allowed[0] if len(allowed) == 1 else "",
        district=_district(request, request.POST if request.method == "POST" else request.GET),
        key=request.POST.get(KEY) or secrets.token_hex(16),
        begun=[one for one in cases.drafts_of(by) if one.service == service],
        problems=problems,
        fields={"party": PARTY, "district": DISTRICT, "key": KEY, "situation": SITUATION},
        via=VIA,
        **values,
    )


def _options(
    request: HttpRequest, service: Subject, items: Iterable[str], answers: Mapping[str, Answer]
) -> Iterator[Option]:
    by, at = drafts.actor(request), clock.now()
    for right in identity.acting_options(by.id, at=at):
        why_not = ""
        try:
            cases.check_audience(service, right.party.kind, answers=answers)
            if (beyond := next((item for item in items if not right.covers(item)), None)) is not None:
                identity.acting_for(by.id, right.party, item=beyond, at=at)  # raises, with the sentence
        except Failure as failure:
            why_not = drafts.said(request, failure)
        yield Option(f"{right.party.kind}:{right.party.id}", right, VIA[right.via], why_not)


def _others(
    found: Bundle, service: Subject, answers: Mapping[str, Answer], raw: Mapping[str, str]
) -> Iterator[Other]:
    """Yield the single answers with which a person could begin this in their own name."""
    for question in found.questions:
        for value, label, english in _choices(question):
            given = {**answers, question.code: value}
            if value != answers.get(question.code, question.default) and _is_for_persons(service, given):
                text = str(value).lower() if isinstance(value, bool) else str(value)
                way = asked.address(f"/apply/bundle/{found.code}", {**raw, question.code: text})
                yield Other(question, label, english, way)


def _choices(question: BundleQuestion) -> Iterable[tuple[Answer, str, str]]:
    if question.kind == "boolean":
        return ((True, YES, ""), (False, NO, ""))
    return tuple((one.value, one.label, one.english or "") for one in question.choices)


def _is_for_persons(service: Subject, answers: Mapping[str, Answer]) -> bool:
    try:
        cases.check_audience(service, "person", answers=answers)
    except Failure:
        return False
    return True
