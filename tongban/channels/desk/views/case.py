"""The case on one screen: facts, papers, law, precedents, history, lanes, and every act within reach."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongban.channels.desk import asked
from tongban.channels.desk.asked import SIZE, Asked
from tongban.channels.desk.presenters import buttons, facts, lanes, papers, reading, rows, story
from tongban.channels.desk.presenters.papers import Paper
from tongban.channels.ui.access import staff
from tongban.channels.ui.pages import reader_of, render
from tongban.channels.ui.typed import Typed
from tongban.channels.ui.working_day import frame
from tongban.foundation.documents import queries as documents
from tongban.foundation.documents.types import Document
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel import clock
from tongban.kernel.errors import N_, Failure, NotFound
from tongban.kernel.language import translate
from tongban.kernel.types import Actor, Subject
from tongban.services.approvals import queries as approvals
from tongban.services.approvals.types import Branch, BranchState, Light, Round
from tongban.services.cases import operations as case_acts
from tongban.services.cases import queries as cases
from tongban.services.cases.queries import CaseFile
from tongban.services.cases.types import Case, CaseState, Commitment, MaterialState, Role
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.types import Item
from tongban.services.licences import queries as licences
from tongban.services.licences.types import Licence
from tongban.services.obtaining import queries as obtaining
from tongban.services.obtaining.types import Answer

PURPOSE = "审批"
MSG_DONE = N_("已办：{act}")


@dataclass(frozen=True, slots=True)
class Open:
    """An open case: what every page and act of it starts from."""

    file: CaseFile
    round: Round | None
    branch: Branch | None
    access: StaffAccess
    item: Item | None
    at: dt.datetime
    licences: tuple[Licence, ...] = ()
    """What the branch looked at has given."""

    @property
    def case(self) -> Case:
        """Return the case."""
        return self.file.case

    @property
    def roles(self) -> frozenset[Role]:
        """Return in which roles the reader meets the case."""
        return self.file.roles

    @property
    def by(self) -> Actor:
        """Return who looks."""
        return self.access.actor

    @property
    def is_own(self) -> bool:
        """Return whether the branch looked at is theirs to see from within: its department's, or a supervisor's."""
        branch = self.branch
        if branch is None or Role.SUPERVISOR in self.roles:
            return True
        return bool(
            {branch.department, branch.first_department} & self.access.departments_for(self.case.district)
        )

    @property
    def branches(self) -> tuple[Branch, ...]:
        """Return the branches; none before the case is accepted."""
        return self.round.branches if self.round else ()


def opened(request: HttpRequest, case_id: uuid.UUID, purpose: str = PURPOSE) -> Open:
    """Return a case to who may see it, and write down that it was read; raise CaseUnknown."""
    person, at = request.who.staff, clock.now()  # type: ignore[attr-defined]
    file = case_acts.read_file(case_id=case_id, purpose=purpose, by=person, at=at)
    found = approvals.find_round(case_id, at=at) if file.case.accepted_on else None
    wanted = request.GET.get("branch", "")
    theirs = person.departments_for(file.case.district)
    branch = lanes.stand_in_a_row(found.branches, theirs, wanted) if found else None
    code = branch.item if branch else file.case.items[0] if file.case.items else ""
    published = catalogue.find_item(code, file.case.versions.get(code)) if code else None
    return Open(file, found, branch, person, published.item if published else None, at, _given(branch, at))


def _given(branch: Branch | None, at: dt.datetime) -> tuple[Licence, ...]:
    if branch is None or branch.state is not BranchState.GRANTED:
        return ()
    return licences.licences_of_case(branch.case_id, branch=branch.id, at=at)


@staff()
def case(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show a case."""
    return show(request, opened(request, case_id))


def show(
    request: HttpRequest, one: Open, act: str = "", form: Typed | None = None, failure: Failure | None = None
) -> HttpResponse:
    """Return the screen of a case, with the panel of an act open if one is asked for or has failed."""
    from tongban.channels.desk.views import acts

    wanted = asked.read(request.GET)
    language = reader_of(request).language
    choices = buttons_of(one)
    act = act or request.GET.get("act", "")
    panel = (
        acts.panel(request, one, act, form, failure)
        if act in {button.act for button in choices if button.is_possible}
        else None
    )
    return render(
        request, "desk/case.html", keep=False, status=failure.status if failure else 200, section="case",
        one=one, case=one.case, branch=one.branch, asked=wanted, beside=beside_of(one, wanted),
        number=rows.spaced(one.case.number or ""), light=_light(one), lanes=_lanes(one),
        facts=_facts(request, one), buttons=[button for button in choices if button.kind != "small"],
        more=[button for button in choices if button.kind == "small" and button.is_possible], panel=panel, language_of=language,
        reading=_reading(one), story=_story(one), letters=_letters(one), breaches=_breaches(one),
        state=state_words(one), licence_states=licences.STATE_NAMES, done=_done(request, language), standard=reading.standard("grant", one.item),
        wrong=_said(failure, language), can_unmask=one.access.may("unmask"), **_papers(request, one), **frame(one.at),
    )  # fmt: skip


def _said(failure: Failure | None, language: str) -> str:
    return translate(failure.sentence, language).format(**failure.values) if failure else ""


def buttons_of(one: Open) -> tuple[buttons.Button, ...]:
    """Return every act of the case and of the branch looked at as buttons."""
    is_office = bool(one.roles & {Role.CLERK, Role.REVIEWER, Role.DECIDER})
    found = buttons.of_case(one.case, one.roles, is_office=is_office)
    if one.branch is None or one.round is None:
        return found
    theirs = one.access.departments_for(one.case.district)
    is_theirs = bool({one.branch.department, one.branch.first_department} & theirs)
    choices = [
        choice for choice in approvals.choices_of(one.branch, one.access) if is_theirs or choice.is_possible
    ]
    own = buttons.of_branch(
        one.branch, choices, one.round.visit, is_joint=one.round.is_joint, has_licences=bool(one.licences)
    )
    if is_theirs:
        own += buttons.of_licences(licences.choices_of(each, one.access) for each in one.licences)
    used = {button.key for button in own}
    return (*(button for button in found if button.key not in used), *own)


def beside_of(one: Open, wanted: Asked) -> rows.Beside | None:
    """Return the case before and the one after in the queue it was opened from; None for who has no queue."""
    try:
        found = approvals.queue(one.access, wanted.filters, rows.page_of(wanted.place), size=SIZE, at=one.at)
    except Failure:
        return None  # who only looks has no queue
    return rows.beside(found, wanted, one.case.id, one.branch.id if one.branch else None)


def _light(one: Open) -> Light | None:
    if one.branch is not None:
        return one.branch.light
    if one.case.state is CaseState.RECEIVED and one.case.completeness_due:
        today = one.at.astimezone(clock.SHANGHAI).date()
        return (
            Light.RED
            if one.case.completeness_due < today
            else Light.AMBER
            if one.case.completeness_due == today
            else Light.GREEN
        )
    return (
        Light.WAITING
        if one.case.state is CaseState.SUPPLEMENT
        else Light.DONE
        if one.case.closed_at
        else None
    )


def state_words(one: Open) -> str:
    """Return where the case stands, in a word."""
    if one.branch is not None and one.case.state is CaseState.ACCEPTED:
        words: str = approvals.STATE_NAMES[one.branch.state]
        return words
    said: str = cases.STATE_NAMES[one.case.state]
    return said


def _lanes(one: Open) -> lanes.Lanes | None:
    if one.round is None:
        return None
    names = {
        card.department.code: (card.department.short, card.department.english)
        for card in catalogue.department_cards()
    }
    return lanes.draw(one.round, names, one.branch, one.at)


def _facts(request: HttpRequest, one: Open) -> facts.Facts:
    found = facts.facts(one.case, catalogue.elements())
    code = request.GET.get("shown", "")
    if not code:
        return found
    return facts.Facts(*(tuple(_full(fact, code, one) for fact in some) for some in (found.who, found.what)))


def _full(fact: facts.Fact, code: str, one: Open) -> facts.Fact:
    if fact.code != code or not fact.can_be_unmasked:
        return fact
    return replace(fact, full=cases.shown_in_full(one.case, code, person=one.access, at=one.at))


def _papers(request: HttpRequest, one: Open) -> dict[str, Any]:
    found = papers_of(one)
    chosen = papers.chosen(found, request.GET.get("paper", ""))
    return {"papers": found, "paper": chosen, **inside(one, chosen)}


def papers_of(one: Open) -> papers.Papers:
    """Return the papers of a case as this post may see them."""
    if one.branches:
        owners = {
            each.item: papers.Owner({each.department, each.first_department}, each.item_name)
            for each in one.branches
        }
    else:
        items = catalogue.items_by_code(one.case.items)
        owners = {code: papers.Owner({item.department}, item.name) for code, item in items.items()}
    return papers.papers(one.case, owners, one.access, one.roles)


def inside(one: Open, chosen: Paper | None) -> dict[str, Any]:
    """Return what the preview of a paper needs: its document, the commitment or the data that stand for it."""
    document, commitment = None, None
    answers: tuple[Answer, ...] = ()
    if chosen is not None and chosen.material.obtained is not None:
        answers = _answers(one, chosen)
    if chosen is not None and chosen.material.document is not None:
        document = find_document(chosen.material.document)
    if chosen is not None and chosen.material.state is MaterialState.COMMITTED:
        commitment = _commitment(one, chosen)
    return {"document": document, "commitment": commitment, "answers": answers}


def _answers(one: Open, chosen: Paper) -> tuple[Answer, ...]:
    """Return what departments' systems have said instead of a paper."""
    found = obtaining.answers(Subject("case", str(one.case.id)))
    wanted = (chosen.material.item, chosen.material.code)
    return tuple(each for each in found if (each.item, each.material) == wanted)


def find_document(id: uuid.UUID) -> Document | None:
    """Return what is known of a document, None if it is not there any more."""
    try:
        return documents.get(id)
    except NotFound:
        return None


def _commitment(one: Open, chosen: Paper) -> Commitment | None:
    wanted = (chosen.material.item, chosen.material.code)
    return next((each for each in one.file.commitments if (each.item, each.material) == wanted), None)


def _reading(one: Open) -> reading.Reading | None:
    if one.item is None:
        return None
    found = approvals.precedents(one.item.code, one.branch, at=one.at) if one.branch else None
    return reading.reading(one.item, found)


def _story(one: Open) -> tuple[story.Happened, ...]:
    of_branch = one.round.events.get(one.branch.id, ()) if one.round and one.branch and one.is_own else ()
    return story.story(one.file.events, of_branch)


def _letters(one: Open) -> tuple[object, ...]:
    return (*one.file.letters, *(one.round.letters if one.round else ()))


def _breaches(one: Open) -> tuple[object, ...]:
    if one.case.state in (CaseState.RECEIVED, CaseState.NOT_ACCEPTED):
        return ()
    return one.file.breaches


def _done(request: HttpRequest, language: str) -> str:
    from tongban.channels.desk.views import acts

    done = acts.ACTS.get(request.GET.get("done", ""))
    return translate(MSG_DONE, language, act=translate(done.words, language)) if done else ""


FINAL = frozenset({BranchState.GRANTED, BranchState.REFUSED, BranchState.ENDED})
