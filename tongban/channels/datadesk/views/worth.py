"""What the lists are worth: coverage, unused duties, repeated demands, late answers, misuse, themes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.page import show
from tongban.channels.datadesk.presenters import demands as words
from tongban.channels.datadesk.presenters import worth as presenter
from tongban.datahub.exchange import queries as exchange
from tongban.datahub.resources import queries
from tongban.datahub.resources.types import VALUES, Reach, Sharing
from tongban.kernel import clock
from tongban.kernel.errors import N_
from tongban.services.catalogue import queries as catalogue
from tongban.services.disclosures import queries as disclosures

REPORTS = {
    "": N_("少要了多少材料"),
    "unused": N_("没人用的责任"),
    "grants": N_("没人用的授权"),
    "repeated": N_("重复的需求"),
    "overdue": N_("超期的答复"),
    "purposes": N_("用途不符的调用"),
    "themes": N_("主题清单"),
}
TABLES = {
    "": "datadesk/worth/coverage.html",
    "unused": "datadesk/worth/unused.html",
    "grants": "datadesk/worth/grants.html",
    "repeated": "datadesk/worth/repeated.html",
    "overdue": "datadesk/worth/overdue.html",
    "purposes": "datadesk/worth/purposes.html",
    "themes": "datadesk/worth/themes.html",
}


def _show(request: HttpRequest, report: str, **context: Any) -> HttpResponse:
    return show(request, "datadesk/worth.html", "worth", report=report, table=TABLES[report], reports=REPORTS, values=VALUES, **context)  # fmt: skip


@officer
def coverage(request: HttpRequest) -> HttpResponse:
    """Show how many of the materials that people are asked for the lists spare them, by department."""
    items = catalogue.all_items("in_use")
    found = queries.coverage(catalogue.asked_of_people(items.values()), at=clock.now())
    return _show(
        request, "", total=found.total, counts=found.counts, reach_words=words.REACH_WORDS, lights=words.REACH_LIGHTS,
        reaches=list(Reach), lines=presenter.by_department(found, items),
    )  # fmt: skip


@officer
def unused(request: HttpRequest) -> HttpResponse:
    """Show the duties from which nobody demands anything."""
    found = queries.unused_duties()
    return _show(
        request, "unused", found=found, resources=queries.find_resources(one.resource for one in found)
    )


@officer
def idle(request: HttpRequest) -> HttpResponse:
    """Show the grants that nobody has used for a quarter: who gave them narrows or ends them."""
    at, held = clock.now(), queries.grants()
    used = exchange.usage_of([one.id for one in held], since=clock.today() - queries.QUIET)
    found = queries.unused_grants(used.keys(), at=at)
    return _show(
        request, "grants", found=found, standing=len(held), days=queries.QUIET.days,
        resources=queries.find_resources(one.resource for one in found),
    )  # fmt: skip


@officer
def repeated(request: HttpRequest) -> HttpResponse:
    """Show the demands that one grant could serve together."""
    found = queries.repeated_demands()
    demands = {one.code: one for one in queries.demands()}
    items = catalogue.items_by_code({demands[code].item for one in found for code in one.demands})
    return _show(
        request, "repeated", found=found, demands=demands, items=items,
        resources=queries.find_resources(one.resource for one in found),
    )  # fmt: skip


@officer
def overdue(request: HttpRequest) -> HttpResponse:
    """Show the answers that are late, the longest waiting first."""
    at = clock.now()
    found = queries.overdue_answers(at=at)
    return _show(
        request, "overdue", found=found, clocks=queries.clocks_of(found, at=at),
        resources=queries.find_resources(one.resource or "" for one in found),
    )  # fmt: skip


@officer
def purposes(request: HttpRequest) -> HttpResponse:
    """Show of which grants calls beside their purpose were found: to who gave them, who holds them, the authority."""
    who: Officer = request.officer  # type: ignore[attr-defined]
    found = disclosures.grants_beside_purpose(None if who.is_authority else who.office.departments)
    return _show(
        request, "purposes", found=found, resources=queries.find_resources(one.resource for one in found)
    )


@officer
def themes(request: HttpRequest) -> HttpResponse:
    """Show the subject list of each theme."""
    names = {one.code: one for one in queries.themes()}
    return _show(request, "themes", found=queries.by_theme(), names=names, sharings=list(Sharing))


urls = [
    path("data/worth", coverage),
    path("data/worth/unused", unused),
    path("data/worth/grants", idle),
    path("data/worth/repeated", repeated),
    path("data/worth/overdue", overdue),
    path("data/worth/purposes", purposes),
    path("data/worth/themes", themes),
]
