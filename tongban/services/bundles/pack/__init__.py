"""The bundles' part of a city pack: ``bundles/``, one bundle a file, read and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tongban.foundation.government.types import Department
from tongban.foundation.packs.reading import Entries, Folder, Found, Naming, read_files, tell
from tongban.foundation.packs.types import Finding, Noun, Official, Phrase, Problems
from tongban.kernel.conditions import names
from tongban.kernel.errors import N_, Failure
from tongban.services.bundles.pack import questions
from tongban.services.bundles.pack.filling import filling_findings
from tongban.services.bundles.pack.order import order_findings
from tongban.services.bundles.pack.table import RULES
from tongban.services.bundles.pack.twice import twice_findings
from tongban.services.bundles.types import Bundle, BundleQuestion, Measure, Names
from tongban.services.catalogue.types import Audience, Basis, DataElement, Item, LicenceType, Theme

BUNDLES = "bundles/*.yaml"
WHAT = N_("一件事")

MEASURES = {
    Measure.MATERIALS: N_("材料"),
    Measure.CHECKS: N_("上门核查"),
    Measure.DAYS: N_("工作日"),
    Measure.VISITS: N_("跑动次数"),
    Measure.FIELDS: N_("填写项"),
    Measure.LICENCES: N_("结果份数"),
}
BEFORE, AFTER = N_("改革前"), N_("改革后")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What bundles refer to outside themselves."""

    items: Entries[Item]
    themes: Entries[Theme]
    licences: Entries[LicenceType]
    elements: Entries[DataElement]
    departments: Entries[Department]
    saving_basis: Mapping[str, Basis]


def read(folder: Folder, naming: Naming) -> Entries[Bundle]:
    """Return the bundles by code; tells every problem of their files."""
    return read_files(folder, folder.matching(BUNDLES), Bundle, WHAT, naming)


def check(bundles: Entries[Bundle], neighbours: Neighbours, problems: Problems) -> None:
    """Tell references that lead nowhere, rules that are broken, and bundles that can not be compiled."""
    items = neighbours.items.records
    compiled_names = Names(
        elements=neighbours.elements.records,
        licences=neighbours.licences.records,
        departments=neighbours.departments.records,
        saving_basis=neighbours.saving_basis,
    )
    for found in bundles:
        before = len(problems.errors)
        _check_references(found, bundles, neighbours, problems)
        tell(RULES, _of_bundle(found.record, items), found, problems)
        tell(RULES, filling_findings(found.record, items, neighbours.elements.records), found, problems)
        _check_conditions(found, items, problems)
        if _can_compile(found.record, items) and len(problems.errors) == before:
            tell(RULES, _compiled(found.record, items, compiled_names), found, problems)
    _check_conditions_of_items(bundles, neighbours.items, problems)


def _check_references(
    found: Found[Bundle], bundles: Entries[Bundle], neighbours: Neighbours, problems: Problems
) -> None:
    bundle = found.record

    def refer(path: tuple[str | int, ...], code: str | None, entries: Entries) -> None:  # type: ignore[type-arg]
        if code is not None and code not in entries:
            field = next(step for step in reversed(path) if isinstance(step, str))
            entries.tell_unknown(code, field, found.place(path), problems)

    refer(("lead",), bundle.lead, neighbours.departments)
    refer(("combined_licence",), bundle.combined_licence, neighbours.licences)
    for position, code in enumerate(bundle.themes):
        refer(("themes", position), code, neighbours.themes)
    for position, code in enumerate(bundle.see_also):
        refer(("see_also", position), code, bundles)
    for position, question in enumerate(bundle.questions):
        refer(("questions", position, "fills"), question.fills, neighbours.elements)
    for position, entry in enumerate(bundle.items):
        refer(("items", position, "item"), entry.item, neighbours.items)


def _of_bundle(bundle: Bundle, items: Mapping[str, Item]) -> Iterator[Finding]:
    yield from questions.question_findings(bundle)
    yield from order_findings(bundle, items)
    yield from twice_findings(bundle)
    for position, code in enumerate(bundle.audience):
        if code not in list(Audience):
            allowed = tuple(Official(one.value) for one in Audience)
            values = {"field": "audience", "value": code, "allowed": allowed}
            yield Finding("unknown-audience", ("audience", position), values)
    for part in ("before", "after") if bundle.published else ():
        for measure in getattr(bundle.published, part):
            if measure not in list(Measure):
                values = {"measure": measure, "allowed": tuple(Official(one.value) for one in Measure)}
                yield Finding("unknown-measure", ("published", part, measure), values)


def _check_conditions(found: Found[Bundle], items: Mapping[str, Item], problems: Problems) -> None:
    """Conditions of the bundle's own entries, and which questions decide nothing."""
    bundle = found.record
    asked = {question.code: question for question in bundle.questions}
    used = {question.code for question in bundle.questions if question.fills}
    for position, entry in enumerate(bundle.items):
        if entry.when is not None:
            used |= set(_names(entry.when))
            findings = _condition(entry.when, asked, ("items", position, "when"))
            tell(RULES, findings, found, problems)
        item = items.get(entry.item)
        for _, condition in item.conditions_on_answers() if item else ():
            used |= set(_names(condition))
    whole = all(entry.item in items for entry in bundle.items)
    for position, question in enumerate(bundle.questions):
        if whole and question.code not in used:  # an item that is missing may have used it
            finding = Finding("unused-question", ("questions", position), {"code": question.code})
            tell(RULES, [finding], found, problems)


def _condition(
    condition: dict[str, object], asked: Mapping[str, BundleQuestion], path: tuple[str | int, ...]
) -> Iterator[Finding]:
    bad = questions.well_formed(condition)
    if bad:
        detail = Phrase(bad.sentence, tuple(bad.values.items()))
        yield Finding("bundle-condition-form", path, {"detail": detail})
    else:
        yield from questions.condition_findings(condition, asked, path)


def _names(condition: dict[str, object]) -> Iterator[str]:
    if questions.well_formed(condition) is None:
        yield from names(condition)


@dataclass(frozen=True, slots=True)
class _Use:
    """A bundle that uses an item: the questions it asks, and where the item is named."""

    found: Found[Bundle]
    asked: Mapping[str, BundleQuestion]
    position: int


def _check_conditions_of_items(bundles: Entries[Bundle], items: Entries[Item], problems: Problems) -> None:
    """Conditions of items: some bundle that uses the item must ask the question and offer the answer."""
    if not bundles.complete:
        return
    uses: dict[str, dict[str, _Use]] = {}
    for found in bundles:
        asked = {question.code: question for question in found.record.questions}
        for position, entry in enumerate(found.record.items):
            uses.setdefault(entry.item, {}).setdefault(found.record.code, _Use(found, asked, position))
    for code, places in uses.items():
        item = items.found.get(code)
        for path, condition in item.record.conditions_on_answers() if item else ():
            if item and questions.well_formed(condition) is None:
                for name, test in questions.leaves(condition):
                    _check_leaf(item, path, name, test, list(places.values()), problems)


def _check_leaf(
    item: Found[Item],
    path: tuple[str | int, ...],
    name: str,
    test: object,
    places: list[_Use],
    problems: Problems,
) -> None:
    asking = [use for use in places if name in use.asked]
    if not asking:
        known = {known for use in places for known in use.asked}
        tell(RULES, [questions.unknown(name, known, path)], item, problems)
        return
    wrong = [list(questions.findings_of_test(use.asked[name], test, path)) for use in asking]
    if all(wrong):
        tell(RULES, wrong[0], item, problems)
    for use in places:
        if name not in use.asked:
            values = {"item": item.record.code, "name": name}
            finding = Finding("question-not-asked-here", ("items", use.position, "item"), values)
            tell(RULES, [finding], use.found, problems)


def _can_compile(bundle: Bundle, items: Mapping[str, Item]) -> bool:
    """Return whether all items are there and their conditions can be decided."""
    return all(
        entry.item in items
        and all(questions.well_formed(one) is None for _, one in items[entry.item].conditions_on_answers())
        for entry in bundle.items
    )


def _compiled(bundle: Bundle, items: Mapping[str, Item], known: Names) -> Iterator[Finding]:
    """Compile the reference case and its neighbours; hold what was published beside what is computed."""
    from tongban.services.bundles.rules import bundle_problems, compile_bundle

    failures: tuple[Failure, ...] = bundle_problems(bundle, items, known)
    for failure in failures:
        detail = Phrase(failure.sentence, tuple(failure.values.items()))
        yield Finding("bundle-does-not-compile", (), {"detail": detail})
    if failures or bundle.published is None:
        return
    figures = compile_bundle(bundle, items, bundle.reference, names=known)
    for when, part in ((BEFORE, "before"), (AFTER, "after")):
        computed = getattr(figures, part)
        for measure, published in getattr(bundle.published, part).items():
            if getattr(computed, measure) != published:
                yield Finding(
                    "published-differs",
                    ("published", part, measure),
                    {
                        "when": Phrase(when),
                        "measure": Noun(MEASURES[Measure(measure)]),
                        "published": published,
                        "computed": getattr(computed, measure),
                    },
                )
