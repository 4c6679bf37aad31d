"""The systems of one's departments, and registering another one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk import asked
from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.page import show
from tongban.channels.datadesk.views.systems import opened
from tongban.channels.ui.typed import Typed
from tongban.datahub.exchange import operations, queries
from tongban.datahub.resources import queries as resources
from tongban.kernel import clock

SIZE = 50
INSTANCE, CLASS = "SH", "GOV"


@officer
def systems(request: HttpRequest) -> HttpResponse:
    """Show the systems that take part in the exchange; register another one."""
    who: Officer = request.officer  # type: ignore[attr-defined]
    if request.method != "POST":
        return _page(request)
    made: list[str] = []

    def register(form: Typed) -> str:
        # The authority registers systems of members that are no departments, too.
        is_whole = who.is_authority and "/" in form.get("code")
        made.append(
            form.get("code") if is_whole else f"{INSTANCE}/{CLASS}/{who.department}/{form.get('code')}"
        )
        operations.register_subsystem(code=made[0], name=form.get("name"), by=who.actor, at=clock.now())
        return "registered"

    answer = opened.acted(request, register, lambda **said: _page(request, **said), "")
    if answer.status_code == 303:
        answer["Location"] = answer["Location"].replace("/data/systems/?", f"/data/systems/{made[0]}?")
    return answer


def _page(request: HttpRequest, *, status: int = 200, **said: Any) -> HttpResponse:
    who: Officer = request.officer  # type: ignore[attr-defined]
    own = None if who.is_authority else who.office.departments
    found = queries.systems_of(own, at=clock.now(), page=asked.number(request.GET), size=SIZE)
    return show(
        request, "datadesk/systems/list.html", "systems", status=status, page=found, own=who.department,
        before=f"{INSTANCE}/{CLASS}/{who.department}/", member=opened.department_of,
        english={one.subsystem: one.english for one in resources.systems()}, **said,
    )  # fmt: skip


urls = [path("data/systems", systems)]
