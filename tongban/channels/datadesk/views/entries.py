"""The duty list and the negative list: read, write, take off; each entry with its law."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk import asked, changing
from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.page import done, go, said, show
from tongban.channels.datadesk.views.catalogue import DONE
from tongban.channels.ui import typed
from tongban.channels.ui.typed import Typed
from tongban.datahub.resources import operations, queries
from tongban.datahub.resources.errors import EntryUnknown
from tongban.datahub.resources.types import VALUES, DataDuty, ListKind, Negative
from tongban.kernel import clock
from tongban.kernel.errors import Failure
from tongban.kernel.pages import Page
from tongban.services.catalogue import queries as catalogue

SIZE = 100
LOOK = "look"
"""Sent where no scripts run: the resource was chosen, its fields shall be shown."""


@officer
def duties(request: HttpRequest) -> HttpResponse:
    """Show the duty list, of all or of one department; those nobody uses are marked."""
    department, number = asked.words(request.GET, "department"), asked.number(request.GET)
    found = queries.duties(department=department)
    shown = found[(number - 1) * SIZE : number * SIZE]
    return show(
        request, "datadesk/duties.html", "lists", page=Page(shown, number, SIZE, len(found)), department=department,
        resources=queries.find_resources(one.resource for one in shown), done=done(request, DONE), values=VALUES,
        unused={one.code for one in queries.unused_duties()},
        items=catalogue.items_by_code({code for one in shown for code in one.items}),
    )  # fmt: skip


@officer
def negatives(request: HttpRequest) -> HttpResponse:
    """Show the negative list: what may not be shared, each with the law that forbids it."""
    found = queries.negatives()
    return show(
        request, "datadesk/negatives.html", "lists", entries=found, done=done(request, DONE), today=clock.today(),
        resources=queries.find_resources(one.resource for one in found),
    )  # fmt: skip


@officer
def duty(request: HttpRequest, code: str = "") -> HttpResponse:
    """Write a duty over one of one's own department's resources, or change it."""
    if request.method == "POST":
        return _write_duty(request, code)
    entry = _find(queries.duties(), code) if code else None
    if entry:
        _check_may_write(request, entry.department)
    form = _duty_form(entry) if entry else asked.form(request.GET)
    return _duty(request, form, code)


def _check_may_write(request: HttpRequest, department: str) -> None:
    who: Officer = request.officer  # type: ignore[attr-defined]
    queries.check_acts_for(who.actor, department, clock.now())


def _find(entries: tuple[Any, ...], code: str) -> Any:
    found = next((one for one in entries if one.code == code), None)
    if found is None:
        raise EntryUnknown(code)
    return found


def _duty_form(entry: DataDuty) -> Typed:
    return Typed({
        "resource": [entry.resource], "fields": list(entry.fields), "items": ["\n".join(entry.items)],
        "law": [entry.basis.law], "article": [entry.basis.article or ""], "update": [entry.update.value],
        "answer_days": [str(entry.answer_days)], "per_day": [str(entry.per_day or "")], "note": [entry.note or ""],
        "version": [changing.version_of(ListKind.DUTY, entry.code)],
    })  # fmt: skip


def _duty(request: HttpRequest, form: Typed, code: str, *, wrong: str = "", status: int = 200) -> HttpResponse:  # fmt: skip
    who: Officer = request.officer  # type: ignore[attr-defined]
    own = queries.resources() if who.is_authority else queries.resources(department=who.department)
    return show(
        request, "datadesk/duty.html", "lists", status=status, form=form, code=code, wrong=wrong, values=VALUES,
        own=own, resource=next((one for one in own if one.code == form.get("resource")), None),
    )  # fmt: skip


def _write_duty(request: HttpRequest, code: str) -> HttpResponse:
    form = typed.read(request)
    if form.get("act") == LOOK:
        return _duty(request, form, code)
    who: Officer = request.officer  # type: ignore[attr-defined]
    try:
        resource = queries.get_resource(form.get("resource"))
        before: DataDuty | None = _find(queries.duties(), code) if code else None
        entry = queries.written(DataDuty, {
            "code": code or queries.free_code(ListKind.DUTY, f"duty-{resource.code}"), "department": resource.department,
            "resource": resource.code, "fields": form.all("fields"), "items": form.get("items").split(),
            "basis": changing.cited(form, before.basis if before else None), "update": form.get("update"), "answer_days": form.number("answer_days"),
            "per_day": form.number("per_day") if form.get("per_day") else None, "note": form.get("note") or None,
        })  # fmt: skip
        operations.write_duty(
            duty=entry, why=form.get("why"), by=who.actor, at=clock.now(), seen=changing.seen(form)
        )
    except Failure as failure:
        form = changing.again(form, failure)
        return _duty(request, form, code, wrong=said(request, failure), status=failure.status)
    return go(request, "/data/duties?done=written")


@officer
def negative(request: HttpRequest, code: str = "") -> HttpResponse:
    """Put an entry onto the negative list after its review, or change it: by the data authority."""
    if request.method == "POST":
        return _write_negative(request, code)
    who: Officer = request.officer  # type: ignore[attr-defined]
    queries.check_is_authority(who.actor, clock.now())
    entry: Negative | None = _find(queries.negatives(), code) if code else None
    form = Typed({
        "resource": [entry.resource], "fields": list(entry.fields), "law": [entry.law], "article": [entry.article],
        "reason": [entry.reason], "until": [entry.until.isoformat() if entry.until else ""],
        "version": [changing.version_of(ListKind.NEGATIVE, entry.code)],
    }) if entry else asked.form(request.GET)  # fmt: skip
    return _negative(request, form, code)


def _negative(request: HttpRequest, form: Typed, code: str, *, wrong: str = "", status: int = 200) -> HttpResponse:  # fmt: skip
    everything = queries.resources()
    return show(
        request, "datadesk/negative.html", "lists", status=status, form=form, code=code, wrong=wrong, own=everything,
        resource=next((one for one in everything if one.code == form.get("resource")), None),
    )  # fmt: skip


def _write_negative(request: HttpRequest, code: str) -> HttpResponse:
    form = typed.read(request)
    if form.get("act") == LOOK:
        return _negative(request, form, code)
    who: Officer = request.officer  # type: ignore[attr-defined]
    try:
        entry = queries.written(Negative, {
            "code": code or queries.free_code(ListKind.NEGATIVE, f"negative-{form.get('resource')}"), "resource": form.get("resource"),
            "fields": form.all("fields"), "law": form.get("law"), "article": form.get("article"),
            "reason": form.get("reason"), "until": form.day_or_none("until"), **_sureness(form, code),
        })  # fmt: skip
        operations.write_negative(
            negative=entry, review=form.get("why"), by=who.actor, at=clock.now(), seen=changing.seen(form),
            cut=changing.cut(form),
        )  # fmt: skip
    except Failure as failure:
        form = changing.again(form, failure)
        return _negative(request, form, code, wrong=said(request, failure), status=failure.status)
    return go(request, "/data/negatives?done=written")


def _sureness(form: Typed, code: str) -> dict[str, object]:
    """Return how sure it is that the law says so, as far as it is the same article that was on the list."""
    before: Negative | None = _find(queries.negatives(), code) if code else None
    if before is None or (before.law, before.article) != (form.get("law"), form.get("article")):
        return {}
    return {"sure": before.sure, "source": before.source}


LISTS = {"resources": ListKind.RESOURCE, "duties": ListKind.DUTY, "negatives": ListKind.NEGATIVE}
BACK = {"resources": "/data/catalogue", "duties": "/data/duties", "negatives": "/data/negatives"}


@officer
def take_off(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Take an entry off its list, with a reason."""
    if request.method != "POST":
        return go(request, BACK[name])
    who: Officer = request.officer  # type: ignore[attr-defined]
    why = typed.read(request).get("why")
    operations.take_off(kind=LISTS[name], code=code, why=why, by=who.actor, at=clock.now())
    return go(request, f"{BACK[name]}?done=taken")


urls = [
    path("data/duties", duties),
    path("data/duties/new", duty),
    path("data/duties/<slug:code>", duty),
    path("data/negatives", negatives),
    path("data/negatives/new", negative),
    path("data/negatives/<slug:code>", negative),
    *(path(f"data/{name}/<slug:code>/take-off", take_off, {"name": name}) for name in LISTS),
]
