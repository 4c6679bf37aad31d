"""Examples from the city as it is published now, so that every line of the documentation can be tried."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from tongban.foundation.government import queries as government
from tongban.services.bundles import queries as bundles
from tongban.services.catalogue import queries as catalogue


@dataclass(frozen=True, slots=True)
class Examples:
    """For each operation, an example of every parameter worth one, and of the body."""

    parameters: dict[str, dict[str, str]]
    bodies: dict[str, dict[str, Any]]

    def of(self, operation: str) -> dict[str, str]:
        """Return the examples of an operation's parameters by name."""
        return self.parameters.get(operation, {})

    def address(self, operation: str, path: str) -> str:
        """Return the address of an example of this operation; ``path`` has ``{places}``."""
        query = dict(self.of(operation))
        for name in [name for name in query if f"{{{name}}}" in path]:
            path = path.replace(f"{{{name}}}", quote(query.pop(name), safe=""))
        return f"{path}?{urlencode(query, quote_via=quote)}" if query else path


NOTHING = Examples({}, {})
"""Before a city is loaded there is nothing to show."""


@lru_cache(maxsize=2)
def of_revision(revision: int) -> Examples:
    """Return examples from what is published; ``revision`` names it."""
    offered = bundles.list_bundles()
    cards = catalogue.list_items(size=100).items
    if not offered or not cards:
        return NOTHING
    bundle = bundles.get_bundle(offered[0].code).bundle
    item = next((card for card in cards if card.depth == "full" and card.variants), cards[0])
    district = item.variants[0] if item.variants else government.districts()[0].code
    question, code = bundle.name, bundle.code
    parameters = {
        "list_items": {"theme": item.themes[0], "size": "2"},
        "get_item": {"code": item.code, "district": district},
        "list_versions": {"code": item.code},
        "list_changes": {"code": item.code, "before": "1", "after": "1"},
        "search": {"q": question, "size": "2"},
        "suggest": {"q": question[:2], "limit": "3"},
        "list_bundles": {"audience": bundle.audience[0]},
        "get_bundle": {"code": code},
        "list_bundle_versions": {"code": code},
        "compile_reference": {"code": code},
        "compile_bundle": {"code": code},
        "get_department": {"code": item.department},
        "list_streets": {"district": district, "size": "2"},
        "list_centres": {"district": district, "size": "2"},
        "list_departments": {"size": "2"},
        "list_licences": {"size": "2"},
        "list_elements": {"size": "2"},
        "list_sources": {"size": "2"},
        "list_days": {"first": "2026-02-14", "last": "2026-02-24"},
        "get_schema": {"name": "item"},
    }
    return Examples(parameters, {"compile_bundle": {"answers": dict(bundle.reference)}})


MOST_ENTRIES = 2
MOST_FIELDS = 14
MOST_SIGNS = 60
DEPTH = 3


def excerpt(answer: bytes) -> str:
    """Return the beginning of a JSON answer as one reads it: few entries, short texts, “…” for the rest."""
    return (
        json.dumps(_cut(json.loads(answer), DEPTH), ensure_ascii=False, indent=2)
        .replace('"…": "…"', "…")
        .replace('"…"', "…")
    )


def _cut(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        if depth == 0 and value:
            return {"…": "…"}
        told = {name: one for name, one in value.items() if one not in (None, [], {}, "")}
        kept = {name: _cut(one, depth - 1) for name, one in list(told.items())[:MOST_FIELDS]}
        return kept | ({"…": "…"} if len(kept) < len(value) else {})
    if isinstance(value, list):
        if depth == 0 and value:
            return ["…"]
        return [_cut(one, depth - 1) for one in value[:MOST_ENTRIES]] + (
            ["…"] if len(value) > MOST_ENTRIES else []
        )
    if isinstance(value, str) and len(value) > MOST_SIGNS:
        return value[:MOST_SIGNS] + "…"
    return value
