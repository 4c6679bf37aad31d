"""A draft as its pages share it: read once a request, its frame, and where it leads."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongban.channels.portal.presenters import apply as presenter
from tongban.channels.portal.presenters import papers
from tongban.channels.portal.presenters.bundle import GROUPS
from tongban.channels.ui.environment import local
from tongban.channels.ui.pages import reader_of, render
from tongban.kernel import clock
from tongban.kernel.errors import Failure
from tongban.kernel.language import translate
from tongban.kernel.types import Actor, Subject
from tongban.services.bundles import queries as bundles
from tongban.services.cases import queries
from tongban.services.cases.types import CaseState
from tongban.services.catalogue import queries as catalogue

OF_FILES = frozenset({413, 415})
"""Failures of an upload that HTTP has a status of its own for; all others are 422."""


@dataclass
class Draft:
    """A draft that somebody has open, and what is wrong with what they just sent."""

    request: HttpRequest
    by: Actor
    at: datetime
    application: presenter.Application
    problems: dict[str, str] = field(default_factory=dict)
    status: int = 422
    """How problems are answered."""

    @property
    def id(self) -> uuid.UUID:
        """Return the case's id."""
        return self.application.case.id

    @property
    def base(self) -> str:
        """Return the address under which the pages of this draft lie, without language."""
        return f"/apply/{self.id}"

    def say(self, name: str, failure: Failure) -> None:
        """Keep a failure's sentence beside what it is about."""
        if failure.status in OF_FILES:
            self.status = failure.status
        self.problems[name] = said(self.request, failure)

    def page(self, template: str, now: str, **values: Any) -> HttpResponse:
        """Return a page of the draft, with its steps; what is wrong is answered with its status."""
        steps = presenter.steps(self.application, now)
        case = self.application.case
        return render(
            self.request,
            template,
            status=self.status if self.problems else 200,
            keep=False,
            draft=self,
            case=case,
            application=self.application,
            steps=steps,
            now=now,
            step_now=next((one for one in steps if one.is_now), None),
            problems=self.problems,
            service=service_name(self.request, case.service, case.service_name),
            item_names=item_names(self.request, case.items),
            groups=GROUPS,
            reasons=presenter.REASONS,
            **in_words(self.request, case.items),
            yes_no=presenter.YES_NO,
            saved_at=self.at,
            **values,
        )

    def go(self, path: str, mark: str = "") -> HttpResponse:
        """Return the way to another page of the draft."""
        return to(self.request, f"{self.base}/{path}" + (f"#{mark}" if mark else ""))


def open_draft(request: HttpRequest, case_id: uuid.UUID) -> Draft:
    """Return the draft; raise CaseUnknown for who has nothing to do with it."""
    by, at = actor(request), clock.now()
    case = queries.get_case(case_id, by=by, at=at)
    missing = queries.pre_review(case_id, by=by, at=at).missing
    english = reader_of(request).language == "en"
    return Draft(request, by, at, presenter.present(case, catalogue.elements(), missing, english=english))


def left(draft: Draft) -> HttpResponse | None:
    """Return the way to the case's own page when it is no draft any more: the form is closed."""
    case = draft.application.case
    return None if case.state is CaseState.DRAFT else to(draft.request, f"/cases/{case.id}")


def actor(request: HttpRequest) -> Actor:
    """Return who is signed in, as who does it."""
    who: Any = request.who  # type: ignore[attr-defined]
    found: Actor = who.person.actor
    return found


def to(request: HttpRequest, path: str) -> HttpResponse:
    """Return the way to a page of ours in the reader's language."""
    return HttpResponseRedirect(reader_of(request).prefix + path, status=303)


def said(request: HttpRequest, failure: Failure) -> str:
    """Return a failure's sentence in the reader's language."""
    return translate(failure.sentence, reader_of(request).language, **failure.values)


def item_names(request: HttpRequest, codes: tuple[str, ...]) -> dict[str, str]:
    """Return what the items are called in the reader's language."""
    language = reader_of(request).language
    found = catalogue.items_by_code(codes)
    return {code: local(language, one.name, one.english) for code, one in found.items()}


def in_words(request: HttpRequest, codes: tuple[str, ...]) -> dict[str, Any]:
    """Return how pages say the reasons and the fields that a case's papers keep in Chinese: in the reader's language."""
    language = reader_of(request).language
    names: dict[str, str] = {}
    if language != "zh":
        items = catalogue.items_by_code(codes).values()
        names = papers.english(catalogue.departments().values(), catalogue.elements().values(), items)
    return {
        "reason": partial(papers.reason, language, names),
        "named": partial(papers.listed, language, names),
    }


def service_name(request: HttpRequest, service: Subject, name: str) -> str:
    """Return what is applied for, in the reader's language."""
    language = reader_of(request).language
    if language == "zh":
        return name
    if service.kind == "bundle":
        found = bundles.find_bundle(service.id)
        return local(language, name, found.bundle.english if found else None)
    item = catalogue.items_by_code([service.id]).get(service.id)
    return local(language, name, item.english if item else None)


def translated(request: HttpRequest, sentence: str, **values: object) -> str:
    """Return a sentence in the reader's language."""
    return translate(sentence, reader_of(request).language, **values)
