"""Writes of bundles: publish, withdraw, go back. The same acts as for items, and for the same reasons.

With every version stand the figures the compiler gives for the bundle's reference case. When an item
changes and the figures with it, the bundle is published anew, so that its history shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Act
from tongban.foundation.packs import operations as packs
from tongban.foundation.packs import queries as pack_queries
from tongban.foundation.packs.operations import Changes
from tongban.kernel.digests import digest_of
from tongban.kernel.errors import N_, Conflict, Failure, Invalid, NotFound
from tongban.kernel.ids import new_id
from tongban.kernel.pinyin import order_key
from tongban.kernel.types import Actor, Subject
from tongban.services.bundles import models, types
from tongban.services.bundles.rules import compile_bundle
from tongban.services.catalogue.types import Item

Figures = dict[str, dict[str, int]]


@dataclass(slots=True)
class _Work:
    """What one publication is about to write."""

    rows: list[models.Bundle] = field(default_factory=list)
    versions: list[models.BundleVersion] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Publication:
    revision: int
    by: Actor
    at: datetime
    why: str


@transaction.atomic
def publish_bundles(
    *,
    bundles: Mapping[str, types.Bundle],
    items: Mapping[str, Item],
    names: types.Names,
    revision: int,
    by: Actor,
    at: datetime,
    why: str = "",
) -> Changes:
    """Publish the bundles that say or give something new, withdraw those the folder no longer has."""
    packs.wait_for_turn()
    present = {row.code: row for row in models.Bundle.objects.all()}
    publication, work = _Publication(revision, by, at, why), _Work()
    for code, bundle in bundles.items():
        _weigh(bundle, present.get(code), items, names, publication, work)
    gone = [row for code, row in present.items() if row.pack_digest and code not in bundles]
    for row in gone:
        version = models.BundleVersion.objects.get(id=row.version_id)
        row.is_offered, row.pack_digest = False, ""
        _add(version.document, version.figures, row, publication, work, act="withdrawn")
    _write(work, publication)
    written, removed = {row.code for row in work.rows}, {row.code for row in gone}
    return Changes(
        added=tuple(sorted(written - present.keys())),
        changed=tuple(sorted((written & present.keys()) - removed)),
        removed=tuple(sorted(removed)),
    )


@transaction.atomic
def publish_figures(
    *,
    items: Mapping[str, Item],
    names: types.Names,
    revision: int,
    by: Actor,
    at: datetime,
    why: str = "",
) -> tuple[str, ...]:
    """Publish anew the offered bundles whose figures have changed with their items; return their codes."""
    packs.wait_for_turn()
    publication, work = _Publication(revision, by, at, why), _Work()
    for row in models.Bundle.objects.filter(is_offered=True).select_related("version"):
        document = row.version.document
        figures = figures_of(types.Bundle.model_validate(document), items, names)
        if row.digest != digest_of([document, figures]):
            _add(document, figures, row, publication, work, act="published")
    _write(work, publication)
    return tuple(row.code for row in work.rows)


@transaction.atomic
def go_back(
    *,
    code: str,
    to: int,
    why: str,
    items: Mapping[str, Item],
    names: types.Names,
    by: Actor,
    at: datetime,
) -> int:
    """Publish an older version's document again and return the new version's number.

    Its figures are computed from today's items. Raise Invalid without a reason, NotFound, Conflict.
    """
    if not why.strip():
        raise Invalid("reason-missing", N_("回退要写明理由。"))
    packs.wait_for_turn()
    row = models.Bundle.objects.filter(code=code).first()
    if row is None:
        raise NotFound("bundle-unknown", N_("没有代码为“{bundle}”的一件事。"), bundle=code)
    old = models.BundleVersion.objects.filter(bundle=row, number=to).first()
    if old is None:
        sentence = N_("一件事“{bundle}”没有第 {number} 版。")
        raise NotFound("bundle-version-unknown", sentence, bundle=code, number=to)
    now = models.BundleVersion.objects.get(id=row.version_id)
    if old.document == now.document and row.is_offered:
        sentence = N_("一件事“{bundle}”现行的就是第 {number} 版的内容，没有什么可回退。")
        raise Conflict("bundle-already-published", sentence, bundle=code, number=to)
    revision = packs.open_revision(
        act="rollback",
        digest=pack_queries.loaded_digest() or digest_of(None),
        by=by,
        at=at,
        why=why,
        summary={"bundles": {"changed": 1}, "bundle": code, "to": to},
    )
    publication, work = _Publication(revision, by, at, why), _Work()
    figures = figures_of(types.Bundle.model_validate(old.document), items, names)
    row.is_offered = True
    _add(old.document, figures, row, publication, work, act="went_back", went_back_to=to)
    _write(work, publication)
    return row.number


def figures_of(bundle: types.Bundle, items: Mapping[str, Item], names: types.Names) -> Figures | None:
    """Return before and after of the reference case; None where the compiler refuses it."""
    try:
        compiled = compile_bundle(bundle, items, bundle.reference, names=names)
    except Failure:
        return None
    return {"before": compiled.before.model_dump(), "after": compiled.after.model_dump()}


def document_of(bundle: types.Bundle) -> dict[str, Any]:
    """Return the document that is kept for a version: plain data without what is left at its default."""
    return bundle.model_dump(mode="json", exclude_defaults=True)


def _weigh(
    bundle: types.Bundle,
    row: models.Bundle | None,
    items: Mapping[str, Item],
    names: types.Names,
    publication: _Publication,
    work: _Work,
) -> None:
    document = document_of(bundle)
    said = digest_of(document)
    if row is not None and row.pack_digest == said:
        # The folder says what it said; what is published stays, perhaps with other figures.
        document = models.BundleVersion.objects.values_list("document", flat=True).get(id=row.version_id)
        bundle = types.Bundle.model_validate(document)
    figures = figures_of(bundle, items, names)
    if row is not None and row.pack_digest == said and row.digest == digest_of([document, figures]):
        return
    row = row if row is not None else models.Bundle(code=bundle.code, number=0)
    row.is_offered, row.pack_digest = True, said
    _add(document, figures, row, publication, work, act="published")


def _add(
    document: dict[str, Any],
    figures: Figures | None,
    row: models.Bundle,
    publication: _Publication,
    work: _Work,
    *,
    act: str,
    went_back_to: int | None = None,
) -> None:
    bundle, by = types.Bundle.model_validate(document), publication.by
    row.number += 1
    row.version_id, row.published_at = new_id(), publication.at
    row.digest = digest_of([document, figures])
    _set_columns(row, bundle)
    work.rows.append(row)
    work.versions.append(
        models.BundleVersion(
            id=row.version_id,
            bundle_id=row.id,
            number=row.number,
            document=document,
            figures=figures,
            digest=row.digest,
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
    detail = {"version": row.number, "digest": row.digest, "revision": publication.revision}
    work.acts.append(Act(f"bundle.{act}", Subject("bundle", row.code), detail | {"why": publication.why}))


def _set_columns(row: models.Bundle, bundle: types.Bundle) -> None:
    row.name = bundle.name
    row.order_key = order_key(bundle.name)
    row.lead_id = bundle.lead
    row.themes = list(bundle.themes)
    row.audience = list(bundle.audience)
    row.items = sorted({entry.item for entry in bundle.items})
    row.featured = bundle.featured


def _write(work: _Work, publication: _Publication) -> None:
    by, at = publication.by, publication.at
    packs.put_rows(rows=work.rows, kept=packs.KEPT, by=by, at=at)
    packs.put_rows(rows=work.versions, by=by, at=at)
    if work.acts:
        ledger.record_many(acts=work.acts, by=by, at=at)
