"""The catalogue's part of a city pack: the head, sources, code lists and items, read and checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tongban.foundation.government.types import Department, District, Street
from tongban.foundation.packs import reading
from tongban.foundation.packs.reading import (
    Entries,
    Folder,
    Found,
    Naming,
    read_lists,
    read_one,
    read_table,
    tell,
)
from tongban.foundation.packs.types import (
    Finding,
    Official,
    Phrase,
    Place,
    Problems,
    did_you_mean,
    full_width_in,
)
from tongban.kernel.errors import N_
from tongban.services.catalogue import rules
from tongban.services.catalogue.codes import LIST_OF_FIELD, LISTS
from tongban.services.catalogue.labels import LABELS
from tongban.services.catalogue.search.types import Synonym
from tongban.services.catalogue.types import City, DataElement, Item, LicenceType, Source, Theme

CITY = "city.yaml"
SOURCES = "sources.yaml"
LICENCES = "codes/licences.csv"
ELEMENTS = "codes/elements.csv"
THEMES = "codes/themes.yaml"
SYNONYMS = "search/synonyms.csv"
ITEMS = "items/*.yaml"
FILES = (CITY, SOURCES, LICENCES, ELEMENTS, THEMES, SYNONYMS)

Path = tuple[str | int, ...]
CATALOGUE_CODE_LENGTH = 15
OTHER_SAVINGS = (
    "time_limit",
    "parallel",
    "joint_check",
    "online_filing",
    "one_pickup",
    "one_window",
    "same_element",
    "combined_licence",
)
"""Kinds of saving that a bundle makes and no single item can."""

HEAD_OF_PACK = N_("城市包的开头，写城市的名称和代码")
NAMING = Naming(
    fields=LABELS,
    values={
        field: tuple(Official(code, *names) for code, names in LISTS[name].labels.items())
        for field, name in LIST_OF_FIELD.items()
    },
)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the catalogue's files say, each entry with its place."""

    city: Found[City] | None
    sources: Entries[Source]
    licences: Entries[LicenceType]
    elements: Entries[DataElement]
    themes: Entries[Theme]
    synonyms: Entries[Synonym]
    items: Entries[Item]


def read(folder: Folder) -> Catalogue:
    """Return what the catalogue's files say; tells every problem of theirs."""
    if not folder.has(CITY):
        folder.problems.add(reading.RULES["missing-file"], Place(CITY), file=CITY, what=Phrase(HEAD_OF_PACK))
    return Catalogue(
        city=read_one(folder, CITY, City, NAMING),
        sources=read_lists(folder, [SOURCES], "sources", Source, N_("来源"), NAMING),
        licences=read_table(folder, LICENCES, LicenceType, N_("证照类型"), NAMING),
        elements=read_table(folder, ELEMENTS, DataElement, N_("数据元"), NAMING),
        themes=read_lists(folder, [THEMES], "themes", Theme, N_("生活主题"), NAMING),
        synonyms=read_table(folder, SYNONYMS, Synonym, N_("同义词"), NAMING, code=None),
        items=read_lists(folder, folder.matching(ITEMS), "items", Item, N_("事项"), NAMING),
    )


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What items refer to outside the catalogue."""

    departments: Entries[Department]
    districts: Entries[District]
    streets: Entries[Street]


def check(catalogue: Catalogue, neighbours: Neighbours, problems: Problems) -> None:
    """Tell references that lead nowhere and rules that are broken, each at its line."""
    _check_head(catalogue, problems)
    _check_codes(catalogue, neighbours, problems)
    for item in catalogue.items:
        _check_references(item, catalogue, neighbours, problems)
        tell(rules.RULES, rules.check_item(item.record), item, problems)
    items = catalogue.items.records
    for code, finding in (*rules.needs_findings(items), *rules.name_findings(items)):
        tell(rules.RULES, [finding], catalogue.items.found[code], problems)


def check_sources(found: Found[Any], sources: Entries[Source], problems: Problems) -> None:
    """Tell sources that are named but not in the pack, wherever in the record they are named."""
    for path, fact in rules.facts(found.record):
        if fact.source is not None and fact.source not in sources:
            sources.tell_unknown(fact.source, "source", found.place((*path, "source")), problems)


def _check_head(catalogue: Catalogue, problems: Problems) -> None:
    if catalogue.city is None:
        return
    city = catalogue.city
    kinds = [*LISTS["saving"].labels, *OTHER_SAVINGS]
    for kind, basis in city.record.saving_basis.items():
        if kind not in kinds:
            hint = did_you_mean(kind, kinds)
            problems.add(
                rules.RULES["saving-basis-unknown"], city.place(("saving_basis", kind)), kind=kind, hint=hint
            )
        if basis.source is not None and basis.source not in catalogue.sources:
            place = city.place(("saving_basis", kind, "source"))
            catalogue.sources.tell_unknown(basis.source, "source", place, problems)
    for field in ("hotline", "complaint_hotline"):
        wrong = full_width_in(getattr(city.record, field))
        if wrong:
            problems.add(
                rules.RULES["full-width-hotline"], city.place((field,)), field=NAMING.of(field), **wrong
            )


def _check_codes(catalogue: Catalogue, neighbours: Neighbours, problems: Problems) -> None:
    first: dict[str, str] = {}
    for licence in catalogue.licences:
        record = licence.record
        _refer(licence, ("issuer",), record.issuer, neighbours.departments, problems)
        _refer(licence, ("source",), record.source, catalogue.sources, problems)
        for shown, _ in record.face_lines:
            _refer(licence, ("face",), shown, catalogue.elements, problems)
        tell(rules.RULES, _of_licence(record, first), licence, problems)
    for element in catalogue.elements:
        _check_kind(element, element.record.kind, "element_kind", problems)
    for source in catalogue.sources:
        _check_kind(source, source.record.kind, "source_kind", problems)


def _of_licence(licence: LicenceType, first: dict[str, str]) -> Iterator[Finding]:
    code = licence.catalogue_code
    if code is None:
        return
    if not (len(code) == CATALOGUE_CODE_LENGTH and code.isascii() and code.isdecimal()):
        yield Finding("licence-code-form", ("catalogue_code",), {"code": code})
    other = first.setdefault(code, licence.code)
    if other != licence.code:
        yield Finding("licence-code-twice", ("catalogue_code",), {"code": code, "other": other})


def _check_kind(found: Found[Any], value: str, list_name: str, problems: Problems) -> None:
    labels = LISTS[list_name].labels
    if value not in labels:
        allowed = tuple(Official(code, *names) for code, names in labels.items())
        problems.add(
            rules.RULES["unknown-kind"], found.place(("kind",)), field="kind", value=value, allowed=allowed
        )


def _check_references(
    found: Found[Item], catalogue: Catalogue, neighbours: Neighbours, problems: Problems
) -> None:
    item = found.record
    for path, code, entries in _references(item, catalogue, neighbours):
        _refer(found, path, code, entries, problems)
    check_sources(found, catalogue.sources, problems)


def _references(
    item: Item, catalogue: Catalogue, neighbours: Neighbours
) -> Iterator[tuple[Path, str | None, Entries[Any]]]:
    yield ("department",), item.department, neighbours.departments
    yield ("street_code",), item.street_code, neighbours.streets
    for position, code in enumerate(item.joint_departments):
        yield ("joint_departments", position), code, neighbours.departments
    for position, code in enumerate(item.themes):
        yield ("themes", position), code, catalogue.themes
    for position, code in enumerate(item.form):
        yield ("form", position), code, catalogue.elements
    for position, code in enumerate(item.needs):
        yield ("needs", position), code, catalogue.items
    for position, result in enumerate(item.results):
        yield ("results", position, "licence"), result.licence, catalogue.licences
    for position, material in enumerate(item.materials):
        for number, instead in enumerate(material.instead):
            path: Path = ("materials", position, "instead", number)
            yield (*path, "licence"), instead.licence, catalogue.licences
            yield (*path, "item"), instead.item, catalogue.items
    for district in item.variants:
        yield ("variants", district), district, neighbours.districts


def _refer(
    found: Found[Any], path: Path, code: str | None, entries: Entries[Any], problems: Problems
) -> None:
    if code is not None and code not in entries:
        field = next(step for step in reversed(path) if isinstance(step, str))
        entries.tell_unknown(code, NAMING.of(field), found.place(path), problems)
