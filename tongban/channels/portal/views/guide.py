"""The guide of an item, the same for printing, and its versions."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import path
from markupsafe import Markup

from tongban.channels.portal import asked
from tongban.channels.portal.presenters import guide as presenter
from tongban.channels.ui.access import public
from tongban.channels.ui.environment import local
from tongban.channels.ui.frame import centres, frame
from tongban.channels.ui.pages import reader_of, render
from tongban.datahub.resources import queries as resources
from tongban.foundation.government.types import Centre, District
from tongban.kernel.errors import N_, Invalid
from tongban.services.bundles import queries as bundles
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.types import Item, Saving, Variant

CENTRES_SHOWN = 2


@public
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """Show what an item takes, in the reader's situation and district."""
    return _guide(request, code, "portal/guide.html")


@public
def print_guide(request: HttpRequest, code: str) -> HttpResponse:
    """Show the guide as sheets of paper."""
    return _guide(request, code, "portal/print_guide.html")


@public
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """Show all versions of an item and what each changed."""
    published = catalogue.get_item(code)
    cards = catalogue.versions(code)
    changes = {
        after.number: catalogue.changes_between(code, before.number, after.number)
        for after, before in pairwise(cards)
    }
    return render(request, "portal/versions.html", item=published.item, cards=cards, changes=changes)


def _guide(request: HttpRequest, code: str, template: str) -> HttpResponse:
    published = catalogue.get_item(code, _version(request.GET))
    district = _district(request)
    item = catalogue.effective(published.item, district.code if district else None)
    situations = {one.code for one in item.situations}
    situation = asked.choice(request.GET, "situation", situations)
    language = reader_of(request).language
    city = frame().city
    return render(
        request,
        template,
        published=published,
        item=item,
        guide=presenter.present(item, situation),
        theme=catalogue.find_theme(item.themes[0]),
        department=frame().departments.get(item.department),
        holders=_holders(item),
        district=district,
        bundles=bundles.bundles_with(item.code),
        better=_better(published.item),
        centres=_centres(item, district),
        remedies=(city and ((language == "en" and city.remedies_english) or city.remedies)) or (),
        item_names=_names_of_items(item, language),
        licence_names=_names_of_licences(item, language),
        sources_by_code=catalogue.sources(),
        label=lambda name, code: catalogue.code_label(name, code, language),
        situation_query=partial(_situation_query, request.GET),
        ways=presenter.WAYS,
        units=presenter.UNITS,
        originals=presenter.ORIGINALS,
        sources=presenter.SOURCES,
        purposes=presenter.PURPOSES,
        states=presenter.STATES,
        starts=presenter.STARTS,
    )


def _holders(item: Item) -> dict[str, tuple[str, str]]:
    """Return material → whose data it is and what that is called, of papers that departments share."""
    if not any(one.by is Saving.DATA_SHARING for material in item.materials for one in material.instead):
        return {}
    known = frame().departments
    return {
        material: (known[held.department].name, held.name)
        for material, held in resources.holders(item.code).items()
        if held.department in known
    }


def _version(query: QueryDict) -> int | None:
    wanted = query.get("version", "")
    if not wanted:
        return None
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= 6):
        raise Invalid("version-not-a-number", N_("“{value}”不是版本号。"), value=wanted[:40])
    return int(wanted)


def _district(request: HttpRequest) -> District | None:
    """Return the district of the address, else the one the reader has chosen."""
    known = {one.code: one for one in frame().districts}
    return known.get(asked.choice(request.GET, "district", known) or reader_of(request).district)


def _situation_query(query: QueryDict, situation: str) -> str:
    kept = {name: query[name] for name in ("district", "version") if query.get(name)}
    return asked.address("", {"situation": situation, **kept})[1:]


def _better(item: Item) -> tuple[tuple[District, Variant], ...]:
    known = {one.code: one for one in frame().districts}
    return tuple((known[code], variant) for code, variant in sorted(item.variants.items()) if code in known)


def _centres(item: Item, district: District | None) -> tuple[Centre, ...]:
    """Return the halls to name: the chosen district's own one first."""
    if district is None or not item.in_hall:
        return ()
    halls = [hall for hall in centres() if hall.district == district.code]
    kind = "community" if item.level >= "5" else "district"
    return tuple(sorted(halls, key=lambda hall: hall.kind != kind))[:CENTRES_SHOWN]


def _names_of_items(item: Item, language: str) -> dict[str, str | Markup]:
    codes = {way.item for material in item.materials for way in material.instead if way.item}
    found = catalogue.items_by_code(codes) if codes else {}
    return {code: local(language, one.name, one.english) for code, one in found.items()}


def _names_of_licences(item: Item, language: str) -> dict[str, str | Markup]:
    known = catalogue.licences()
    codes = {way.licence for material in item.materials for way in material.instead if way.licence}
    return {code: local(language, known[code].name, known[code].english) for code in codes & known.keys()}


urls = [
    path("items/<str:code>", guide),
    path("items/<str:code>/print", print_guide),
    path("items/<str:code>/versions", versions),
]
