"""What an item's row repeats of its current version: pure."""

from __future__ import annotations

from tongban.kernel.pinyin import order_key
from tongban.services.catalogue.types import Item


def item_columns(item: Item) -> dict[str, object]:
    """Return the columns of an item's row that follow from its document."""
    return _words(item) | _classes(item) | _terms(item)


def _words(item: Item) -> dict[str, object]:
    return {
        "name": item.name,
        "english": item.english or "",
        "plain": item.plain,
        "plain_english": item.plain_english or "",
        "order_key": order_key(item.plain),
    }


def _classes(item: Item) -> dict[str, object]:
    numbers = (item.catalogue_code, item.local_code, item.implementation_code, item.handling_code)
    return {
        "type": item.type.value,
        "level": item.level.value,
        "department_id": item.department,
        "audience": [one.value for one in item.audience],
        "themes": list(item.themes),
        "state": item.state.value,
        "depth": item.depth.value,
        "sure": item.sure.value,
        "case_kind": item.case_kind.value,
        "terminal": item.terminal,
        "variants": sorted(item.variants),
        "numbers": [number for number in numbers if number],
    }


def _terms(item: Item) -> dict[str, object]:
    return {
        "promise_days": item.promise.days if item.promise else None,
        "promise_unit": item.promise.unit.value if item.promise else "",
        "statutory_days": item.statutory.days if item.statutory else None,
        "statutory_unit": item.statutory.unit.value if item.statutory else "",
        "visits": len(item.visits),
        "materials": len(item.materials),
        "charged": item.fee.charged,
        "online_depth": item.online.depth,
    }
