"""Publish what a folder says: all of it in one transaction, or nothing.

A load that changes nothing ends before anything is parsed: the files' digests are those of the last load.
Two loads at once wait for each other; one that is killed leaves everything as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from tongban import __version__
from tongban.datahub.resources import operations as resources
from tongban.foundation.calendars import operations as calendars
from tongban.foundation.government import operations as government
from tongban.foundation.identity import operations as identity
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.packs import operations as packs
from tongban.foundation.packs import queries as pack_queries
from tongban.foundation.packs.errors import PackRefused
from tongban.foundation.packs.operations import Changes
from tongban.foundation.packs.rules import file_digests, folder_digest
from tongban.foundation.packs.types import Problem
from tongban.kernel.clock import now
from tongban.kernel.errors import N_, Conflict
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.runtime.cli import language, say
from tongban.services.bundles import operations as bundles
from tongban.services.bundles import queries as published_bundles
from tongban.services.bundles.types import Names
from tongban.services.catalogue import operations as catalogue
from tongban.services.catalogue import queries as published

if TYPE_CHECKING:
    from tongban.foundation.packs.types import Problems
    from tongban.runtime.city import CityPack

MOST_SAID = 20
MSG_MOVING = N_("读取期间文件夹的内容变了（{file}）；没有改动任何内容，请再运行一次。")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The outcome of a load: the revision that stands now, whether it is new, and what it changed."""

    revision: int
    is_new: bool
    changes: dict[str, Changes] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many were added, changed and removed of everything that changed."""
        return {name: changes.counts() for name, changes in self.changes.items() if changes}


def load_city(folder: Path, *, by: Actor, at: datetime, why: str = "", again: bool = False) -> Loaded:
    """Publish what the folder says anew; raise PackRefused when it has errors, Conflict when it moves.

    ``again`` reads the folder and makes the search index anew even when no file has changed.
    """
    files = file_digests(folder)
    digest = folder_digest(files, __version__)
    if not again and digest == pack_queries.loaded_digest():
        return Loaded(pack_queries.current_number(), is_new=False)
    pack, problems = read_city(folder)
    if problems.errors or pack.city is None:
        raise PackRefused(problems)
    _refuse_moving(files, pack.files)
    with transaction.atomic():
        packs.wait_for_turn()
        if not again and digest == pack_queries.loaded_digest():
            # Another load of the same folder went first while this one waited.
            return Loaded(pack_queries.current_number(), is_new=False)
        revision = packs.open_revision(act="load", digest=digest, by=by, at=at, why=why)
        packs.keep_files(files=files, revision=revision, by=by, at=at)
        changes = publish(pack, revision, by, at, why, again)
        loaded = Loaded(revision, is_new=True, changes=changes, warnings=problems.warnings)
        packs.note_summary(revision=revision, summary=loaded.counts(), by=by, at=at)
        detail = {"revision": revision, "digest": digest, "why": why, "changes": loaded.counts()}
        ledger.record(act="city.load", subject=Subject("city", pack.city.code), by=by, at=at, detail=detail)
    return loaded


def read_city(folder: Path) -> tuple[CityPack, Problems]:
    """Read the folder; what reads packs is imported only now, when something has changed."""
    from tongban.runtime import city

    return city.read_city(folder)


def load(folder: Path) -> Loaded | None:
    """Load the folder at the start of the city, if it has changed.

    A folder with errors changes nothing: a city that was published before opens as it was (None), and the
    errors are said; without one raise PackRefused.
    """
    try:
        return load_city(folder, by=SYSTEM, at=now())
    except PackRefused as refused:
        if not pack_queries.current_number():
            raise
        for problem in refused.problems.errors[:MOST_SAID]:
            print(f"{problem.place}  {problem.rule.code}  {problem.words(language())}", flush=True)
        say(refused.sentence, **refused.values)
        return None


def _refuse_moving(before: Mapping[str, str], read: Mapping[str, str]) -> None:
    for name, digest in read.items():
        if before.get(name) != digest:
            raise Conflict("pack-moving", MSG_MOVING, file=name)


def publish(
    pack: CityPack, revision: int, by: Actor, at: datetime, why: str, again: bool
) -> dict[str, Changes]:
    """Publish a pack in the caller's transaction and return what changed, by table."""
    # Words and their sounds take half a second to import: too much for a load that finds nothing changed.
    from tongban.runtime import indexing
    from tongban.services.catalogue.search import operations as search

    changes = government.load_government(
        departments=pack.departments.values(),
        districts=pack.districts.values(),
        outlines=pack.outlines.values(),
        streets=pack.streets.values(),
        centres=pack.centres.values(),
        windows=pack.windows.values(),
        posts=pack.posts.values(),
        staff=pack.staff.values(),
        duties=pack.duties.values(),
        by=by,
        at=at,
    )
    # Once an officer, always three people: the seats say what the posts say.
    identity.seat_officers(by=by, at=at)
    assert pack.city is not None  # noqa: S101  load_city has refused a pack without one
    changes |= catalogue.keep_code_lists(
        city=pack.city,
        sources=pack.sources.values(),
        themes=pack.themes.values(),
        licences=pack.licences.values(),
        elements=pack.elements.values(),
        by=by,
        at=at,
    )
    calendars.load_days(days=pack.days.values(), by=by, at=at)
    search.keep_synonyms(pack.synonyms)
    changes["items"] = catalogue.publish_items(items=pack.items, revision=revision, by=by, at=at, why=why)
    changes |= resources.load_data(
        systems=pack.systems.values(),
        themes=pack.data_themes.values(),
        resources=pack.resources.values(),
        duties=pack.data_duties.values(),
        demands=pack.demands.values(),
        negatives=pack.negatives.values(),
        by=by,
        at=at,
        why=why,
    )
    # Bundles stand on the items as published, which somebody may have taken back to an older version.
    together = (*pack.bundles.values(), *published_bundles.all_bundles().values())
    items = published.items_by_code({entry.item for bundle in together for entry in bundle.items})
    changes["bundles"] = bundles.publish_bundles(
        bundles=pack.bundles, items=items, names=names_of(pack), revision=revision, by=by, at=at, why=why
    )
    indexing.bring_up_to_date(changes, total=len(pack.items), again=again)
    return changes


def names_of(pack: CityPack) -> Names:
    """Return what the compiler of bundles looks up in a pack."""
    return Names(
        elements=pack.elements,
        licences=pack.licences,
        departments=pack.departments,
        saving_basis=pack.city.saving_basis if pack.city else {},
    )
