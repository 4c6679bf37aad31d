"""What a service asks, compiled when a case begins and pinned to it: items and their versions, form, papers,
path and limits. The same for everybody with the same answers, so it is kept in memory per revision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tongban.kernel.conditions import Answer, Answers
from tongban.kernel.errors import N_, Conflict, Invalid
from tongban.kernel.types import Subject
from tongban.services.bundles import queries as bundles
from tongban.services.bundles.types import Bundle, BundleItem, BundleQuestion, Choice, Compiled, Measure
from tongban.services.cases.rules import founding
from tongban.services.cases.rules.form import asked_of
from tongban.services.cases.types import FormField, PlanStep
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.types import CaseKind, Item, ItemState, Limit, Unit
from tongban.services.exemptions.types import Paper

MSG_NOT_OFFERED = N_("“{service}”现在不受理申请。")
MSG_SERVICE_KIND = N_("只能对一个事项或者一件事提出申请。")
MSG_NOTHING_APPLIES = N_("按您的回答，“{service}”里没有要办的事项。")
FORM_KINDS = frozenset({"form_merge"})


@dataclass(frozen=True, slots=True)
class Outline:
    """Everything about a service that does not depend on who applies."""

    name: str
    versions: Mapping[str, int]
    bundle_version: int | None
    answers: Mapping[str, Answer]
    questions: tuple[BundleQuestion, ...]
    names: Mapping[str, str]
    departments: tuple[str, ...]
    plan: tuple[PlanStep, ...]
    form: tuple[FormField, ...]
    papers: tuple[Paper, ...]
    promise: Limit | None
    statutory: Limit | None
    is_immediate: bool
    audience: frozenset[str]

    @property
    def items(self) -> tuple[str, ...]:
        """Return the items that apply, in their order."""
        return tuple(self.names)


def outline(service: Subject, answers: Answers, *, situation: str = "", district: str = "") -> Outline:
    """Return what a service asks with these answers; raise NotFound, Invalid, Conflict."""
    if service.kind not in ("item", "bundle"):
        raise Invalid("case-service-kind", MSG_SERVICE_KIND)
    frozen = tuple(sorted(answers.items()))
    return _outline(service, frozen, situation, district, catalogue.current_revision())


@lru_cache(maxsize=2048)
def _outline(
    service: Subject, answers: tuple[tuple[str, Answer], ...], situation: str, district: str, revision: int
) -> Outline:
    if service.kind == "bundle":
        return _of_bundle(service.id, dict(answers), district)
    return _of_item(service.id, dict(answers), situation, district)


def _of_bundle(code: str, answers: Mapping[str, Answer], district: str) -> Outline:
    found = bundles.get_bundle(code)
    if not found.is_offered:
        raise Conflict("case-not-offered", MSG_NOT_OFFERED, service=found.bundle.name)
    compiled = bundles.compiled(
        found.bundle, {q.code: q.default for q in found.bundle.questions} | dict(answers)
    )
    items = _items(compiled)
    if not items:
        raise Conflict("case-nothing-applies", MSG_NOTHING_APPLIES, service=found.bundle.name)
    promise = Limit(days=compiled.after.days)
    return _made(found.bundle, found.bundle.name, found.number, compiled, items, promise, district)


def _of_item(code: str, answers: Mapping[str, Answer], situation: str, district: str) -> Outline:
    item = catalogue.get_item(code).item
    if item.state is not ItemState.IN_USE:
        raise Conflict("case-not-offered", MSG_NOT_OFFERED, service=item.name)
    alone = _alone(item, answers, situation)
    compiled = bundles.compiled(alone, dict(answers))
    own = next((one for one in item.situations if one.code == situation), None)
    promise = (own.promise if own else None) or catalogue.effective(item, district).promise or item.statutory
    name = f"{item.name}-{own.name}" if own else item.name
    return _made(alone, name, None, compiled, {code: item}, promise, district)


def _alone(item: Item, answers: Mapping[str, Answer], situation: str) -> Bundle:
    """Return the item as a bundle of one: the compiler then counts its papers and path like any other's."""
    return Bundle(
        code=item.code,
        name=item.name,
        plain=item.plain,
        icon="file",
        lead=item.department,
        questions=tuple(_asked(name, answer) for name, answer in sorted(answers.items())),
        items=(BundleItem(item=item.code, situation=situation or None),),
    )


def _asked(name: str, answer: Answer) -> BundleQuestion:
    kind = "boolean" if isinstance(answer, bool) else "choice" if isinstance(answer, str) else "number"
    choices = (Choice(value=answer, label=answer or name),) if isinstance(answer, str) else ()
    return BundleQuestion(code=name, ask=name, kind=kind, choices=choices, default=answer)  # type: ignore[arg-type]


def _items(compiled: Compiled) -> dict[str, Item]:
    found = catalogue.items_by_code([one.item for one in compiled.items if one.applies])
    return {one.item: found[one.item] for one in compiled.items if one.applies}


def _made(
    bundle: Bundle, name: str, bundle_version: int | None, compiled: Compiled, items: Mapping[str, Item],
    promise: Limit | None, district: str,
) -> Outline:  # fmt: skip
    departments = dict.fromkeys([bundle.lead, *(item.department for item in items.values())])
    departments |= dict.fromkeys(item.first_department for item in items.values() if item.first_department)
    founds = founding.founds(items.values())
    return Outline(
        name=name,
        versions={code: catalogue.get_item(code).number for code in items},
        bundle_version=bundle_version,
        answers=compiled.answers,
        questions=bundle.questions,
        names={code: item.name for code, item in items.items()},
        departments=tuple(departments),
        plan=tuple(_plan(compiled)),
        form=tuple(
            FormField(one.code, tuple(one.items), asked_of(one.code, one.kind, one.group))
            for one in compiled.form
            if not (founds and one.code in founding.COMES_OF_IT)
        ),
        papers=tuple(_papers(compiled, items, district)),
        promise=promise,
        statutory=next(iter(items.values())).statutory,
        is_immediate=all(item.case_kind is CaseKind.IMMEDIATE for item in items.values()),
        audience=founding.audience(items.values()),
    )


def _plan(compiled: Compiled) -> Iterator[PlanStep]:
    for step in compiled.path:
        yield PlanStep(step.step, step.kind, step.name, step.department, step.days, step.start, step.end,
                       tuple(step.after), tuple(step.joint))  # fmt: skip


def _papers(compiled: Compiled, items: Mapping[str, Item], district: str) -> Iterator[Paper]:
    """Yield the papers the compiler looked at: those still needed and those it could save."""
    asked = {(one.item, one.code) for one in compiled.needed}
    asked |= {
        (one.item or "", one.material or "") for one in compiled.savings if one.measure == Measure.MATERIALS
    }
    merged = {(one.item, one.material) for one in compiled.savings if one.kind in FORM_KINDS}
    for code, item in items.items():
        for material in catalogue.effective(item, district).materials:
            if (code, material.code) in asked:
                yield Paper(code, item.name, material, (code, material.code) in merged)


def is_calendar(limit: Limit | None) -> bool:
    """Return whether a limit counts calendar days."""
    return limit is not None and limit.unit is Unit.CALENDAR
