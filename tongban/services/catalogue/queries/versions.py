"""The history of an item: its versions, and what differs between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.kernel.digests import digest_of
from tongban.kernel.records import Record
from tongban.services.catalogue import models
from tongban.services.catalogue.changes import Change, compare
from tongban.services.catalogue.errors import ItemUnknown
from tongban.services.catalogue.queries.items import get_item


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One version in the list of versions; ``went_back_to`` names the version that was published again."""

    number: int
    act: str
    went_back_to: int | None
    published_at: datetime
    by: str
    why: str
    revision: int
    digest: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """What is published of an item, and the digest of what the folder said of it at its last load."""

    number: int
    digest: str
    pack_digest: str
    document: dict[str, Any]

    def said(self, record: Record) -> str:
        """Return the digest that the folder's record has, to hold beside ``pack_digest``."""
        return digest_of(record.model_dump(mode="json", exclude_defaults=True))


def versions(code: str) -> tuple[VersionCard, ...]:
    """Return the versions of an item, newest first (two statements); raise ItemUnknown."""
    item = models.Item.objects.filter(code=code).values_list("id", "number").first()
    if item is None:
        raise ItemUnknown(code)
    rows = models.ItemVersion.objects.filter(item_id=item[0]).defer("document").order_by("-number")
    return tuple(
        VersionCard(
            row.number, row.act, row.went_back_to, row.published_at, row.by_name or row.by_id, row.why,
            row.revision_id, row.digest, row.number == item[1],
        )
        for row in rows
    )  # fmt: skip


def changes_between(code: str, before: int, after: int) -> tuple[Change, ...]:
    """Return what differs between two versions of an item; raise ItemUnknown."""
    return record_changes(get_item(code, before).item, get_item(code, after).item)


def record_changes(before: Record, after: Record) -> tuple[Change, ...]:
    """Return what differs between two states of an item or bundle, defaults spelled out."""
    return compare(before.model_dump(mode="json"), after.model_dump(mode="json"))


def published_documents() -> dict[str, PublishedDocument]:
    """Return what is published of every item, withdrawn ones included, by code (one statement)."""
    rows = models.Item.objects.values_list("code", "number", "digest", "pack_digest", "version__document")
    return {code: PublishedDocument(*rest) for code, *rest in rows}
