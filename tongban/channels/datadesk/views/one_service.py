"""One service of the exchange: how it is called, how quickly it answers, what fails and why, who holds a grant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk import asked, windows
from tongban.channels.datadesk.door import officer
from tongban.channels.datadesk.page import show
from tongban.channels.datadesk.presenters import flows as lights
from tongban.channels.datadesk.presenters import problems, pulses
from tongban.channels.datadesk.presenters import usage as used
from tongban.channels.datadesk.presenters.usage import Used
from tongban.channels.datadesk.views.flows import live, seen_by
from tongban.channels.datadesk.windows import Window
from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.errors import ServiceUnknown
from tongban.datahub.exchange.types import Counts, Service
from tongban.datahub.resources import queries as resources
from tongban.kernel import clock
from tongban.kernel.errors import N_

LATEST = 10
JUST_NOW = dt.timedelta(minutes=2)
CIRCUITS = {
    "green": N_("接通"),
    "amber": N_("刚才挡回过一些调用"),
    "red": N_("断开：正在让提供方歇一歇，每十秒试一次"),
}


@officer
def service(request: HttpRequest, name: str) -> HttpResponse:
    """Show one service; who neither answers nor supervises sees only what they call of it themselves."""
    at, found = clock.now(), _found(name)
    member = found.provider.split("/")[2]
    own = seen_by(request)
    seen = None if own is None or member in own else own
    window = windows.chosen(asked.words(request.GET, "span"), at=at, departments=seen)
    during = _asked(found, window, at, seen)
    consumers = sorted(exchange.service_calls(**during), key=lambda one: -one.counts.calls)
    steps = exchange.service_steps(**during, step=window.step)
    total = next((one.counts for one in exchange.service_steps(**during)), Counts())
    return show(
        request, "datadesk/flows_service.html", "flows", service=found, member=member, is_all=seen is None, total=total,
        light=lights.light_of_counts, lights=lights.LIGHTS, consumers=consumers, steps=steps,
        systems=resources.find_systems([found.provider, *(one.consumer for one in consumers)]),
        bars=pulses.bars(pulses.of_counted(steps), window.starts(at)), kinds=problems.kinds(total.problems),
        failures=exchange.latest_failures(found.provider, found.code, departments=seen, limit=LATEST), problem=problems.problem,
        circuit=_circuit(found, at), circuits=CIRCUITS, grants=_grants(found, at.date(), seen),
        resource=resources.find_resources([found.resource]).get(found.resource),
        **live(f"/data/flows/services/{name}", window, at),
    )  # fmt: skip


def _found(name: str) -> Service:
    provider, _, code = name.rpartition("/")
    found = exchange.find_service(provider, code)
    if found is None or provider.count("/") != 3:
        raise ServiceUnknown(name[:200])
    return found


def _asked(one: Service, window: Window, at: dt.datetime, seen: Sequence[str] | None) -> dict[str, Any]:
    return {"provider": one.provider, "service": one.code, "since": window.since(at), "until": window.until(at),
            "departments": seen}  # fmt: skip


def _circuit(one: Service, at: dt.datetime) -> str:
    """Return the light of the way to the provider: what its calls of the last minutes say, and what this process knows."""
    just_now = exchange.service_calls(one.provider, one.code, since=at - JUST_NOW, until=at)
    kept = sum(each.counts.problems.get(problems.BUSY, 0) for each in just_now)
    went_well = sum(each.counts.answered - each.counts.broken for each in just_now)
    is_open = (one.provider, one.code, True) in exchange.circuits()
    return "red" if is_open or (kept and not went_well) else "amber" if kept else "green"


def _grants(one: Service, today: dt.date, seen: Sequence[str] | None) -> list[Used]:
    found = [each for each in resources.grants(provider=one.provider, service=one.code)
             if seen is None or each.consumer.split("/")[2] in seen]  # fmt: skip
    calls = exchange.usage_of([each.id for each in found], since=today - dt.timedelta(days=used.DAYS))
    return sorted(
        (used.used(each, calls.get(each.id, {}), today) for each in found),
        key=lambda each: (-each.share, -each.total),
    )


urls = [path("data/flows/services/<path:name>", service)]
