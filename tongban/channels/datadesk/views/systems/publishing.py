"""Services of a system: published from an OpenAPI file, a query or a register, each looked at first; paused, resumed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.page import go, said
from tongban.channels.datadesk.views.systems import opened
from tongban.channels.ui import typed
from tongban.channels.ui.pages import reader_of
from tongban.channels.ui.typed import Typed
from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.errors import ServiceUnknown
from tongban.datahub.exchange.types import Finding, Service, ServiceKind
from tongban.datahub.resources import queries as resources
from tongban.kernel import clock
from tongban.kernel.errors import N_, Failure, Invalid
from tongban.kernel.language import translate
from tongban.kernel.types import Actor

LARGEST = 1_000_000
"""Bytes of an OpenAPI file that is sent by a browser."""
SECONDS = 5.0
KINDS = {
    "register": N_("本节点的登记簿"),
    "query": N_("查询本部门的数据库"),
    "upstream": N_("本部门自己的接口"),
    "node": N_("在另一个节点"),
}
WAYS = {
    "openapi": N_("OpenAPI 文件"),
    "query": N_("SQL 查询"),
    "register": N_("登记簿"),
}
MSG_LARGE = N_("文件太大：最多 {most} MB。")
MSG_NO_FILE = N_("还没有选文件，也没有粘贴内容。")
Look = Callable[[str, Typed, Actor, dt.datetime], dict[str, Any]]
Publish = Callable[[str, Typed, Actor, dt.datetime], int]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in an OpenAPI file; ``is_breaking`` for callers of today, ``is_agreed`` that it may be."""

    findings: Sequence[Finding]
    paths: Sequence[str]
    renames: Mapping[str, str]
    is_right: bool
    is_breaking: bool
    is_agreed: bool

    @property
    def stops(self) -> bool:
        """Return whether it can not be published so."""
        return not self.is_right or (self.is_breaking and not self.is_agreed)


@officer
def services(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a system offers; pause a service, or let it go on."""
    opened.seen(request, code)
    if request.method != "POST":
        return _page(request, code)
    who: Officer = request.officer  # type: ignore[attr-defined]

    def act(form: Typed) -> str:
        service = next((one for one in queries.services(code) if one.code == form.get("service")), None)
        if service is None:
            raise ServiceUnknown(f"{code}/{form.get('service')[:100]}")
        operations.enable_service(
            provider=code, code=service.code, is_enabled=not service.is_enabled, reason=form.get("why"), by=who.actor,
            at=clock.now(),
        )  # fmt: skip
        return "paused" if service.is_enabled else "enabled"

    return opened.acted(request, act, lambda **said: _page(request, code, **said), code, "/services")


def _page(request: HttpRequest, code: str, *, status: int = 200, **said: Any) -> HttpResponse:
    offered = queries.services(code)
    return opened.page(
        request, queries.get_subsystem(code), "/services", "datadesk/systems/services.html", status=status, services=offered, kinds=KINDS,
        ways=WAYS, resources=resources.find_resources(one.resource for one in offered), **said,
    )  # fmt: skip


@officer
def publish(request: HttpRequest, code: str, way: str) -> HttpResponse:
    """Publish a service in one of three ways: what was typed is looked at first, and published when it is said so."""
    opened.seen(request, code)
    if way not in WAYS:
        raise Http404
    if request.method != "POST":
        return _form(request, code, way, Typed({"service": [request.GET.get("service", "")[:100]]}))
    who: Officer = request.officer  # type: ignore[attr-defined]
    form, at = typed.read(request), clock.now()
    try:
        form = _with_file(request, form)
        look, publish_it = ACTS[way]
        looked = look(code, form, who.actor, at)
        if form.get("act") != "publish" or ("found" in looked and looked["found"].stops):
            return _form(request, code, way, form, **looked)
        publish_it(code, form, who.actor, at)
    except Failure as failure:
        return _form(request, code, way, form, wrong=said(request, failure), status=failure.status)
    return go(request, f"/data/systems/{code}/services?done=published")


def _with_file(request: HttpRequest, form: Typed) -> Typed:
    """Return the form with the text of the file that was sent, or that stood on the page."""
    file = request.FILES.get("file")
    if file is not None and (file.size or 0) > LARGEST:
        raise Invalid("file-large", MSG_LARGE, most=LARGEST // 1_000_000)
    text = file.read().decode("utf-8-sig", "replace") if file is not None else request.POST.get("text", "")
    return Typed({**form.values, "text": [text.replace("\x00", "")[:LARGEST]]})


def _described(code: str, form: Typed, by: Actor, at: dt.datetime) -> dict[str, Any]:
    if not form.get("text"):
        raise Invalid("file-missing", MSG_NO_FILE)
    described, _ = _read(form)
    changes = queries.changes_of_description(code, _code_of(form), described)
    is_breaking = any(one.is_error for one in changes)
    found = Found(
        [*described.findings, *changes], described.paths, described.renames, is_right=not described.errors, is_breaking=is_breaking,
        is_agreed=form.get("breaking") == "yes",
    )  # fmt: skip
    return {"found": found}


def _read(form: Typed) -> tuple[Any, dict[str, Any]]:
    mapped = dict(pair.split("=", 1) for pair in form.get("map").split() if "=" in pair)
    return queries.read_description(
        form.get("text").encode(), resource=form.get("resource"), server=form.get("server"), subject=form.get("subject"),
        mapped=mapped,
    )  # fmt: skip


def _publish_described(code: str, form: Typed, by: Actor, at: dt.datetime) -> int:
    described, content = _read(form)
    return operations.publish_described(
        provider=code, code=_code_of(form), resource=form.get("resource"), described=described, content=content,
        text=form.get("text").encode(),
        subject=form.get("subject"), by=by, at=at,
    )  # fmt: skip


def _looked_at(code: str, form: Typed, by: Actor, at: dt.datetime) -> dict[str, Any]:
    service = _query(code, form)
    asked = {name: form.get(f"try-{name}") for name in service.parameters}
    return {"dry": queries.dry_run(service, asked, by=by, at=at)}


def _query(code: str, form: Typed) -> Service:
    return Service(
        code, _code_of(form), 0, ServiceKind.QUERY, form.get("text") or form.get("target"), form.get("resource"), _names(form),
        form.get("subject"), form.get("database"), SECONDS,
    )  # fmt: skip


def _register(code: str, form: Typed) -> Service:
    return Service(
        code, _code_of(form), 0, ServiceKind.REGISTER, form.get("target"), form.get("resource"), _names(form), form.get("subject")
    )  # fmt: skip


def _code_of(form: Typed) -> str:
    return form.get("service") or form.get("resource")


def _names(form: Typed) -> tuple[str, ...]:
    return tuple(form.get("parameters").replace(",", " ").replace("，", " ").split())


ACTS: dict[str, tuple[Look, Publish]] = {
    "openapi": (_described, _publish_described),
    "query": (
        _looked_at,
        lambda code, form, by, at: operations.publish_service(service=_query(code, form), by=by, at=at),
    ),
    "register": (
        lambda code, form, by, at: {},
        lambda code, form, by, at: operations.publish_service(service=_register(code, form), by=by, at=at),
    ),
}


def _form(
    request: HttpRequest, code: str, way: str, form: Typed, *, status: int = 200, **found: Any
) -> HttpResponse:
    department, language = opened.department_of(code), reader_of(request).language

    def words(one: Finding) -> str:
        return translate(one.sentence, language, **one.values)

    return opened.page(
        request, queries.get_subsystem(code), "/services", "datadesk/systems/publish.html", status=status, way=way, ways=WAYS, form=form,
        own=resources.resources(department=department), databases=queries.databases_of(department),
        registers=queries.registers(), words=words, **found,
    )  # fmt: skip


urls = [
    path("data/systems/<subsystem:code>/services", services),
    path("data/systems/<subsystem:code>/services/<slug:way>", publish),
]
