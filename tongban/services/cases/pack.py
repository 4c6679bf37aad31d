"""What a city pack means for cases: who applies for its items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tongban.services.bundles.types import Bundle
from tongban.services.cases.rules import founding
from tongban.services.catalogue.types import Item


def with_founding(bundles: Iterable[Bundle], items: Mapping[str, Item]) -> frozenset[str]:
    """Return the items that a bundle has together with the founding of a business: there a person applies for them."""
    together = ([items[one.item] for one in bundle.items if one.item in items] for bundle in bundles)
    return frozenset(one.code for each in together if founding.founds(each) for one in each)
