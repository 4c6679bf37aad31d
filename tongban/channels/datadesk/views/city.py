"""The map of the whole city's flows, for the data authority: districts, the node, departments; now, or at a moment of the past."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongban.channels.datadesk import asked, looks
from tongban.channels.datadesk.looks import Look
from tongban.channels.datadesk.page import show
from tongban.channels.datadesk.presenters import city as presenter
from tongban.channels.datadesk.presenters import curves, maps, problems, pulses, trouble
from tongban.channels.datadesk.presenters.flows import LIGHTS
from tongban.channels.datadesk.windows import late
from tongban.channels.ui.frame import frame, outlines
from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.types import Beat, DistrictFlows, Pulse, Side, Span
from tongban.datahub.nodes import queries as nodes
from tongban.datahub.resources import queries as resources
from tongban.datahub.subscriptions import queries as subscriptions
from tongban.kernel import clock
from tongban.services.obtaining import queries as obtaining

LATEST, MOST_PAIRS = 8, 100
USUALLY = dt.timedelta(days=7)
BY_SERVICE_KEPT = dt.timedelta(hours=3)
"""So long the minutes of services are known; those of districts are for a day."""
HOUR = dt.timedelta(hours=1)


def city(request: HttpRequest) -> HttpResponse:
    """Show what the city's districts call, through its node, of whom."""
    now = clock.now()
    look = looks.past(asked.words(request.GET, "at"), asked.words(request.GET, "by"), now=now)
    look = look or looks.chosen(asked.words(request.GET, "span"), now=now)
    found = exchange.district_flows(since=look.since, until=look.until)
    picture = presenter.city(found, frame().districts, outlines(), look.minutes)
    beats = exchange.beats(since=look.beats_since, until=look.until, step=look.beat)
    last = (look.until - dt.timedelta(microseconds=1)).date()
    main = exchange.main_services([one.department for one in picture.providers if one.department], last)
    latest = () if look.is_over else exchange.latest_calls(limit=LATEST)
    bad = _trouble(picture, found, look, now)
    services = exchange.find_services(
        [
            *main.values(),
            *((one.subsystem, one.service) for one in latest),
            *([bad["said"].key] if bad else []),
        ]
    )
    return show(
        request, "datadesk/flows_city.html", "flows", look=look, windows=looks.WINDOWS, lights=LIGHTS, city=picture,
        land=maps.land(picture) if maps.has_map(picture) else "", ribbons=maps.ribbons(picture), main=main, services=services,
        resources=resources.find_resources(one.resource for one in services.values()), today=_on_its_day(look),
        beats=_curves(beats, look), bars=pulses.bars(_pulses(beats), look.starts), trouble=bad,
        latest=latest, district_of=_district_of, problem=problems.problem,
        pushed=_pushed(look, now),
        steps=looks.steps(look, now=now) if look.is_over else None, first=looks.first_step(look), counted=late(now),
        pairs=sorted(found.pairs, key=lambda one: -one.calls)[:MOST_PAIRS], pairs_in_all=len(found.pairs),
        names={one.slug: one for one in frame().districts}, live_path="/data/flows", window=looks.Linked(look), **_nodes(now),
    )  # fmt: skip


def _on_its_day(look: Look) -> int:
    """Return how many calls there were on the day in which the time ends."""
    day = exchange.begin(look.until - dt.timedelta(microseconds=1), Span.DAY)
    return sum(
        one.calls for one in exchange.beats(since=day, until=day + dt.timedelta(days=1), step=Span.DAY)
    )


def _pushed(look: Look, now: dt.datetime) -> int:
    """Return how many changes of feeds were told in the last hour of the time."""
    end = min(now, look.until)
    return sum(one.events for one in subscriptions.flows(since=end - HOUR, until=end))


def _pulses(beats: tuple[Beat, ...]) -> list[Pulse]:
    return [Pulse(one.start, one.calls, one.refused, one.failed) for one in beats]


def _curves(beats: tuple[Beat, ...], look: Look) -> dict[str, Any]:
    known = {one.start: one for one in beats}
    ordered = [known.get(start) for start in look.starts]
    return {
        "calls": curves.spark([float(one.calls) if one else 0.0 for one in ordered]),
        "p95": curves.spark([one.p95 if one else None for one in ordered]),
    }


def _trouble(
    city: presenter.City, found: DistrictFlows, look: Look, now: dt.datetime
) -> dict[str, Any] | None:
    """Return what is known of the service that goes worst, of the department that answers worst; None where all is well."""
    if not city.bad or (look.beat is Span.MINUTE and look.since < now - BY_SERVICE_KEPT):
        return None
    worst = city.bad[0].department
    one = trouble.worst(
        exchange.department_calls(worst, side=Side.PROVIDER, since=look.since, until=look.until)
    )
    if one is None:
        return None
    of = (one.provider, one.service)
    steps, usual = exchange.service_course(
        *of, since=look.beats_since, until=look.until, step=look.beat, usually=USUALLY
    )
    run = trouble.begun(steps, look.starts)
    # Of a minute it is said how long it goes on; a longer time holds what it needs.
    flows = (
        exchange.district_flows(since=run[0], until=look.until) if run[0] and run[0] < look.since else found
    )
    said = trouble.trouble(one, steps, look.starts, run, usual=usual, flows=flows)
    return {"said": said, "waiting": None if look.is_over else obtaining.waiting(*of)}


def _district_of(party: str, consumer: str) -> object:
    """Return the district that a call was made for, or came from; None for the city's own departments."""
    return presenter.district_of(party.partition("/")[2] or consumer, frame().districts)


def _nodes(at: dt.datetime) -> dict[str, Any]:
    """Return how many nodes of districts take part, whether there are any, and which are not heard of for long."""
    others = {one.code: one for one in nodes.others()}
    here = nodes.find_here()
    silent = [others[one.node] for one in nodes.silent(at) if one.node in others] if others else []
    return {"district_nodes": len(others), "is_city": here is None or here.is_city, "silent": silent}
