"""Every page there is, from the catalogue: for people (the site map) and for search engines."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.foundation.government import queries as government
from tongban.services.bundles import queries as bundles
from tongban.services.catalogue import queries as catalogue

FIXED = (
    "/",
    "/items",
    "/themes",
    "/for/person",
    "/for/company",
    "/bundles",
    "/departments",
    "/districts",
    "/centres",
    "/about",
    "/accessibility",
    "/privacy",
    "/open-data",
    "/sitemap",
)


def paths() -> tuple[str, ...]:
    """Return the address of every page, without its language."""
    return tuple(_paths())


def _paths() -> Iterator[str]:
    yield from FIXED
    yield from (f"/themes/{code}" for code in catalogue.themes())
    yield from (f"/departments/{one.code}" for one in government.departments())
    yield from (f"/districts/{one.slug}" for one in government.districts())
    yield from (f"/bundles/{one.code}" for one in bundles.list_bundles())
    yield from (f"/items/{code}" for code, _ in names())


def names() -> tuple[tuple[str, str], ...]:
    """Return code and name of every matter in use, by name."""
    found: list[tuple[str, str]] = []
    number, pages = 1, 1
    while number <= pages:
        page = catalogue.list_items(page=number, size=100)
        found += [(card.code, card.name) for card in page.items]
        number, pages = number + 1, page.pages
    return tuple(found)
