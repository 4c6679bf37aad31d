"""The rules of the catalogue. Pure: an item in, what is wrong with it out, each with its path.

- ``table``    every rule with its sentence and the law behind it
- ``papers``   materials and conditions
- ``terms``    limits, visits, fees, telephones
- ``whole``    the elements of a full guide, results, districts
- ``between``  what only several items show
- ``walk``     ways through an item
"""

from __future__ import annotations

from collections.abc import Iterator

from tongban.foundation.packs.types import Finding
from tongban.services.catalogue.rules.between import name_findings, needs_findings
from tongban.services.catalogue.rules.papers import condition_findings, material_findings
from tongban.services.catalogue.rules.table import RULES
from tongban.services.catalogue.rules.terms import (
    fee_findings,
    limit_findings,
    phone_findings,
    visit_findings,
)
from tongban.services.catalogue.rules.walk import facts
from tongban.services.catalogue.rules.whole import (
    element_findings,
    result_findings,
    structure_findings,
    variant_findings,
)
from tongban.services.catalogue.types import Item

__all__ = [
    "RULES",
    "check_item",
    "facts",
    "name_findings",
    "needs_findings",
]

OF_ONE_ITEM = (
    structure_findings,
    material_findings,
    condition_findings,
    limit_findings,
    visit_findings,
    fee_findings,
    phone_findings,
    element_findings,
    result_findings,
    variant_findings,
)


def check_item(item: Item) -> Iterator[Finding]:
    """Yield everything wrong with an item that can be seen in the item alone."""
    for rule in OF_ONE_ITEM:
        yield from rule(item)
