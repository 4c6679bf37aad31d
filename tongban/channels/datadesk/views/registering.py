"""Register a resource with its fields, or change it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk import changing
from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.page import go, said, show
from tongban.channels.ui import typed
from tongban.channels.ui.typed import Typed
from tongban.datahub.resources import operations, queries
from tongban.datahub.resources.queries import importing
from tongban.datahub.resources.types import VALUES, DataField, ListKind, Resource
from tongban.kernel import clock
from tongban.kernel.errors import Failure

MORE, MOST = 4, 50
"""Empty lines for further fields; how many fields one form takes at most. Those beyond stay as they are."""
PLAIN = ("code", "name", "english", "system", "kind", "theme", "summary", "format", "subject", "service", "sharing",
         "condition", "opening", "opened_as", "update", "since", "category")  # fmt: skip
OF_FIELD = ("code", "name", "element", "type", "length", "level", "personal", "key", "owner", "description")
WORDS = {name: VALUES[name] for name in ("sharing", "opening", "update", "format", "subject", "type")}
KINDS = {code: VALUES["kind"][code] for code in ("base", "theme", "department")}


@officer
def register(request: HttpRequest, code: str = "") -> HttpResponse:
    """Register a resource of one's department, or change it; ``more`` asks for further lines of fields."""
    if request.method == "POST":
        form = typed.read(request)
        return _form(request, form, code) if form.get("more") else _write(request, form, code)
    if not code:
        return _form(request, Typed(), code)
    who: Officer = request.officer  # type: ignore[attr-defined]
    resource = queries.get_resource(code)
    queries.check_acts_for(who.actor, resource.department, clock.now())
    return _form(request, _typed(resource), code)


def _typed(resource: Resource) -> Typed:
    said = resource.model_dump(mode="json", exclude_none=True)
    values = {name: [str(said[name])] for name in PLAIN if name in said}
    for at, one in enumerate(said["fields"][:MOST]):
        values |= {f"f-{at}-{name}": [_cell(one[name])] for name in OF_FIELD if name in one}
    values |= {"related": ["；".join(resource.related)]}
    if resource.basis:
        values |= {"law": [resource.basis.law], "article": [resource.basis.article or ""]}
    return Typed(values | {"version": [changing.version_of(ListKind.RESOURCE, resource.code)]})


def _cell(value: object) -> str:
    return ("yes" if value else "") if isinstance(value, bool) else str(value)


def _form(
    request: HttpRequest, form: Typed, code: str, *, wrong: str = "", status: int = 200
) -> HttpResponse:
    who: Officer = request.officer  # type: ignore[attr-defined]
    filled = [at for at in range(MOST) if form.get(f"f-{at}-code") or form.get(f"f-{at}-name")]
    lines = min(MOST, (max(filled) + 1 if filled else 0) + MORE)
    return show(
        request, "datadesk/register.html", "catalogue", status=status, form=form, code=code, wrong=wrong, lines=lines,
        systems=queries.systems() if who.is_authority else queries.systems(who.department), themes=queries.themes(),
        words=WORDS, kinds=KINDS, department=queries.get_resource(code).department if code else who.department,
    )  # fmt: skip


def _write(request: HttpRequest, form: Typed, code: str) -> HttpResponse:
    who: Officer = request.officer  # type: ignore[attr-defined]
    try:
        before = queries.get_resource(code) if code else None
        department = before.department if before else who.department
        resource = queries.written(Resource, _document(form, code, department, before))
        operations.register_resource(
            resource=resource, why=form.get("why"), by=who.actor, at=clock.now(), is_new=not code,
            seen=changing.seen(form),
        )  # fmt: skip
    except Failure as failure:
        form = changing.again(form, failure)
        return _form(request, form, code, wrong=said(request, failure), status=failure.status)
    return go(request, f"/data/resources/{resource.code}?done=written")


def _document(form: Typed, code: str, department: str, before: Resource | None) -> dict[str, Any]:
    fields = [_field(form, at) for at in range(MOST) if form.get(f"f-{at}-code") or form.get(f"f-{at}-name")]
    fields += [one.model_dump(mode="json") for one in before.fields[MOST:]] if before else []
    plain = {
        name: form.get(name) or None
        for name in PLAIN
        if form.get(name) or name in ("code", "name", "summary")
    }
    related = importing.several(form.get("related"))
    basis = changing.cited(form, before.basis if before else None) if form.get("law") else None
    levels = [queries.written(DataField, one).level for one in fields]
    return plain | {
        "code": code or form.get("code"), "department": department, "fields": fields, "basis": basis,
        "related": related,
        "level": max(levels, default=1),
    }  # fmt: skip


def _field(form: Typed, at: int) -> dict[str, Any]:
    said = {name: form.get(f"f-{at}-{name}") for name in OF_FIELD}
    flags = {name: said[name] == "yes" for name in ("personal", "key", "owner")}
    return {name: value for name, value in said.items() if value} | flags


urls = [
    path("data/resources/new", register),
    path("data/resources/<slug:code>/change", register),
]
