"""For whom a service is; who founds a business asks as a person for what the business will need."""

from __future__ import annotations

from collections.abc import Collection

from tongban.kernel.law import law
from tongban.services.catalogue.types import Item
from tongban.services.exemptions.types import BUSINESS_LICENCE

PERSON = "1"
"""GB/T 39046 A.4: 自然人."""
COMES_OF_IT = frozenset({"unified-credit-code"})
"""Fields that the registration itself gives: of a business that is only being founded they are not asked."""


def founds(items: Collection[Item]) -> bool:
    """Return whether a business is founded among the items: one that gives its licence and that persons ask for."""
    return any(
        PERSON in item.audience and any(one.licence == BUSINESS_LICENCE for one in item.results)
        for item in items
    )


@law("case-founder-is-a-person", basis="市场主体登记管理条例 3、21（类推）", says="A business exists from the day of its "
     "licence: before it the founder, a person, asks for all that is applied for together with it")  # fmt: skip
def audience(items: Collection[Item]) -> frozenset[str]:
    """Return the codes of those whom all the items are for, and persons where they found a business by them."""
    common = frozenset.intersection(*(frozenset(one.value for one in item.audience) for item in items))
    return common | {PERSON} if founds(items) else common
