"""The demand list, and stating a demand from a material: at once one sees what would be answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk import asked
from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.page import go, said, show
from tongban.channels.datadesk.presenters import demands as presenter
from tongban.channels.ui import typed
from tongban.channels.ui.typed import Typed
from tongban.datahub.resources import operations, queries
from tongban.datahub.resources.types import Demand, Lists, Stage, Verdict, Wish
from tongban.kernel import clock
from tongban.kernel.errors import N_, Failure, Invalid, NotFound
from tongban.kernel.pages import Page
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.types import Item, Material

SIZE = 100
MSG_MATERIAL = N_("事项没有这份材料，请从列表里选。")
STAGES = {
    "matched": N_("匹配到数据资源"),
    **{one.value: words for one, words in presenter.STAGE_WORDS.items()},
}
PROMISE, NOWHERE, LOOK = "yes", "none", "look"
PURPOSE = "办理“{item}”时核对，不再收“{material}”"


@officer
def listed(request: HttpRequest) -> HttpResponse:
    """Show the demand list: all of it or at one stage, of all or of one department."""
    at, department, stage = clock.now(), asked.words(request.GET, "department"), request.GET.get("stage", "")
    stage = stage if stage in ("matched", *Stage) else ""
    entries = queries.demands(department=department)
    stages = queries.stages(entries, at=at)
    rows = presenter.rows(entries, stages, queries.lists().resources, stage)
    number = asked.number(request.GET)
    items = catalogue.items_by_code({one.demand.item for one in rows[(number - 1) * SIZE : number * SIZE]})
    return show(
        request, "datadesk/demands.html", "lists", page=Page(rows[(number - 1) * SIZE : number * SIZE], number, SIZE, len(rows)),
        stage=stage, department=department, items=items, stage_words=STAGES,
        counts={one: list(stages.values()).count(one) for one in Stage},
    )  # fmt: skip


@officer
def new(request: HttpRequest) -> HttpResponse:
    """Choose a material that people are asked for, say what of it others have, and state it."""
    if request.method == "POST":
        return _state(request)
    if not request.GET.get("item"):
        return _materials(request)
    return _form(request, asked.form(request.GET))


def _materials(request: HttpRequest) -> HttpResponse:
    who: Officer = request.officer  # type: ignore[attr-defined]
    items = catalogue.all_items("in_use", who.department)
    coverage = queries.coverage(catalogue.asked_of_people(items.values()), at=clock.now())
    return show(
        request, "datadesk/materials.html", "lists", rows=presenter.asked(items, coverage), counts=coverage.counts,
        total=coverage.total,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Draft:
    """A demand as far as it was typed."""

    item: Item
    material: Material
    form: Typed
    department: str

    @property
    def law(self) -> tuple[str, str]:
        """Return the law and its article: as typed, else those of the material, else of the item."""
        bases = [one for one in (self.material.basis, *self.item.basis) if one]
        first = (bases[0].law, bases[0].article or "") if bases else ("", "")
        return (
            self.form.get("law") or first[0],
            self.form.get("article") if self.form.get("law") else first[1],
        )

    @property
    def purpose(self) -> str:
        """Return what it is used for, in the words of the file: Chinese, whoever writes it."""
        return PURPOSE.format(item=self.item.name, material=self.material.name)

    @property
    def resource(self) -> str | None:
        """Return the resource that was chosen, None where the catalogue has none."""
        return self.form.get("resource") if self.form.get("resource") not in ("", NOWHERE) else None

    @property
    def code(self) -> str:
        """Return the code of its entry: the same material and resource is the same entry."""
        return "-".join((self.department, self.item.code, self.material.code, self.resource or "new"))[:80].strip("-")  # fmt: skip

    def document(self) -> dict[str, Any]:
        """Return the entry of the demand list that it is."""
        law, article = self.law
        return {
            "code": self.code, "department": self.department, "item": self.item.code, "material": self.material.code,
            "resource": self.resource, "fields": self.form.all("fields"),
            "elements": self.form.all("elements") if self.resource is None else (),
            "purpose": self.form.get("purpose"), "basis": {"law": law, "article": article or None},
            "frequency": self.form.number("per_day") if self.form.get("per_day") else 1000,
            "until": self.form.day_or_none("until"),
        }  # fmt: skip


def _draft(request: HttpRequest, form: Typed) -> _Draft:
    who: Officer = request.officer  # type: ignore[attr-defined]
    item = catalogue.items_by_code([form.get("item")]).get(form.get("item"))
    material = (
        next((one for one in item.materials if one.code == form.get("material")), None) if item else None
    )
    if item is None or material is None:
        raise Invalid("data-material-unknown", MSG_MATERIAL)
    return _Draft(item, material, form, who.department)


def _form(request: HttpRequest, form: Typed, *, status: int = 200, wrong: str = "") -> HttpResponse:
    draft, at, lists = _draft(request, form), clock.now(), queries.lists()
    words = "".join((draft.material.name, *(one.data or "" for one in draft.material.instead)))
    resource = lists.resources.get(form.get("resource"))
    verdict, trouble = _tried(draft, at) if form.all("fields") or form.all("elements") else (None, None)
    return show(
        request, "datadesk/demand.html", "lists", status=status, wrong=wrong, form=form, draft=draft,
        resource=resource, resources=lists.resources, suggested=queries.suggested(words, lists, draft.department),
        elements=catalogue.elements() if form.get("resource") == NOWHERE else {}, verdict=verdict,
        trouble=said(request, trouble) if trouble else "", **_answer(verdict, lists, at),
        last_day=_last_day(form, at) if verdict else None,
    )  # fmt: skip


def _answer(verdict: Verdict | None, lists: Lists, at: dt.datetime) -> dict[str, Any]:
    if verdict is None:
        return {}
    resource = lists.resources.get(verdict.resource or "")
    return {
        "answered": presenter.answered(verdict, resource),
        "due_on": queries.due_on(verdict.days, at=at) if verdict.days else None,
        "outcome_words": presenter.OUTCOME_WORDS[verdict.outcome],
        "outcome_light": presenter.OUTCOME_LIGHTS[verdict.outcome],
        "holds": [queries.HOLD_WORDS[one] for one in verdict.holds],
    }


def _tried(draft: _Draft, at: dt.datetime) -> tuple[Verdict | None, Failure | None]:
    """Return what the lists would say now, or the failure that says why they can not, or why it could not be stated."""
    try:
        wish = _wish(draft)
        queries.valid_until(wish.until, at=at)
        return queries.try_demand(wish, at=at), None
    except Failure as failure:
        return None, failure


def _last_day(form: Typed, at: dt.datetime) -> tuple[dt.date, bool]:
    """Return the last day of a grant that is given now, and whether it is earlier than the day that was asked for."""
    until = form.day_or_none("until")
    last = queries.valid_until(until, at=at)
    return last, until is not None and last < until


def _wish(draft: _Draft) -> Wish:
    law, article = draft.law
    document = draft.document() | {
        "purpose": draft.form.get("purpose") or draft.material.name, "basis": {"law": law or "—", "article": article or None},
    }  # fmt: skip
    return queries.wish_of(queries.written(Demand, document), asked=draft.form.get("asked"))


def _state(request: HttpRequest) -> HttpResponse:
    form = typed.read(request)
    draft = _draft(request, form)
    if form.get("act") == LOOK:
        return _form(request, form)
    try:
        id = operations.list_and_state(
            demand=queries.written(Demand, draft.document()), why=form.get("purpose"),
            promised=form.get("promise") == PROMISE, asked=form.get("asked"), by=request.officer.actor, at=clock.now(),  # type: ignore[attr-defined]
        )  # fmt: skip
    except NotFound:
        raise
    except Failure as failure:
        return _form(request, form, status=failure.status, wrong=said(request, failure))
    return go(request, f"/data/requests/{id}?view=stated&done=stated")


@officer
def state(request: HttpRequest) -> HttpResponse:
    """State a demand of the list as it stands there."""
    form = typed.read(request)
    if request.method != "POST":
        return go(request, "/data/demands?stage=unstated")
    id = operations.state_listed(
        code=form.get("code"),
        promised=form.get("promise") == PROMISE,
        by=request.officer.actor,
        at=clock.now(),  # type: ignore[attr-defined]
    )
    return go(request, f"/data/requests/{id}?view=stated&done=stated")


urls = [path("data/demands", listed), path("data/demands/new", new), path("data/demands/state", state)]
