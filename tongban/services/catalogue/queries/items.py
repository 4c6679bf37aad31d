"""One item with its guide, as published. Versions never change, so their documents are kept in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from tongban.foundation.statements import queries as statements
from tongban.services.catalogue import models
from tongban.services.catalogue.errors import ItemUnknown
from tongban.services.catalogue.types import Item

KEPT = 4096
CURRENT = "SELECT id, number, version_id FROM catalogue_item WHERE code = %s"


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """An item in one of its versions: which one, who published it, when and why; ``current`` is today's."""

    item: Item
    number: int
    current: int
    act: str
    published_at: datetime
    by: str
    why: str
    digest: str


def get_item(code: str, version: int | None = None) -> PublishedItem:
    """Return the item as published now, or in an older version; raise ItemUnknown."""
    found = find_item(code, version)
    if found is None:
        raise ItemUnknown(code, version)
    return found


def find_item(code: str, version: int | None = None) -> PublishedItem | None:
    """Return the item as published now, or in an older version, if there is one (two statements at most)."""
    found = statements.one(CURRENT, [code])
    if found is None:
        return None
    id, current, version_id = found
    if version is not None and version != current:
        versions = models.ItemVersion.objects.filter(item_id=id, number=version)
        version_id = versions.values_list("id", flat=True).first()
        if version_id is None:
            return None
    return _published(version_id, current)


def items_by_code(codes: Iterable[str]) -> dict[str, Item]:
    """Return the items with these codes as published now (one statement); unknown codes are left out."""
    return _documents(models.Item.objects.filter(code__in=list(codes)))


def all_items(state: str | None = None, department: str | None = None) -> dict[str, Item]:
    """Return all items as published now, by code (one statement), or those in a state, of a department."""
    wanted = {"state": state, "department": department}
    rows = models.Item.objects.order_by("order_key", "code")
    return _documents(rows.filter(**{name: value for name, value in wanted.items() if value}))


def _documents(rows: object) -> dict[str, Item]:
    found = rows.values_list("code", "version__document")  # type: ignore[attr-defined]
    return {code: Item.model_validate(document) for code, document in found}


def _published(version_id: UUID, current: int) -> PublishedItem:
    item, number, act, published_at, by, why, digest = _version(version_id)
    return PublishedItem(item, number, current, act, published_at, by, why, digest)


@lru_cache(maxsize=KEPT)
def _version(id: UUID) -> tuple[Item, int, str, datetime, str, str, str]:
    row = models.ItemVersion.objects.get(id=id)
    item = Item.model_validate(row.document)
    return item, row.number, row.act, row.published_at, row.by_name or row.by_id, row.why, row.digest
