"""Bundles with what their cards show of their items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from markupsafe import Markup

from tongban.channels.portal.presenters.bundles import BundleTile, bundle_tile
from tongban.channels.portal.presenters.thumbnail import thumbnail
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
    return tuple(replace(tile, drawing=_drawing(tile)) for tile in bundle_tiles(cards, language))


def _drawing(tile: BundleTile) -> Markup:
    if not tile.rows:
        return Markup("")
    return thumbnail(bundles.compiled(bundles.get_bundle(tile.code).bundle, {}).path)
