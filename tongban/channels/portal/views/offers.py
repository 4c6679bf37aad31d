"""Bundles with what their cards show of their items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from markupsafe import Markup

from tongban.channels.portal.presenters.bundles import BundleTile, bundle_tile
from tongban.channels.portal.presenters.thumbnail import thumbnail
from tongban.channels.ui import revision
from tongban.kernel.errors import Failure
from tongban.services.bundles import queries as bundles
from tongban.services.bundles.queries import BundleCard
from tongban.services.catalogue import queries as catalogue


def bundle_tiles(cards: Iterable[BundleCard], language: str) -> tuple[BundleTile, ...]:
    """Return the cards of these bundles, their items read in one statement."""
    cards = tuple(cards)
    items = {card.code: card for card in catalogue.list_cards({code for one in cards for code in one.items})}
    return tuple(bundle_tile(card, items, language) for card in cards)


def bundle_tiles_drawn(cards: Iterable[BundleCard], language: str) -> tuple[BundleTile, ...]:
    """Return the cards with the thumbnail of each reference case's path, where it could be compiled."""
    return tuple(
        replace(tile, drawing=drawing(tile.code)) if tile.rows else tile
        for tile in bundle_tiles(cards, language)
    )


def drawing(code: str) -> Markup:
    """Return the thumbnail of a bundle's path in its reference case."""
    return _drawing(code, revision.current())


@lru_cache(maxsize=512)
def _drawing(code: str, number: int) -> Markup:
    try:
        return thumbnail(bundles.compiled(bundles.get_bundle(code).bundle, {}).path)
    except Failure:
        return Markup("")
