"""The sandbox of a system: keys for it, lines to copy, an address tried as a receiver, what was tried lately."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.page import said
from tongban.channels.datadesk.presenters import problems
from tongban.channels.datadesk.presenters.snippets import (
    Caller,
    Question,
    call_by_curl,
    call_by_python,
    feed_by_curl,
)
from tongban.channels.datadesk.views.systems import opened
from tongban.channels.datadesk.views.systems.keys import KINDS
from tongban.channels.datadesk.views.systems.telling import PROBLEMS
from tongban.channels.ui import typed
from tongban.channels.ui.typed import Typed
from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.errors import Fault
from tongban.datahub.exchange.types import Service
from tongban.datahub.resources import queries as resources
from tongban.datahub.subscriptions import operations as telling
from tongban.datahub.subscriptions import queries as feeds
from tongban.datahub.subscriptions.errors import FeedUnknown
from tongban.datahub.subscriptions.types import Feed, Tried
from tongban.kernel import clock
from tongban.kernel.errors import Failure, Invalid
from tongban.kernel.types import Actor

LATEST = 20
SHOWN = 3
HERE = "http://127.0.0.1:8000"
MOST = 30


@officer
def sandbox(request: HttpRequest, code: str) -> HttpResponse:
    """Show the sandbox; register a key for it."""
    opened.seen(request, code)
    if request.method != "POST":
        return _page(request, code)
    who: Officer = request.officer  # type: ignore[attr-defined]

    def register(form: Typed) -> str:
        pasted = queries.read_pasted(form.get("key"))
        operations.register_trial_key(
            subsystem=queries.twin(code), algorithm=pasted.algorithm, public=pasted.public, by=who.actor, at=clock.now()
        )  # fmt: skip
        return "test-key"

    def again(form: Typed, **said: Any) -> HttpResponse:
        return _page(request, code, **said)

    return opened.acted(request, register, again, code, "/sandbox")


@officer
def tries(request: HttpRequest, code: str) -> HttpResponse:
    """Have an address asked and told test events, and show both as they were signed."""
    opened.seen(request, code)
    if request.method != "POST":
        return _page(request, code)
    who: Officer = request.officer  # type: ignore[attr-defined]
    form = typed.read(request)
    try:
        tried = _try(code, form, who.actor)
    except Failure as failure:
        return _page(request, code, form=form, wrong=said(request, failure), status=failure.status)
    return _page(request, code, form=form, tried=tried)


def _try(code: str, form: Typed, by: Actor) -> Tried:
    feed = next((one for one in feeds.feeds() if one.source == form.get("feed")), None)
    if feed is None:
        raise FeedUnknown(form.get("feed")[:200])
    after = form.number("after") if form.get("after") else 0
    wish = telling.Wish(
        form.get("address"), after, limit=form.number("limit") if form.get("limit") else SHOWN
    )
    return telling.try_address_as(
        provider=queries.twin(feed.provider), feed=feed.code, consumer=queries.twin(code), wish=wish, by=by, at=clock.now()
    )  # fmt: skip


def _page(request: HttpRequest, code: str, *, status: int = 200, **said: Any) -> HttpResponse:
    twin, at = queries.twin(code), clock.now()
    offered, known = _offered(code), feeds.feeds()[:MOST]
    chosen = _chosen(request, offered)
    keys = queries.trial_keys_of(twin)
    caller = Caller(settings.SITE_ADDRESS or HERE, twin, keys[0].id if keys else "")
    return opened.page(
        request, queries.get_subsystem(code), "/sandbox", "datadesk/systems/sandbox.html", status=status, twin=twin, keys=keys, kinds=KINDS,
        today=at.date(), offered=offered, chosen=chosen, rows=_rows(chosen), feeds=known,
        lines=_lines(caller, chosen), feed_lines=feed_by_curl(caller, _twin_of(known[0])) if known else (),
        latest=queries.trials_of(twin, limit=LATEST), problem=problems.problem, problems=PROBLEMS, of_sandbox=queries.twin,
        test_key=telling.test_key(), **said,
    )  # fmt: skip


def _offered(code: str) -> list[Service]:
    """Return the services that are worth trying: those that a system has a grant for, else the first of all."""
    given = {(one.provider, one.service) for one in resources.grants(consumer=code)}
    found = queries.services()
    return ([one for one in found if (one.provider, one.code) in given] or list(found))[:MOST]


def _chosen(request: HttpRequest, offered: list[Service]) -> Service | None:
    wanted = request.GET.get("service", "")
    return next(
        (one for one in offered if f"{one.provider}/{one.code}" == wanted), offered[0] if offered else None
    )


def _lines(caller: Caller, service: Service | None) -> tuple[str, ...]:
    asked = _question(service) if service else None
    return (call_by_curl(caller, asked), call_by_python(caller, asked)) if asked else ()


def _twin_of(feed: Feed) -> str:
    return f"{queries.twin(feed.provider)}/{feed.code}"


def _rows(service: Service | None) -> list[dict[str, object]]:
    if service is None:
        return []
    try:
        return [dict(row) for row in queries.samples_of(service.provider, service.code)[:SHOWN]]
    except (Fault, Invalid):
        return []


def _question(service: Service) -> Question:
    """Return what to ask a service for: its first path that reads, its first parameter with a value of the test rows."""
    paths = [one.partition(" ")[2] for one in service.paths if one.startswith("GET ") and "{" not in one]
    name, rows = service.parameters[0] if service.parameters else "", _rows(service)
    value = str(rows[0].get(name, "")) if rows else ""
    code = f"{queries.twin(service.provider)}/{service.code}"
    return Question(code, paths[0] if paths else "", {name: value} if name and value else {})


urls = [
    path("data/systems/<subsystem:code>/sandbox", sandbox),
    path("data/systems/<subsystem:code>/sandbox/tries", tries),
]
