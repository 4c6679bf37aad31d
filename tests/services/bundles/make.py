"""Small items and bundles for the tests of the compiler: only what a test is about need be named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tongban.kernel.conditions import Answer
from tongban.services.bundles.rules import compile_bundle
from tongban.services.bundles.types import Bundle, Compiled, Names
from tongban.services.catalogue.types import Basis, Item

LAW = {"law": "行政许可法", "article": "26"}
KINDS = (
    "no_legal_basis",
    "form_merge",
    "generated",
    "bundle_output",
    "licence_library",
    "data_sharing",
    "commitment",
    "duplicate",
    "parallel",
    "joint_check",
    "online_filing",
    "one_window",
    "one_pickup",
    "same_element",
    "combined_licence",
)
NAMES = Names(saving_basis={kind: Basis(law="优化营商环境条例", article="36") for kind in KINDS})


def make_item(code: str, **changes: Any) -> Item:
    """Return an item that asks nothing."""
    fields: dict[str, Any] = {
        "code": code,
        "name": f"事项 {code}",
        "plain": "一件事",
        "type": "01",
        "audience": ["2"],
        "themes": ["food"],
        "department": "market",
        "level": "4",
        "statutory": {"days": 10},
    }
    return Item.model_validate(fields | changes)


def make_bundle(items: Iterable[str | dict[str, Any]], **changes: Any) -> Bundle:
    """Return a bundle of these items."""
    entries = [{"item": one} if isinstance(one, str) else one for one in items]
    fields: dict[str, Any] = {
        "code": "a-bundle",
        "name": "一件事",
        "plain": "一件事",
        "icon": "box",
        "lead": "market",
        "items": entries,
    }
    return Bundle.model_validate(fields | changes)


def compiled(
    bundle: Bundle, items: Iterable[Item], answers: Mapping[str, Answer] | None = None, names: Names = NAMES
) -> Compiled:
    """Return what the compiler answers."""
    return compile_bundle(bundle, {item.code: item for item in items}, answers or {}, names=names)


def kinds(answer: Compiled, measure: str) -> dict[str, int]:
    """Return how much each kind saves on a measure."""
    found: dict[str, int] = {}
    for saving in answer.savings:
        if saving.measure == measure:
            found[saving.kind] = found.get(saving.kind, 0) + saving.count
    return found
