"""What a system is told: its subscriptions, how they do, and setting them to another point."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.views.systems import opened
from tongban.channels.ui.typed import Typed
from tongban.datahub.exchange import queries as exchange
from tongban.datahub.resources import queries as resources
from tongban.datahub.subscriptions import operations, queries
from tongban.datahub.subscriptions.errors import FeedUnknown, SubscriptionUnknown
from tongban.datahub.subscriptions.types import Feed, State, Subscription
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.types import Actor

MSG_POINT = N_("请写明从哪里重放：一个位置，或者一个日期。")
PROBLEMS = {
    "no-connection": N_("连不上"),
    "untold": N_("内部网络里的地址，没有同意的不说它答了什么"),
    "timeout": N_("超过十秒没有答复"),
    "no-answer": N_("没有答复就断开了，对方可能已经收到"),
    "tls": N_("TLS 证书或握手不对"),
    "redirect": N_("答复是转到别处，不跟随"),
    "not-wanted": N_("没有用 WebHook-Allowed-Origin 同意接收"),
    "bad-webhook": N_("地址不允许"),
    "grant-used-up": N_("重放也算授权的次数，今天的已经用完；有次数时自动继续"),
    "internal": N_("本节点读不出要推送的内容，正在重试"),
}
LIGHTS = {"proving": "amber", "active": "green", "paused": "stopped", "ended": "done"}
Step = Callable[[uuid.UUID, Typed, Actor, dt.datetime], object]


def _replay(id: uuid.UUID, form: Typed, by: Actor, at: dt.datetime) -> object:
    if form.get("after"):
        return operations.replay(subscription=id, after=form.number("after"), by=by, at=at)
    since = form.day_or_none("since")
    if since is None:
        raise Invalid("replay-point", MSG_POINT)
    moment = dt.datetime.combine(since, dt.time(), SHANGHAI)
    return operations.replay(subscription=id, since=moment, by=by, at=at)


STEPS: dict[str, Step] = {
    "pause": lambda id, form, by, at: operations.pause(subscription=id, why=form.get("why"), by=by, at=at),
    "resume": lambda id, form, by, at: operations.resume(subscription=id, by=by, at=at),
    "end": lambda id, form, by, at: operations.end(subscription=id, why=form.get("why"), by=by, at=at),
    "replay": _replay,
}


@officer
def subscriptions(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a system has subscribed to and who has subscribed to its feeds; subscribe to another feed."""
    opened.seen(request, code)
    if request.method != "POST":
        return _page(request, code)
    who: Officer = request.officer  # type: ignore[attr-defined]

    def subscribe(form: Typed) -> str:
        feed = next((one for one in _granted(code) if one.source == form.get("feed")), None)
        if feed is None:
            raise FeedUnknown(form.get("feed")[:200])
        after = 0 if form.get("from") == "all" else None
        operations.subscribe(
            provider=feed.provider, feed=feed.code, consumer=code, address=form.get("address"), after=after,
            by=who.actor, at=clock.now(),
        )  # fmt: skip
        return "subscribed"

    return opened.acted(
        request, subscribe, lambda **said: _page(request, code, **said), code, "/subscriptions"
    )


@officer
def subscription(request: HttpRequest, code: str, id: uuid.UUID) -> HttpResponse:
    """Show one subscription with what was tried last; pause it, let it go on, set it to a point, end it."""
    opened.seen(request, code)
    _of(code, id)
    if request.method != "POST":
        return _one(request, code, id)
    who: Officer = request.officer  # type: ignore[attr-defined]

    def act(form: Typed) -> str:
        step = STEPS.get(form.get("act"))
        if step is None:
            raise Http404
        step(id, form, who.actor, clock.now())
        return form.get("act")

    return opened.acted(
        request, act, lambda **said: _one(request, code, id, **said), code, f"/subscriptions/{id}"
    )


def _page(request: HttpRequest, code: str, *, status: int = 200, **said: Any) -> HttpResponse:
    return opened.page(
        request, exchange.get_subsystem(code), "/subscriptions", "datadesk/systems/subscriptions.html", status=status, lights=LIGHTS,
        own=queries.subscriptions_of(code), others=queries.subscriptions_of(provider=code), feeds=queries.feeds(provider=code),
        granted=_granted(code), states=queries.STATE_NAMES, problems=PROBLEMS, **said,
    )  # fmt: skip


def _one(request: HttpRequest, code: str, id: uuid.UUID, *, status: int = 200, **said: Any) -> HttpResponse:
    one = _of(code, id)
    return opened.page(
        request, exchange.get_subsystem(code), "/subscriptions", "datadesk/systems/subscription.html", status=status, one=one, lights=LIGHTS,
        states=queries.STATE_NAMES, problems=PROBLEMS, deliveries=queries.deliveries_of(id, limit=30),
        is_standing=one.state is not State.ENDED, **said,
    )  # fmt: skip


def _of(code: str, id: uuid.UUID) -> Subscription:
    found = queries.get_subscription(id)
    if found.consumer != code:
        raise SubscriptionUnknown
    return found


def _granted(code: str) -> list[Feed]:
    """Return the feeds for which a system has a grant today."""
    today = clock.today()
    given = {
        (one.provider, one.resource) for one in resources.grants(consumer=code) if one.is_valid_on(today)
    }
    return [one for one in queries.feeds() if (one.provider, one.resource) in given] if given else []


urls = [
    path("data/systems/<subsystem:code>/subscriptions", subscriptions),
    path("data/systems/<subsystem:code>/subscriptions/<uuid:id>", subscription),
]
