"""Materials: each asked for by a law, named exactly, and truly spared where the item says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tongban.foundation.packs.types import Finding, Phrase, did_you_mean
from tongban.kernel.conditions import BadCondition, check
from tongban.services.catalogue.rules import walk
from tongban.services.catalogue.types import Depth, Instead, Item, ItemState, Material, Saving

VAGUE = re.compile(
    r"其他(?:有关|相关|必要|所需|需要)?的?(?:申请)?(?:材料|资料|文件|证明|条件|要求)|等(?:有关|相关)(?:材料|资料|文件|证明)"
    r"|(?:规定|要求|认为|需要)(?:提交|提供|具备|补充)?的?其他|^其他$|^(?:有关|相关)(?:材料|资料|文件|证明)$"
)
NEEDED_WITH = {Saving.LICENCE_LIBRARY: "licence", Saving.BUNDLE_OUTPUT: "item", Saving.DATA_SHARING: "data"}
BASIS_IS_TOLD = (ItemState.IN_USE, ItemState.SUSPENDED, ItemState.HISTORICAL)


def material_findings(item: Item) -> Iterator[Finding]:
    """Yield what is wrong with the item's materials."""
    situations = {situation.code for situation in item.situations}
    seen: set[str] = set()
    for position, material in enumerate(item.materials):
        path: walk.Path = ("materials", position)
        if material.code in seen:
            yield Finding("material-twice", (*path, "code"), {"code": material.code})
        seen.add(material.code)
        yield from _basis(item, material, path)
        vague = vague_words(material.name)
        if vague and item.state is not ItemState.HISTORICAL:
            yield Finding("vague-material", (*path, "name"), {"name": material.name, "words": vague})
        for number, code in enumerate(material.situations):
            if code not in situations:
                values = {"field": "situations", "code": code, "hint": did_you_mean(code, situations)}
                yield Finding("unknown-situation", (*path, "situations", number), values)
        if material.when is not None and material.when_words is None:
            yield Finding("condition-without-words", (*path, "when"), {"name": material.name})
        for number, instead in enumerate(material.instead):
            yield from _instead(instead, (*path, "instead", number))


def _basis(item: Item, material: Material, path: walk.Path) -> Iterator[Finding]:
    unlawful = any(instead.by is Saving.NO_LEGAL_BASIS for instead in material.instead)
    if unlawful and item.state is ItemState.IN_USE:
        yield Finding("material-no-longer-asked", path, {"name": material.name})
        return
    may_lack = unlawful and item.state is ItemState.HISTORICAL  # the account of a reform shows what was wrong
    if material.basis is None and item.depth is Depth.FULL and item.state in BASIS_IS_TOLD and not may_lack:
        yield Finding("material-without-basis", path, {"name": material.name})


def _instead(instead: Instead, path: walk.Path) -> Iterator[Finding]:
    field = NEEDED_WITH.get(instead.by)
    if field and getattr(instead, field) is None:
        yield Finding("instead-incomplete", path, {"by": instead.by.value, "field": field})


def vague_words(text: str) -> str:
    """Return the words that make a name a catch-all, or nothing: 其他材料, 等相关材料, 规定的其他…."""
    found = VAGUE.search(text)
    return found.group() if found else ""


def condition_findings(item: Item) -> Iterator[Finding]:
    """Yield conditions that are not written in one of the forms."""
    for path, condition in item.conditions_on_answers():
        finding = condition_finding(condition, path)
        if finding:
            yield finding


def condition_finding(condition: object, path: walk.Path) -> Finding | None:
    """Return what is wrong with the form of a condition, if anything."""
    try:
        check(condition)
    except BadCondition as bad:
        return Finding("condition-form", path, {"detail": Phrase(bad.sentence, tuple(bad.values.items()))})
    return None
