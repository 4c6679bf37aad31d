"""A system that is open at the desk: whose it is, what its pages have around them, what was done last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import register_converter

from tongban.channels.datadesk.door import Officer
from tongban.channels.datadesk.page import done, go, said, show
from tongban.channels.ui import typed
from tongban.channels.ui.typed import Typed
from tongban.datahub.exchange import queries
from tongban.datahub.exchange.errors import SubsystemUnknown
from tongban.datahub.exchange.types import Subsystem
from tongban.datahub.resources import queries as resources
from tongban.kernel.errors import N_, Failure

TABS = (
    ("", N_("密钥和证书")),
    ("/services", N_("发布的服务")),
    ("/subscriptions", N_("订阅")),
    ("/log", N_("记录")),
    ("/sandbox", N_("沙箱")),
)
DONE = {
    "key": N_("密钥已登记，现在就可以用。"),
    "revoked": N_("密钥已吊销，用它签名的下一次调用就会被拒绝。"),
    "registered": N_("系统已登记。下一步：登记它的公钥。"),
    "published": N_("服务已发布。"),
    "paused": N_("服务已暂停，下一次调用就会知道。"),
    "enabled": N_("服务已恢复。"),
    "subscribed": N_("已订阅。接收地址同意以后，就开始推送。"),
    "pause": N_("已暂停推送，期间的变更都留着。"),
    "resume": N_("已恢复推送。"),
    "replay": N_("已改到新的位置，从那里重新推送，编号不变。"),
    "end": N_("订阅已终止。"),
    "test-key": N_("沙箱密钥已登记，现在就可以用。"),
}
Work = Callable[[Typed], str]


class SubsystemConverter:
    """A subsystem's code in an address: four parts."""

    regex = "[^/]+/[^/]+/[^/]+/[^/]+"

    def to_python(self, value: str) -> str:
        """Return the code."""
        return value

    def to_url(self, value: str) -> str:
        """Return what stands in the address."""
        return value


register_converter(SubsystemConverter, "subsystem")


def seen(request: HttpRequest, code: str) -> Subsystem:
    """Return a system of one's own department, any for the data authority; raise SubsystemUnknown for others."""
    who: Officer = request.officer  # type: ignore[attr-defined]
    found = queries.get_subsystem(code)
    if not who.acts_for(department_of(code)):
        raise SubsystemUnknown(code)
    return found


def department_of(code: str) -> str:
    """Return the member that a system belongs to: a department's code."""
    return code.split("/")[2]


def page(
    request: HttpRequest, system: Subsystem, tab: str, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Return a page of one system."""
    named = {one.subsystem: one.english for one in resources.systems()}
    return show(
        request, template, "systems", status=status, system=system, english=named.get(system.code), tab=tab, tabs=TABS,
        department=department_of(system.code), base=f"/data/systems/{system.code}",
        **{"done": done(request, DONE), "pasted": None, "tried": None, "dry": None, "found": None, **context},
    )  # fmt: skip


def acted(
    request: HttpRequest, work: Work, again: Callable[..., HttpResponse], to: str, tab: str = ""
) -> HttpResponse:
    """Do what a form asks for and go on; when it can not be done, show the page ``again`` with why, nothing lost.

    ``work`` returns the word of what was done.
    """
    form = typed.read(request)
    try:
        word = work(form)
    except Failure as failure:
        return again(form=form, wrong=said(request, failure), status=failure.status)
    return go(request, f"/data/systems/{to}{tab}?done={word}")
