"""A whole city pack in memory, read and proved without any database."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tongban.datahub.resources import pack as resources
from tongban.datahub.resources.types import DataDuty, DataTheme, Demand, ItemFacts, Negative, Resource, System
from tongban.foundation.calendars import pack as calendars
from tongban.foundation.calendars.types import CalendarDay
from tongban.foundation.government import pack as government
from tongban.foundation.government.types import (
    Centre,
    Department,
    District,
    Duty,
    Outline,
    Post,
    StaffMember,
    Street,
    Window,
)
from tongban.foundation.packs.reading import open_folder
from tongban.foundation.packs.types import Problems
from tongban.services.approvals import pack as approvals
from tongban.services.bundles import pack as bundles
from tongban.services.bundles.types import Bundle
from tongban.services.cases import pack as cases
from tongban.services.catalogue import pack as catalogue
from tongban.services.catalogue.rules.asking import handling_of
from tongban.services.catalogue.search.types import Synonym
from tongban.services.catalogue.types import City, DataElement, Item, LicenceType, Source, Theme
from tongban.services.licences import pack as licences
from tongban.services.obtaining import pack as obtaining


@dataclass(frozen=True, slots=True)
class CityPack:
    """What the folder says. Entries that could not be read are not in it; ``city`` is None without a head.

    ``files`` is path → SHA-256 of every file that was read.
    """

    city: City | None = None
    sources: dict[str, Source] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)
    districts: dict[str, District] = field(default_factory=dict)
    outlines: dict[str, Outline] = field(default_factory=dict)
    streets: dict[str, Street] = field(default_factory=dict)
    centres: dict[str, Centre] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    staff: dict[str, StaffMember] = field(default_factory=dict)
    duties: dict[str, Duty] = field(default_factory=dict)
    days: dict[dt.date, CalendarDay] = field(default_factory=dict)
    licences: dict[str, LicenceType] = field(default_factory=dict)
    elements: dict[str, DataElement] = field(default_factory=dict)
    themes: dict[str, Theme] = field(default_factory=dict)
    synonyms: tuple[Synonym, ...] = ()
    items: dict[str, Item] = field(default_factory=dict)
    bundles: dict[str, Bundle] = field(default_factory=dict)
    systems: dict[str, System] = field(default_factory=dict)
    data_themes: dict[str, DataTheme] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    data_duties: dict[str, DataDuty] = field(default_factory=dict)
    demands: dict[str, Demand] = field(default_factory=dict)
    negatives: dict[str, Negative] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


def read_city(path: Path) -> tuple[CityPack, Problems]:
    """Return the pack of a folder and everything that is wrong with it; never raises for what it holds."""
    problems = Problems()
    with _no_collection():
        pack = _read(path, problems)
    return pack, problems


def _read(path: Path, problems: Problems) -> CityPack:
    folder = open_folder(path, problems)
    if folder is None:
        return CityPack()
    things = catalogue.read(folder)
    rule = government.read(folder, catalogue.NAMING)
    days = calendars.read(folder)
    together = bundles.read(folder, catalogue.NAMING)
    data = resources.read(folder)
    folder.tell_unknown((*catalogue.FILES, *government.FILES, calendars.FILE, *resources.FILES))

    government.check(rule, things.city.record.code if things.city else None, problems)
    calendars.check(days, problems)
    neighbours = catalogue.Neighbours(rule.departments, rule.districts, rule.streets)
    catalogue.check(things, neighbours, problems)
    bundles.check(together, _beside(things, rule), problems)
    facts = {code: handling_of(item) for code, item in things.items.records.items()}
    resources.check(data, _around(things, rule, facts), problems)
    granted = partial(resources.grants_at_once, lists=resources.lists_of(data), items=facts)
    obtaining.check(
        things.items, data.demands.records.values(), data.resources.records, granted,
        cases.with_founding(together.records.values(), things.items.records), problems,
    )  # fmt: skip
    licences.check(
        things.city.record if things.city else None, rule.departments, things.items.records.values(),
        together.records.values(), problems,
    )  # fmt: skip
    approvals.check(
        rule.departments, rule.posts, rule.staff, things.items.records.values(), together.records.values(), problems
    )  # fmt: skip
    for bundle in together:
        catalogue.check_sources(bundle, things.sources, problems)
    return CityPack(
        city=things.city.record if things.city else None,
        sources=things.sources.records,
        departments=rule.departments.records,
        districts=rule.districts.records,
        outlines=rule.outlines.records,
        streets=rule.streets.records,
        centres=rule.centres.records,
        windows=rule.windows.records,
        posts=rule.posts.records,
        staff=rule.staff.records,
        duties=rule.duties.records,
        days=calendars.by_date(days),
        licences=things.licences.records,
        elements=things.elements.records,
        themes=things.themes.records,
        synonyms=tuple(things.synonyms.records.values()),
        items=things.items.records,
        bundles=together.records,
        systems=data.systems.records,
        data_themes=data.themes.records,
        resources=data.resources.records,
        data_duties=data.duties.records,
        demands=data.demands.records,
        negatives=data.negatives.records,
        files=dict(sorted(folder.digests.items())),
    )


def _beside(things: catalogue.Catalogue, rule: government.Government) -> bundles.Neighbours:
    return bundles.Neighbours(
        items=things.items,
        themes=things.themes,
        licences=things.licences,
        elements=things.elements,
        departments=rule.departments,
        saving_basis=things.city.record.saving_basis if things.city else {},
    )


def _around(
    things: catalogue.Catalogue, rule: government.Government, facts: Mapping[str, ItemFacts | None]
) -> resources.Neighbours:
    return resources.Neighbours(
        departments=rule.departments,
        sources=things.sources,
        elements=things.elements,
        items=things.items,
        facts=facts,
    )


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector away while hundreds of thousands of small objects are made: 2 × as fast."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
