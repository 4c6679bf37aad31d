"""The catalogue of data: found by words, theme, department and way of sharing; one resource with all about it."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk import asked
from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.page import done, show
from tongban.datahub.exchange import queries as exchange
from tongban.datahub.resources import queries
from tongban.datahub.resources.types import VALUES, ListKind, Resource, Sharing
from tongban.foundation.government import queries as government
from tongban.kernel import clock
from tongban.kernel.errors import N_
from tongban.kernel.pages import Page

SIZE = 50
DONE = {
    "written": N_("已写入，旧版本留着，随时可查。"),
    "taken": N_("已撤下。"),
}


@officer
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show the catalogue of data, all of it or what was looked for."""
    q, theme = asked.words(request.GET, "q"), asked.words(request.GET, "theme")
    department, sharing = asked.words(request.GET, "department"), asked.words(request.GET, "sharing")
    everything = queries.resources(theme=theme, department=department, sharing=sharing)
    found = [one for one in everything if not q or _has(one, q)]
    number = asked.number(request.GET)
    return show(
        request, "datadesk/catalogue.html", "catalogue", q=q, theme=theme, department=department, sharing=sharing,
        page=Page(tuple(found[(number - 1) * SIZE : number * SIZE]), number, SIZE, len(found)), values=VALUES,
        themes=queries.themes(), counts=Counter(one.sharing.value for one in found), sharings=[one.value for one in Sharing],
    )  # fmt: skip


def _has(resource: Resource, words: str) -> bool:
    """Return whether a resource says all the words: in its name, summary, codes, or fields."""
    said = " ".join((resource.code, resource.name, resource.english or "", resource.summary,
                     *(f"{one.code} {one.name}" for one in resource.fields))).casefold()  # fmt: skip
    return all(word in said for word in words.casefold().split())


@officer
def resource(request: HttpRequest, code: str) -> HttpResponse:
    """Show a resource: its fields, its duties and negative entries, who demands it, who holds a grant, its versions."""
    who: Officer = request.officer  # type: ignore[attr-defined]
    found = queries.get_resource(code)
    demands, at = queries.demands(resource=code), clock.now()
    negatives = queries.negatives(resource=code)
    barred = {field: one for one in negatives for field in (one.fields or sorted(found.field_codes))}
    return show(
        request, "datadesk/resource.html", "catalogue", resource=found, values=VALUES, duties=queries.duties(resource=code),
        negatives=negatives, barred=barred, demands=demands, stages=queries.stages(demands, at=at),
        grants=queries.grants(resource=code), versions=queries.versions(ListKind.RESOURCE, code), done=done(request, DONE),
        system=next((one for one in queries.systems(found.department) if one.code == found.system), None),
        services=[one for one in exchange.services() if one.resource == code],
        provider_code=government.get_department(found.department).credit_code or "",
        related=queries.find_resources(found.related), may_write=who.acts_for(found.department), themes={one.code: one for one in queries.themes()},
    )  # fmt: skip


urls = [path("data/catalogue", catalogue), path("data/resources/<slug:code>", resource)]
