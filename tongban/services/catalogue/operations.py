"""Writes of the catalogue: publish, withdraw, go back; keep the code lists; keep the nightly report.

A version is never changed. What the folder said at its last load is remembered beside what is published:
an item that somebody took back to an older version stays there until the folder says something new of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Act
from tongban.foundation.packs import operations as packs
from tongban.foundation.packs import queries as pack_queries
from tongban.foundation.packs.operations import Changes
from tongban.kernel.digests import digest_of
from tongban.kernel.ids import new_id
from tongban.kernel.types import Actor, Subject
from tongban.services.catalogue import models, types
from tongban.services.catalogue.columns import item_columns
from tongban.services.catalogue.equality import Report, Standing
from tongban.services.catalogue.errors import AlreadyPublished, ItemUnknown, ReasonMissing

BATCH = 500


@dataclass(slots=True)
class _Work:
    """What one publication is about to write."""

    items: list[models.Item] = field(default_factory=list)
    versions: list[models.ItemVersion] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    said: list[models.Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Publication:
    revision: int
    by: Actor
    at: datetime
    why: str


@transaction.atomic
def publish_items(
    *, items: Mapping[str, types.Item], revision: int, by: Actor, at: datetime, why: str = ""
) -> Changes:
    """Publish what the folder says anew as new versions, withdraw what it no longer says; return the codes.

    Items in state ``draft`` are not published; one that was is withdrawn. Withdrawn items are cancelled,
    never deleted.
    """
    packs.wait_for_turn()
    present = {row.code: row for row in models.Item.objects.all()}
    said = {code: item for code, item in items.items() if item.state is not types.ItemState.DRAFT}
    publication, work = _Publication(revision, by, at, why), _Work()
    for code, item in said.items():
        _weigh(item, present.get(code), publication, work)
    gone = [row for code, row in present.items() if row.pack_digest and code not in said]
    for row, document in _with_documents(gone):
        _withdraw(row, document, publication, work)
    _write(work, publication)
    written = {row.code for row in work.items}
    removed = {row.code for row in gone}
    return Changes(
        added=tuple(sorted(written - present.keys())),
        changed=tuple(sorted((written & present.keys()) - removed)),
        removed=tuple(sorted(removed)),
    )


@transaction.atomic
def go_back(*, code: str, to: int, why: str, by: Actor, at: datetime) -> int:
    """Publish an older version's document again, as a new version, and return the new version's number.

    Raise ReasonMissing, ItemUnknown, AlreadyPublished.
    """
    if not why.strip():
        raise ReasonMissing
    packs.wait_for_turn()
    row = models.Item.objects.filter(code=code).first()
    if row is None:
        raise ItemUnknown(code)
    old = models.ItemVersion.objects.filter(item=row, number=to).first()
    if old is None:
        raise ItemUnknown(code, to)
    if old.digest == row.digest:
        raise AlreadyPublished(code, row.number)
    revision = packs.open_revision(
        act="rollback",
        digest=pack_queries.loaded_digest() or digest_of(None),
        by=by,
        at=at,
        why=why,
        summary={"items": {"changed": 1}, "item": code, "to": to},
    )
    publication, work = _Publication(revision, by, at, why), _Work()
    item = types.Item.model_validate(old.document)
    _add(item, old.document, old.digest, row, publication, work, act="went_back", went_back_to=to)
    _write(work, publication)
    return row.number


@transaction.atomic
def keep_code_lists(
    *,
    city: types.City,
    sources: Iterable[types.Source] = (),
    themes: Iterable[types.Theme] = (),
    licences: Iterable[types.LicenceType] = (),
    elements: Iterable[types.DataElement] = (),
    by: Actor,
    at: datetime,
) -> dict[str, Changes]:
    """Make the tables of the catalogue's code lists say what the pack says; return what changed."""
    # One row of the city is current at any moment: the old one steps down before the new one comes.
    models.City.objects.exclude(code=city.code).update(is_current=False)

    def keep(table: Any, records: Iterable[Any], columns: Any) -> Changes:
        return packs.keep_entries(table=table, records=records, columns=columns, by=by, at=at)

    return {
        "city": keep(models.City, (city,), lambda _: {}),
        "sources": keep(models.Source, sources, lambda _: {}),
        "themes": keep(models.Theme, themes, lambda theme: {"audience": theme.audience.value}),
        "licences": keep(models.LicenceType, licences, lambda licence: {"issuer_id": licence.issuer}),
        "elements": keep(models.DataElement, elements, lambda _: {}),
    }


@transaction.atomic
def keep_equality_report(*, report: Report, revision: int, by: Actor, at: datetime) -> None:
    """Keep the comparison of the districts as the report of that day; a later run the same day replaces it."""
    models.EqualityReport.objects.update_or_create(
        day=at.date(),
        defaults={
            "at": at,
            "revision": revision,
            "items": report.items,
            "differing": report.differing,
            "better": report.count(Standing.BETTER),
            "worse": report.count(Standing.WORSE),
            "document": report.document(),
        },
    )


def document_of(item: types.Item) -> dict[str, Any]:
    """Return the document that is kept for a version: plain data without what is left at its default."""
    return item.model_dump(mode="json", exclude_defaults=True)


def _weigh(item: types.Item, row: models.Item | None, publication: _Publication, work: _Work) -> None:
    """Decide whether what the folder says of an item is new, already published, or still the same."""
    document = document_of(item)
    digest = digest_of(document)
    if row is not None and row.pack_digest == digest:
        return
    if row is not None and row.digest == digest:
        row.pack_digest = digest
        work.said.append(row)
        return
    _add(item, document, digest, row, publication, work, act="published", pack_digest=digest)


def _withdraw(row: models.Item, document: dict[str, Any], publication: _Publication, work: _Work) -> None:
    document = document | {"state": types.ItemState.CANCELLED.value}
    item = types.Item.model_validate(document)
    document = document_of(item)
    _add(item, document, digest_of(document), row, publication, work, act="withdrawn", pack_digest="")


def _add(
    item: types.Item,
    document: dict[str, Any],
    digest: str,
    row: models.Item | None,
    publication: _Publication,
    work: _Work,
    *,
    act: str,
    pack_digest: str | None = None,
    went_back_to: int | None = None,
) -> None:
    row = row if row is not None else models.Item(code=item.code, number=0)
    version: UUID = new_id()
    row.number += 1
    row.version_id, row.digest, row.published_at = version, digest, publication.at
    if pack_digest is not None:
        row.pack_digest = pack_digest
    for name, value in item_columns(item).items():
        setattr(row, name, value)
    by = publication.by
    work.items.append(row)
    work.versions.append(
        models.ItemVersion(
            id=version,
            item_id=row.id,
            number=row.number,
            document=document,
            digest=digest,
            act=act,
            went_back_to=went_back_to,
            published_at=publication.at,
            by_kind=by.kind,
            by_id=by.id,
            by_name=by.name,
            why=publication.why,
            revision_id=publication.revision,
        )
    )
    detail = {
        "version": row.number,
        "digest": digest,
        "revision": publication.revision,
        "why": publication.why,
    }
    work.acts.append(Act(f"item.{act}", Subject("item", item.code), detail))


def _write(work: _Work, publication: _Publication) -> None:
    by, at = publication.by, publication.at
    # The item names its version and the version its item: both keys are checked at commit.
    packs.put_rows(rows=work.items, kept=packs.KEPT, by=by, at=at)
    packs.put_rows(rows=work.versions, by=by, at=at)
    if work.acts:
        ledger.record_many(acts=work.acts, by=by, at=at)
    if work.said:
        models.Item.objects.bulk_update(work.said, ["pack_digest"], batch_size=BATCH)


def _with_documents(rows: list[models.Item]) -> list[tuple[models.Item, dict[str, Any]]]:
    versions = models.ItemVersion.objects.filter(id__in=[row.version_id for row in rows])
    documents = dict(versions.values_list("id", "document"))
    return [(row, documents[row.version_id]) for row in rows]
