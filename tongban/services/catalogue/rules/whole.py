"""The item as a whole: whether it answers what a full guide answers, its results, its districts."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.foundation.packs.types import Finding, Official, Phrase, Term, did_you_mean
from tongban.kernel.errors import N_
from tongban.services.catalogue.codes import LISTS
from tongban.services.catalogue.labels import LABELS
from tongban.services.catalogue.rules.papers import vague_words
from tongban.services.catalogue.types import Depth, Item, ItemState, Sure, Variant

LICENCE_ENDINGS = ("证", "执照", "证书", "许可证")
NOT_LICENCES = ("凭证", "回执", "公证", "认证")
APPROVAL_ENDINGS = ("批复", "批文", "决定书", "同意书")
LICENCES = ("licence", "proof")

REQUIRED = ("basis", "conditions", "results", "enquiry_phone", "complaint_phone")
SAY_NONE = N_("如果一份也不要，写 materials: []。")
EITHER_LIMIT = N_("写承诺时限（promise）或法定时限（statutory）。")
READ = (Sure.LAW_TEXT, Sure.GOVERNMENT_PAGE, Sure.NEWS, Sure.IMPLEMENTATION)


def element_findings(item: Item) -> Iterator[Finding]:
    """Yield what a full guide of an item in use must have and this one has not."""
    if item.sure in READ and item.source is None and item.depth is Depth.FULL:
        sure = Official(item.sure.value, *LISTS["sure"].labels[item.sure.value])
        yield Finding("read-without-source", ("sure",), {"sure": sure})
    if item.depth is not Depth.FULL or item.state is not ItemState.IN_USE:
        return
    for field in REQUIRED:
        if not getattr(item, field):
            yield _missing(field)
    if not item.materials and "materials" not in item.model_fields_set:
        yield _missing("materials", Phrase(SAY_NONE))
    promised = item.promise or any(situation.promise for situation in item.situations)
    if not (promised or item.statutory):
        yield _missing("promise", Phrase(EITHER_LIMIT))
    if not item.steps:
        yield Finding("steps-missing")


def _missing(field: str, why: Phrase | str = "") -> Finding:
    return Finding("missing-element", (), {"field": Term(field, LABELS.get(field, "")), "why": why})


def structure_findings(item: Item) -> Iterator[Finding]:
    """Yield what contradicts itself inside the item."""
    seen: set[str] = set()
    for position, situation in enumerate(item.situations):
        if situation.code in seen:
            yield Finding("situation-twice", ("situations", position, "code"), {"code": situation.code})
        seen.add(situation.code)
    for position, condition in enumerate(item.conditions):
        vague = vague_words(condition)
        if vague and item.state is ItemState.IN_USE:
            yield Finding("vague-condition", ("conditions", position), {"name": condition, "words": vague})
    if item.code in item.needs:
        yield Finding("needs-itself", ("needs",), {"code": item.code})


def result_findings(item: Item) -> Iterator[Finding]:
    """Yield results whose name and kind do not agree."""
    kinds = LISTS["result_kind"].labels
    for position, result in enumerate(item.results):
        path = ("results", position)
        if result.kind not in kinds:
            allowed = tuple(Official(code, *names) for code, names in kinds.items())
            yield Finding(
                "unknown-kind", (*path, "kind"), {"field": "kind", "value": result.kind, "allowed": allowed}
            )
            continue
        name = result.name.split("（")[0].rstrip("》")
        is_licence = name.endswith(LICENCE_ENDINGS) and not name.endswith(NOT_LICENCES)
        if is_licence and not result.licence and result.kind not in LICENCES:
            yield Finding("result-licence-type", path, {"name": result.name})
        elif name.endswith(APPROVAL_ENDINGS) and result.kind == "licence" and not result.licence:
            yield Finding("result-approval", path, {"name": result.name})


def variant_findings(item: Item) -> Iterator[Finding]:
    """Yield districts whose terms are worse for the applicant than the city's."""
    materials = [material.code for material in item.materials]
    for district, variant in item.variants.items():
        path = ("variants", district)
        yield from _worse(item, district, variant)
        for position, code in enumerate(variant.not_asked):
            if code not in materials:
                values = {"field": "not_asked", "code": code, "hint": did_you_mean(code, materials)}
                yield Finding("unknown-material", (*path, "not_asked", position), values)
        for position, code in enumerate(variant.asks):
            yield Finding(
                "variant-asks-more", (*path, "asks", position), {"district": district, "code": code}
            )


def _worse(item: Item, district: str, variant: Variant) -> Iterator[Finding]:
    path = ("variants", district)
    city = item.promise or item.statutory
    if variant.promise_days is not None and city and variant.promise_days > city.days:
        values = {"district": district, "own": variant.promise_days, "city": city.days}
        yield Finding("variant-longer", (*path, "promise_days"), values)
    if variant.visits is not None and variant.visits > len(item.visits):
        values = {"district": district, "own": variant.visits, "city": len(item.visits)}
        yield Finding("variant-more-visits", (*path, "visits"), values)
    if variant.fee_free is False and item.fee.charged is False:
        yield Finding("variant-charges", (*path, "fee_free"), {"district": district})
