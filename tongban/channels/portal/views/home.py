"""The first page, and the list of bundles."""

from __future__ import annotations

from functools import lru_cache, partial

from django.http import HttpRequest, HttpResponse

from tongban.channels.portal.presenters.home import Figures, ThemeGroup, nearest, theme_group
from tongban.channels.portal.views.offers import bundle_tiles
from tongban.channels.portal.views.search import suggestions
from tongban.channels.ui import revision
from tongban.channels.ui.access import public
from tongban.channels.ui.frame import centres, frame
from tongban.channels.ui.pages import reader_of, render
from tongban.services.bundles import queries as bundles_of
from tongban.services.bundles.queries import BundleCard
from tongban.services.catalogue import queries as catalogue

ON_HOME = 6
KINDS = {"person": "1", "company": "2"}


@public
def home(request: HttpRequest) -> HttpResponse:
    """Show the search box, the bundles, the life themes, the city's figures and where to go in person."""
    reader = reader_of(request)
    offered = bundles_of.list_bundles()
    featured = [one for one in offered if one.featured][:ON_HOME]
    phrases = _phrases(featured, reader.language)
    halls = centres()
    return render(
        request, "portal/home.html", phrases=phrases, example=suggestions(phrases[0], reader) if phrases else (),
        bundles=bundle_tiles(featured, reader.language), themes=_theme_groups(reader.language),
        figures=_figures(len(offered), len(halls)), centres=nearest(halls, reader.district),
    )  # fmt: skip


def _phrases(cards: list[BundleCard], language: str) -> list[str]:
    """Return what people say when they want one of these bundles: its first alias, or its English name."""
    if language != "zh":
        return [card.english for card in cards if card.english]
    known = bundles_of.all_bundles()
    return [known[card.code].aliases[0] for card in cards if known[card.code].aliases]


def _theme_groups(language: str) -> list[ThemeGroup]:
    return [
        theme_group(kind, catalogue.theme_cards(code), _count(revision.current(), audience=code), language)
        for kind, code in KINDS.items()
    ]


def _figures(bundles: int, halls: int) -> Figures:
    count = partial(_count, revision.current())
    return Figures(
        bundles=bundles, items=count(), no_visit=count(visits_zero=True), at_once=count(immediate=True),
        online=count(online=True), departments=len(frame().departments), centres=halls,
    )  # fmt: skip


@lru_cache(maxsize=32)
def _count(number: int, **conditions: str | bool) -> int:
    """Return how many items there are; ``number`` is the revision, for which the answer stays true."""
    return catalogue.count_items(**conditions)


@public
def bundles(request: HttpRequest) -> HttpResponse:
    """Show all bundles, those of persons and those of companies."""
    language = reader_of(request).language
    return render(request, "portal/bundles.html", cards=bundle_tiles(bundles_of.list_bundles(), language))
