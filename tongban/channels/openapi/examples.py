"""Examples from the city as it is published now, so that every line of the documentation can be tried."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from tongban.foundation.government import queries as government
from tongban.kernel.conditions import Answer
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


CASE = "0195a3c2-7b1e-7c40-9d2f-3a6b8e51f0d4"
MATERIAL = "layout-plan"
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
    parameters |= _of_own(item.code)
    bodies = {"compile_bundle": {"answers": dict(bundle.reference)}} | _bodies(code, bundle.reference)
    return Examples(parameters, bodies)


def _of_own(item: str) -> dict[str, dict[str, str]]:
    """Return parameters of what needs a token: such ids as one gets, of nothing that is there."""
    case, paper = {"case": CASE}, {"case": CASE, "item": item, "material": MATERIAL}
    of_case = ("get_case", "get_form", "save_form", "dispute_value", "list_materials", "pre_review", "submit_case",
               "get_receipt", "get_receipt_pdf", "hand_in_supplement", "withdraw_case", "list_letters", "get_notice")  # fmt: skip
    of_paper = (
        "give_file",
        "give_earlier_file",
        "take_file_back",
        "get_file",
        "get_commitment",
        "sign_commitment",
    )
    others = {
        "list_parties": {"item": item},
        "list_cases": {"state": "accepted", "size": "2"},
        "list_messages": {"limit": "2"},
        "list_my_licences": {"valid": "true"},
        "mark_message_read": {"message": CASE},
        "get_licence": {"licence": CASE},
        "get_licence_pdf": {"licence": CASE},
    }
    return dict.fromkeys(of_case, case) | dict.fromkeys(of_paper, paper) | others


def _bodies(bundle: str, answers: Mapping[str, Answer]) -> dict[str, dict[str, Any]]:
    service = {"kind": "bundle", "code": bundle}
    return {
        "begin_case": {"service": service, "answers": dict(answers)},
        "save_form": {"values": {"shop-name": "小面馆", "floor-area": 80.5}},
        "dispute_value": {"field": "applicant-address", "actual": "马当路 288 号", "grounds": "去年搬了家"},
        "give_earlier_file": {"document": CASE},
        "sign_commitment": {"digest": "0" * 64},
        "submit_case": {"declared_true": True},
        "withdraw_case": {"reason": "不开了"},
        "ask_progress": {"number": "2026 0302 1234 5678", "code": "K7M2QX"},
        "verify_licence": {"reference": "2026-0302-0001", "code": "K7M2QX"},
    }


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
