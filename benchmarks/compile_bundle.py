"""Compile a bundle of 8 items for one person's answers: ≤ 5 ms.

Eight real items of the pack: the restaurant of 2018 with everything it may ask (company, environment, food,
fire, drainage, sign, alcohol) and its health certificates. The floor is a plain walk over the same
documents: looking once at every paper, form field, visit and result, deciding nothing and building nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.harness import median_seconds, pack_folder, report
from tongban.kernel.conditions import Answer
from tongban.runtime.city import read_city
from tongban.services.bundles.rules import compile_bundle
from tongban.services.bundles.types import Bundle, Names
from tongban.services.catalogue.types import Item

BUNDLE, EIGHTH = "opening-a-restaurant", "health-certificate"
ANSWERS: Mapping[str, Answer] = {"alcohol": True, "signboard": True}


def measure() -> None:
    pack, problems = read_city(pack_folder())
    if problems.errors or pack.city is None:
        raise SystemExit("the pack has errors; run tongban city check")
    bundle = with_eighth(pack.bundles[BUNDLE])
    answers = {**bundle.reference, **ANSWERS}
    names = Names(pack.elements, pack.licences, pack.departments, pack.city.saving_basis)
    compiled = compile_bundle(bundle, pack.items, answers, names=names)
    ours = median_seconds(lambda: compile_bundle(bundle, pack.items, answers, names=names))
    floor = median_seconds(lambda: walk(bundle, pack.items))
    report(
        "compile_bundle",
        ours=ours * 1000,
        floor=floor * 1000,
        unit="ms",
        goal="<= 5",
        sizes={
            "items": sum(one.applies for one in compiled.items),
            "papers": compiled.before.materials,
            "form_fields": compiled.before.fields,
            "savings": len(compiled.savings),
        },
    )


def with_eighth(bundle: Bundle) -> Bundle:
    """Return the bundle with one more item."""
    entry = bundle.items[1].model_copy(update={"item": EIGHTH})
    return bundle.model_copy(update={"items": (*bundle.items, entry)})


def walk(bundle: Bundle, items: Mapping[str, Item]) -> int:
    """Look once at everything the items ask."""
    seen = 0
    for entry in bundle.items:
        item = items[entry.item]
        for material in item.materials:
            seen += len(material.name) + len(material.instead)
        for code in item.form:
            seen += len(code)
        seen += len(item.visits) + len(item.results) + len(item.needs)
    return seen


if __name__ == "__main__":
    measure()
