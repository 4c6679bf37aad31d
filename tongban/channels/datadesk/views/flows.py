"""The map of flows: who calls whom, how often and how quickly, what does not go well; one department by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk import asked, windows
from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.page import show
from tongban.channels.datadesk.presenters import flows as presenter
from tongban.channels.datadesk.presenters import problems, pulses, streams
from tongban.channels.datadesk.views.city import city
from tongban.channels.datadesk.windows import Window
from tongban.channels.ui.frame import frame
from tongban.channels.ui.pages import reader_of
from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.types import Counted, Side, Span
from tongban.datahub.nodes import queries as nodes
from tongban.datahub.resources import queries as resources
from tongban.foundation.government import queries as government
from tongban.kernel import clock
from tongban.kernel.errors import N_
from tongban.kernel.language import translate

LATEST = 10
SAYS = N_("左边是调用方，右边是提供方，线越粗调用越多；同样的数在下面的表里。")


@officer
def flows(request: HttpRequest) -> HttpResponse:
    """Show the data authority the city's districts, and everybody else the flows of their own departments."""
    return city(request) if seen_by(request) is None and frame().districts else departments(request)


@officer
def departments(request: HttpRequest) -> HttpResponse:
    """Show the flows between departments: those of one's own, or of the whole city for the data authority."""
    at, own = clock.now(), seen_by(request)
    window = windows.chosen(asked.words(request.GET, "span"), at=at, departments=own)
    since, until = window.since(at), window.until(at)
    picture = presenter.picture(exchange.flows(since=since, until=until, departments=own), window.minutes(at))
    found = exchange.pulses(since=since, until=until, step=window.step, departments=own)
    return show(
        request, "datadesk/flows.html", "flows", picture=picture, lights=presenter.LIGHTS, is_all=own is None,
        wide=streams.wide(picture), narrow=_narrow(request, picture), pair_light=presenter.light_of,
        bars=pulses.bars(found, window.starts(at)), today=_today(at, own),
        bad=[one for one in picture.providers if one.light != "green"],
        latest=exchange.latest_calls(departments=own, limit=LATEST), problem=problems.problem,
        **_nodes(at), **live("/data/flows/departments", window, at),
    )  # fmt: skip


@officer
def department(request: HttpRequest, code: str) -> HttpResponse:
    """Show one department: what it calls of others and what others call of it, by service."""
    at, own = clock.now(), seen_by(request)
    government.get_department(code)
    window = windows.chosen(asked.words(request.GET, "span"), at=at, departments=[code])
    given, held = (_calls(code, side, window, at, own) for side in (Side.PROVIDER, Side.CONSUMER))
    services = {(one.provider, one.code): one for one in exchange.services()}
    return show(
        request, "datadesk/flows_department.html", "flows", code=code, given=given, held=held, services=services,
        resources=resources.find_resources(one.resource for one in services.values()), lights=presenter.LIGHTS,
        light=presenter.light_of_counts, is_own=own is None or code in own,
        **live(f"/data/flows/departments/{code}", window, at),
    )  # fmt: skip


def _today(at: dt.datetime, own: Sequence[str] | None) -> int:
    """Return how many calls there were today: the same that are counted in any other time."""
    day = exchange.pulses(since=exchange.begin(at, Span.DAY), until=at, step=Span.DAY, departments=own)
    return sum(one.calls for one in day)


def _calls(
    code: str, side: Side, window: Window, at: dt.datetime, own: Sequence[str] | None
) -> list[Counted]:
    found = exchange.department_calls(
        code, side=side, since=window.since(at), until=window.until(at), departments=own
    )
    return sorted(found, key=lambda one: -one.counts.calls)


def live(path: str, window: Window, at: dt.datetime) -> dict[str, Any]:
    """Return what every page that renews itself shows: the times to choose from, and when its figures were counted."""
    return {
        "windows": windows.WINDOWS,
        "window": window,
        "live_path": path,
        "counted": windows.late(at),
    }


def _nodes(at: dt.datetime) -> dict[str, Any]:
    """Return how many other nodes take part, and which of them have not been heard of for long."""
    others = {one.code: one for one in nodes.others()}
    silent = [others[one.node] for one in nodes.silent(at) if one.node in others] if others else []
    return {"others": len(others), "silent": silent}


def seen_by(request: HttpRequest) -> Sequence[str] | None:
    """Return whose calls may be seen: those of one's own departments; None is everybody's."""
    who: Officer = request.officer  # type: ignore[attr-defined]
    return None if who.is_authority else who.office.departments


def _narrow(request: HttpRequest, picture: presenter.Picture) -> object:
    language = reader_of(request).language

    def name(code: str) -> str:
        one = frame().departments.get(code)
        if one is None:
            return code or translate(N_("其他部门"), language)
        return one.short if language == "zh" else one.english or one.short

    title, says = (translate(sentence, language) for sentence in (N_("谁调用谁"), SAYS))
    return streams.narrow(picture, name, title, says)


urls = [
    path("data/flows", flows),
    path("data/flows/departments", departments),
    path("data/flows/departments/<slug:code>", department),
]
