"""The applicant's side: begin, fill in, hand in, supplement, promise, dispute, take back."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Mapping

from tongban.demo.plan.types import Act, Story
from tongban.demo.playing import filling, papers
from tongban.foundation.documents import operations as documents
from tongban.foundation.identity import queries as identity
from tongban.kernel.types import Actor, Subject
from tongban.services.cases import operations, queries
from tongban.services.cases.types import Case, CaseMaterial, FieldValue, Letter, MaterialState, Missing
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.types import DataElement

LATER = dt.timedelta(days=20)
REGISTER = "register:"
DISPUTABLE = (
    "applicant-address",
    "registered-address",
    "business-address",
    "household-address",
    "company-type",
)


class Filing:
    """What applicants do, with the elements of the city's forms at hand."""

    def __init__(self) -> None:
        self._elements: Mapping[str, DataElement] = catalogue.elements()

    def start(self, story: Story, applicant: Subject, by: Actor, at: dt.datetime) -> uuid.UUID:
        """Begin a draft and fill in a part of it."""
        id = self._begun(story, applicant, by, at)
        missing = [one for one in queries.pre_review(id, by=by, at=at).missing if one.kind == "field"]
        self._fill(id, missing[: len(missing) * 2 // 3], story, applicant, by, at)
        return id

    def file(self, story: Story, act: Act, applicant: Subject, by: Actor) -> uuid.UUID:
        """Begin, fill in everything, bring the papers, hand in."""
        id = self._begun(story, applicant, by, act.at)
        missing = queries.pre_review(id, by=by, at=act.at).missing
        self._fill(id, [one for one in missing if one.kind == "field"], story, applicant, by, act.at)
        case = queries.get_case(id, by=by, at=act.at)
        if any(one.is_under_way for one in case.materials):
            operations.obtain_papers(case_id=id, issue=str(id), district=case.district, by=by, at=act.at)
            case = queries.get_case(id, by=by, at=act.at)
        if act.words == "dispute":
            self._dispute(case, by, act.at)
        for paper in case.materials:
            if paper.is_open:
                self._bring(case, paper, act, by)
        operations.submit(case_id=id, idempotency_key=f"demo-{story.number}", by=by, at=act.at)
        return id

    def _begun(self, story: Story, applicant: Subject, by: Actor, at: dt.datetime) -> uuid.UUID:
        line = story.line
        return operations.start(
            service=Subject("bundle" if line.is_bundle else "item", line.code), applicant=applicant,
            answers=dict(line.answers), situation=line.situation, district=story.district,
            key=f"demo-{story.number}", by=by, at=at,
        )  # fmt: skip

    def _fill(
        self, id: uuid.UUID, missing: list[Missing], story: Story, applicant: Subject, by: Actor, at: dt.datetime
    ) -> None:  # fmt: skip
        chance = random.Random(story.chance)  # noqa: S311 - not a secret: the same values every time
        codes = [one.code for one in missing]
        values = {code: filling.value(code, self._elements.get(code), chance, at.date()) for code in codes}
        if owned := filling.OWNED.keys() & values.keys():
            known = identity.identifiers_of(applicant)
            values |= {code: filling.OWNED[code](known.number or known.credit_code) for code in owned}
        if values:
            operations.save_fields(case_id=id, values=values, by=by, at=at)

    def _dispute(self, case: Case, by: Actor, at: dt.datetime) -> None:
        code = next(code for code in (*DISPUTABLE, *case.fields) if _is_disputable(case.fields.get(code)))
        actual = f"{filling.value('address', None, random.Random(at.day), at.date())}（实际）"  # noqa: S311
        grounds = "去年搬过，登记的还是原来的"
        operations.dispute_value(case_id=case.id, field=code, actual=actual, grounds=grounds, by=by, at=at)

    def _bring(self, case: Case, paper: CaseMaterial, act: Act, by: Actor) -> None:
        """Commit instead where that is possible, promise for later where it is played so, else give a page."""
        if paper.may_follow and act.words == "later":
            self._sign(case, paper, by, act.at, until=(act.at + LATER).date())
        elif paper.kind == "commitment":
            self._sign(case, paper, by, act.at)
        else:
            self._give(case, paper, by, act.at)

    def _sign(
        self, case: Case, paper: CaseMaterial, by: Actor, at: dt.datetime, until: dt.date | None = None
    ) -> None:
        which = {"case_id": case.id, "item": paper.item, "material": paper.code}
        _, shown = queries.commitment_text(
            case.id, item=paper.item, material=paper.code, until=until, by=by, at=at
        )
        operations.sign_commitment(**which, shown=shown, until=until, by=by, at=at)  # type: ignore[arg-type]

    def _give(self, case: Case, paper: CaseMaterial, by: Actor, at: dt.datetime) -> None:
        document = paper.offered or self._stored(case.applicant, paper.name, by, at)
        operations.attach(
            case_id=case.id, item=paper.item, material=paper.code, document=document, name=f"{paper.name}.pdf",
            by=by, at=at,
        )  # fmt: skip

    def _stored(self, owner: Subject, name: str, by: Actor, at: dt.datetime) -> uuid.UUID:
        return documents.store(
            data=papers.paper(name), name=f"{name}.pdf", purpose="material", owner=owner, by=by, at=at
        ).id

    def supplement(self, case_id: uuid.UUID, by: Actor, at: dt.datetime) -> None:
        """Bring what the one notice asks for and hand it in."""
        case = queries.get_case(case_id, by=by, at=at)
        notice = next(one for one in queries.letters(case_id, by=by, at=at) if one.kind is Letter.NOTICE)
        asked = {(one.item, one.material) for one in notice.demands if one.material}
        for paper in case.materials:
            if (paper.item, paper.code) in asked:
                operations.attach(
                    case_id=case_id, item=paper.item, material=paper.code, name=f"{paper.name}（补正）.pdf",
                    document=self._stored(case.applicant, f"{paper.name}（补正）", by, at), by=by, at=at,
                )  # fmt: skip
        fields = {
            one.field: f"{_text(case.fields.get(one.field))}（已核对）" for one in notice.demands if one.field
        }
        if fields:
            operations.save_fields(case_id=case_id, values=fields, by=by, at=at)
        operations.supplement(case_id=case_id, by=by, at=at)

    def hand_in_later(self, case_id: uuid.UUID, by: Actor, at: dt.datetime) -> None:
        """Bring the papers that were promised for later."""
        case = queries.get_case(case_id, by=by, at=at)
        for paper in case.materials:
            if paper.state is MaterialState.LATER:
                self._give(case, paper, by, at)


def _is_disputable(value: FieldValue | None) -> bool:
    return value is not None and value.source.startswith(REGISTER) and not value.disputed


def _text(value: FieldValue | None) -> str:
    return "" if value is None or value.value is None else str(value.value)
