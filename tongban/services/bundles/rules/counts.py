"""What is saved besides papers: site checks, days, trips, form fields, licences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from tongban.services.bundles.rules import words
from tongban.services.bundles.rules.chosen import Chosen
from tongban.services.bundles.rules.words import cite, finished, law_for, say
from tongban.services.bundles.types import Bundle, FormField, Measure, Names, Promise, Reduction
from tongban.services.catalogue.types import Item, Result, Visit, VisitPurpose

HANDED_OVER = frozenset({"licence", "approval", "proof"})  # a record or a payment is nothing to hold in hand


# ── days ──────────────────────────────────────────────────────────────────────────────────────────
def day_savings(chosen: Iterable[Chosen], longest: int, names: Names) -> list[Reduction]:
    """Return what shorter promises save, item by item, and what doing things at once saves on top."""
    several = list(chosen)
    savings = [_shorter(one) for one in several if one.alone > one.days]
    spared = sum(one.days for one in several) - longest
    if spared:
        busy = sum(1 for one in several if one.days)
        savings.append(_saving(Measure.DAYS, "parallel", spared, words.TOGETHER, names, {"count": busy}))
    return savings


def _shorter(one: Chosen) -> Reduction:
    promise = cast(Promise, one.entry.promise)  # nothing else makes an item shorter
    return Reduction(
        measure=Measure.DAYS,
        kind="time_limit",
        count=one.alone - one.days,
        what=one.item.name,
        reason=promise.reason,
        law=cite(promise.basis),
        item=one.code,
        sure=promise.sure.value,
        note=promise.note,
    )


# ── site checks ───────────────────────────────────────────────────────────────────────────────────
def sharing_one_visit(bundle: Bundle, chosen: Mapping[str, Chosen]) -> tuple[str, ...]:
    """Return the items whose checks become one; fewer than two have nothing to share."""
    if bundle.joint_check is None:
        return ()
    members = sorted(c for c in set(bundle.joint_check.items) if c in chosen and chosen[c].checked)
    return tuple(members) if len(members) > 1 else ()


def check_savings(bundle: Bundle, members: Sequence[str], items: Mapping[str, Item]) -> list[Reduction]:
    """Return what the joint check saves."""
    joint = bundle.joint_check
    if joint is None or not members:
        return []
    said = say("joint_check", count=len(members), items="、".join(items[code].name for code in members))
    return [
        Reduction(
            measure=Measure.CHECKS,
            kind="joint_check",
            count=len(members) - 1,
            what=words.JOINT_CHECK,
            reason=finished(said)[:300],
            law=cite(joint.basis),
            sure=joint.sure.value,
            note=joint.note,
            said=said,
        )
    ]


# ── trips ─────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Trips:
    """Trips after the bundle, what they save, and how many there are by channel."""

    count: int
    savings: list[Reduction]
    by_channel: dict[str, int]


def trips(bundle: Bundle, ordered: Sequence[Chosen], names: Names) -> Trips:
    """Return the trips of the channel that is counted: online with one pickup, or the window."""
    every = [(one, visit) for one in ordered for visit in one.visits]
    spared = [(one, visit) for one, visit in every if bundle.online and _by_web(visit)]
    filings = [pair for pair in every if pair not in spared and pair[1].purpose is VisitPurpose.SUBMIT]
    pickups = [pair for pair in every if pair[1].purpose is VisitPurpose.COLLECT]
    savings = [_filed_online(one, visit, names) for one, visit in spared]
    savings += _together("one_window", words.FILING, filings, not bundle.online, names)
    savings += _together("one_pickup", words.PICKUP, pickups, bundle.one_pickup, names)
    count = len(every) - sum(saving.count for saving in savings)
    pickup = min(len(pickups), 1) if bundle.one_pickup else len(pickups)
    return Trips(count, savings, _by_channel(bundle, count, pickup))


def _by_web(visit: Visit) -> bool:
    """Return whether the web takes the trip over: filing, showing oneself; unless a law wants one there."""
    return visit.purpose in (VisitPurpose.SUBMIT, VisitPurpose.VERIFY) and visit.law is None


def _filed_online(one: Chosen, visit: Visit, names: Names) -> Reduction:
    return _saving(
        Measure.VISITS,
        "online_filing",
        1,
        one.item.name,
        names,
        {"item": one.item.name},
        own=one.code,
        sure=visit.sure.value,
    )


def _together(
    kind: str, what: str, pairs: Sequence[tuple[Chosen, Visit]], merged: bool, names: Names
) -> list[Reduction]:
    if not merged or len(pairs) < 2:
        return []
    return [_saving(Measure.VISITS, kind, len(pairs) - 1, what, names, {"count": len(pairs)})]


def _by_channel(bundle: Bundle, count: int, pickup: int) -> dict[str, int]:
    """Return the trips by channel; whoever prefers the window goes there once more, to file."""
    if not bundle.online:
        return {"window": count}
    channels = {"online_delivery": count - pickup} if bundle.delivery else {}
    return channels | {"online_pickup": count, "window": count + 1}


# ── form fields ───────────────────────────────────────────────────────────────────────────────────
def merged_form(ordered: Iterable[Chosen], names: Names) -> tuple[FormField, ...]:
    """Return each data element once, by its code, parts of the form together, in order of first use."""
    users: dict[str, list[str]] = {}
    for one in ordered:
        for code in dict.fromkeys(one.item.form):
            users.setdefault(code, []).append(one.code)
    fields = [_field(code, items, names) for code, items in users.items()]
    groups = {group: index for index, group in enumerate(dict.fromkeys(f.group for f in fields))}
    return tuple(sorted(fields, key=lambda f: groups[f.group]))


def _field(code: str, items: Sequence[str], names: Names) -> FormField:
    element = names.elements.get(code)
    if element is None:
        return FormField(code=code, name=code, english=code, group=code, kind="text", items=tuple(items))
    return FormField(
        code=code,
        name=element.name,
        english=element.english,
        group=element.group,
        kind=element.kind,
        items=tuple(items),
        held_by=element.held_by,
    )


def field_savings(form: Iterable[FormField], names: Names) -> list[Reduction]:
    """Return one saving for each field that several forms asked."""
    return [
        _saving(Measure.FIELDS, "same_element", len(f.items) - 1, f.name, names, {"count": len(f.items)})
        for f in form
        if len(f.items) > 1
    ]


def count_fields(chosen: Iterable[Chosen]) -> int:
    """Return how many fields the separate forms have."""
    return sum(len(dict.fromkeys(one.item.form)) for one in chosen)


# ── licences ──────────────────────────────────────────────────────────────────────────────────────
def results_of(ordered: Iterable[Chosen]) -> list[Result]:
    """Return everything that is handed over."""
    return [r for one in ordered for r in one.item.results if r.kind in HANDED_OVER]


def combined_name(bundle: Bundle, results: Sequence[Result], names: Names) -> str | None:
    """Return the name of the one licence over the others, where the bundle has one and there are others."""
    if bundle.combined_licence is None or not results:
        return None
    licence = names.licences.get(bundle.combined_licence)
    return licence.name if licence else bundle.combined_licence


def licence_savings(combined: str | None, results: Sequence[Result], names: Names) -> list[Reduction]:
    """Return what the combined licence saves."""
    if combined is None or len(results) < 2:
        return []
    return [
        _saving(
            Measure.LICENCES,
            "combined_licence",
            len(results) - 1,
            words.LICENCES,
            names,
            {"count": len(results), "licence": combined},
        )
    ]


def _saving(
    measure: Measure,
    kind: str,
    count: int,
    what: str,
    names: Names,
    places: Mapping[str, str | int],
    *,
    own: str | None = None,
    sure: str | None = None,
) -> Reduction:
    said = say(kind, **places)
    general = names.saving_basis.get(kind)
    return Reduction(
        measure=measure,
        kind=kind,
        count=count,
        what=what,
        reason=finished(said)[:300],
        law=law_for(kind, None, names.saving_basis),
        item=own,
        sure=sure or (general.sure.value if general else "C"),
        said=said,
    )
