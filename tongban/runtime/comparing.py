"""What a load of a folder would change, field by field; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tongban.kernel.records import Record
from tongban.runtime.city import CityPack
from tongban.services.bundles import queries as bundles
from tongban.services.bundles.types import Bundle
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.types import Item, ItemState


class Effect(StrEnum):
    """What a load would do with one entry."""

    ADDED = "added"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    KEPT = "kept"  # somebody went back to an older version; the folder says the same as at its last load


@dataclass(frozen=True, slots=True)
class Difference:
    """An item or bundle in which folder and publication differ; ``number`` is the published version."""

    kind: str
    code: str
    name: str
    effect: Effect
    number: int
    changes: tuple[Any, ...] = ()

    def document(self, language: str) -> dict[str, Any]:
        """Return the difference as plain data, its changes also in words."""
        changes = [change.document() | {"words": change.words(language)} for change in self.changes]
        return {
            "kind": self.kind,
            "code": self.code,
            "name": self.name,
            "effect": self.effect.value,
            "version": self.number,
            "changes": changes,
        }


def differences(pack: CityPack) -> list[Difference]:
    """Return where the folder and what is published differ."""
    items = {code: item for code, item in pack.items.items() if item.state is not ItemState.DRAFT}
    found = [*_differences("item", items, catalogue.published_documents(), Item.model_validate)]
    found += _differences("bundle", pack.bundles, bundles.published_documents(), Bundle.model_validate)
    return found


def _differences(
    kind: str,
    said: Mapping[str, Any],
    published: Mapping[str, Any],
    record: Callable[[Any], Record],
) -> Iterator[Difference]:
    for code, entry in said.items():
        known = published.get(code)
        if known is None:
            yield Difference(kind, code, entry.name, Effect.ADDED, 0)
            continue
        changes = catalogue.record_changes(record(known.document), entry)
        if changes:
            effect = Effect.KEPT if known.pack_digest == known.said(entry) else Effect.CHANGED
            yield Difference(kind, code, entry.name, effect, known.number, changes)
    for code, known in published.items():
        if code not in said and known.pack_digest:
            yield Difference(kind, code, known.document["name"], Effect.WITHDRAWN, known.number)
