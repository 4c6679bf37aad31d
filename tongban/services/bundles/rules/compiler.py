"""``compile_bundle``: everything a person must know about one thing, from the items it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongban.kernel.conditions import Answer
from tongban.services.bundles.rules import counts, papers, words
from tongban.services.bundles.rules.answers import fill_answers
from tongban.services.bundles.rules.chosen import Chosen, choose
from tongban.services.bundles.rules.schedule import GATE, Joint, Schedule, canonical_order, schedule
from tongban.services.bundles.types import (
    Applies,
    Bundle,
    Compiled,
    Figures,
    FormField,
    Names,
    NeededMaterial,
    PathStep,
    Reduction,
    Said,
)
from tongban.services.catalogue.types import Item, Result, Saving, Unit

HANDOVER = "handover"


def compile_bundle(
    bundle: Bundle, items: Mapping[str, Item], answers: Mapping[str, Answer], *, names: Names
) -> Compiled:
    """Return what applies to these answers, and what it takes before (one by one) and after (as one thing).

    Days are working days. Raises Invalid for answers the questions do not allow and for items the catalogue
    does not have, Conflict where items wait for each other in a circle.
    """
    filled = fill_answers(bundle, answers)
    chosen = choose(bundle, items, filled)
    decided, outputs = papers.outputs_used(chosen, filled)
    after = {code: (_needs(one) & chosen.keys()) | outputs[code] for code, one in chosen.items()}
    order = canonical_order(after, lambda code: items[code].name)
    ordered = [chosen[code] for code in order]
    papers.settle(decided, ordered, items, names)
    together = counts.sharing_one_visit(bundle, chosen)
    plan = schedule(
        after,
        {c: one.days for c, one in chosen.items()},
        together,
        bundle.joint_check.within if bundle.joint_check else 0,
        lambda code: items[code].name,
    )
    trips = counts.trips(bundle, ordered, names)
    form = counts.merged_form(ordered, names)
    results = counts.results_of(ordered)
    combined = counts.combined_name(bundle, results, names)
    savings = [
        *decided.saved,
        *counts.check_savings(bundle, together, items),
        *counts.day_savings(ordered, plan.days, names),
        *trips.savings,
        *counts.field_savings(form, names),
        *counts.licence_savings(combined, results, names),
    ]
    notes = _notes(ordered, decided.saved)
    return Compiled(
        bundle=bundle.code,
        answers=filled,
        items=_applies(bundle, items, ordered),
        before=_before(ordered, results),
        after=_after(ordered, decided.needed, together, plan, trips.count, form, results, combined),
        savings=tuple(savings),
        needed=tuple(decided.needed),
        form=form,
        path=_path(bundle, ordered, after, plan),
        visits_by_channel=trips.by_channel,
        results=tuple(result.name for result in results),
        combined=combined,
        notes=tuple(words.finished(note) for note in notes),
        notes_said=notes,
    )


def _needs(one: Chosen) -> frozenset[str]:
    return frozenset(one.item.needs) | frozenset(one.entry.needs)


def _before(ordered: Sequence[Chosen], results: Sequence[Result]) -> Figures:
    return Figures(
        materials=sum(len(one.materials) for one in ordered),
        checks=sum(one.checked for one in ordered),
        days=sum(one.alone for one in ordered),
        visits=sum(len(one.visits) for one in ordered),
        fields=counts.count_fields(ordered),
        licences=len(results),
    )


def _after(
    ordered: Sequence[Chosen],
    needed: Sequence[NeededMaterial],
    together: Sequence[str],
    plan: Schedule,
    trips: int,
    form: Sequence[FormField],
    results: Sequence[Result],
    combined: str | None,
) -> Figures:
    return Figures(
        materials=len(needed),
        checks=sum(one.checked for one in ordered) - max(0, len(together) - 1),
        days=plan.days,
        visits=trips,
        fields=len(form),
        licences=1 if combined else len(results),
    )


def _applies(bundle: Bundle, items: Mapping[str, Item], ordered: Sequence[Chosen]) -> tuple[Applies, ...]:
    """Return the items that apply in canonical order, then the others in order of code."""
    applying = {one.code for one in ordered}
    others = sorted({e.item: e for e in bundle.items if e.item not in applying and e.item in items}.items())
    return tuple(_applying(one) for one in ordered) + tuple(
        Applies(
            item=code,
            name=items[code].name,
            department=items[code].department,
            applies=False,
            why=entry.when_words,
        )
        for code, entry in others
    )


def _applying(one: Chosen) -> Applies:
    return Applies(
        item=one.code,
        name=one.item.name,
        department=one.item.department,
        applies=True,
        why=one.entry.when_words,
        situation=one.situation.name if one.situation else None,
        alone=one.alone,
        days=one.days,
        checked=one.checked,
    )


def _path(
    bundle: Bundle, ordered: Sequence[Chosen], after: Mapping[str, frozenset[str]], plan: Schedule
) -> tuple[PathStep, ...]:
    steps = [_item_step(one, after[one.code], plan) for one in ordered]
    if plan.joint:
        steps.append(_joint_step(plan.joint, bundle, after))
    steps.sort(key=lambda step: (step.start, step.end, step.kind == "joint_check"))  # stable: canonical order
    if ordered and bundle.one_pickup:
        steps.append(_handover(bundle, ordered, after, plan))
    return tuple(steps)


def _item_step(one: Chosen, earlier: frozenset[str], plan: Schedule) -> PathStep:
    slot = plan.slots[one.code]
    return PathStep(
        step=one.code,
        kind="item",
        name=one.item.name,
        department=one.item.department,
        days=one.days,
        start=slot.start,
        end=slot.end,
        after=tuple(sorted(earlier)),
        critical=slot.critical,
        waits=slot.waits,
    )


def _joint_step(joint: Joint, bundle: Bundle, after: Mapping[str, frozenset[str]]) -> PathStep:
    earlier = sorted(frozenset().union(*(after[code] for code in joint.items)))
    return PathStep(
        step=GATE,
        kind="joint_check",
        name=words.JOINT_CHECK,
        department=bundle.lead,
        days=joint.end - joint.start,
        start=joint.start,
        end=joint.end,
        after=tuple(earlier),
        critical=joint.critical,
        joint=joint.items,
    )


def _handover(
    bundle: Bundle, ordered: Sequence[Chosen], after: Mapping[str, frozenset[str]], plan: Schedule
) -> PathStep:
    held_up = frozenset().union(*after.values())
    last = tuple(sorted(one.code for one in ordered if one.code not in held_up))
    return PathStep(
        step=HANDOVER,
        kind="handover",
        name=words.HANDOVER,
        department=bundle.lead,
        days=0,
        start=plan.days,
        end=plan.days,
        after=last,
        critical=True,
    )


def _notes(ordered: Sequence[Chosen], saved: Sequence[Reduction]) -> tuple[Said, ...]:
    """Return what a reader must know of the figures: unknown limits, turned units, commitments made."""
    notes = []
    for one in ordered:
        if one.limit is None:
            notes.append(Said(sentence=words.UNKNOWN_LIMIT, values={"item": one.item.name}))
        elif one.limit.unit is Unit.CALENDAR and one.limit.days:
            notes.append(
                Said(
                    sentence=words.CALENDAR_LIMIT,
                    values={"item": one.item.name, "days": one.limit.days, "working": one.alone},
                )
            )
    commitments = sum(1 for saving in saved if saving.kind == Saving.COMMITMENT)
    if commitments:
        notes.append(Said(sentence=words.COMMITMENTS, values={"count": commitments}))
    return tuple(notes)
