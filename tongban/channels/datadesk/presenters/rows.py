"""Requests as the list beside the open one shows them: light, clock, who wants what."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tongban.channels.datadesk.asked import Asked
from tongban.channels.ui.bars import clock as bar
from tongban.datahub.resources.types import Clock, Request, RequestState
from tongban.kernel.errors import N_
from tongban.services.approvals.types import Light

STATE_WORDS = {
    RequestState.QUEUED: N_("待答复"),
    RequestState.GRANTED: N_("已同意"),
    RequestState.REFUSED: N_("不同意"),
    RequestState.WITHDRAWN: N_("已撤回"),
}
VIEW_WORDS = {
    "answer": N_("等我部门答复"),
    "stated": N_("我部门提出的"),
    "disputed": N_("有异议的"),
    "answered": N_("我部门答复过的"),
    "all": N_("全市待答复"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A request in the list."""

    request: Request
    name: str
    english: str | None
    clock: Clock | None
    light: Light
    bar: Markup
    address: str
    is_open: bool

    @property
    def given(self) -> int:
        """Return how many fields are given or may be."""
        return len(self.request.fields)

    @property
    def wanted(self) -> int:
        """Return how many fields were wanted."""
        return len({*self.request.fields, *self.request.wish.fields, *_refused(self.request)})

    @property
    def state_words(self) -> str:
        """Return the word for how far it is."""
        return STATE_WORDS[self.request.state]


def _refused(request: Request) -> Iterable[str]:
    return (field for one in request.refused for field in one.fields)


def light_of(request: Request, clock: Clock | None) -> Light:
    """Return the light of a request: by its clock while it waits."""
    if clock is None:
        return Light.DONE if request.state is RequestState.GRANTED else Light.WAITING
    return Light.RED if clock.is_overdue else Light.AMBER if clock.is_near else Light.GREEN


def bar_of(request: Request, clock: Clock | None) -> Markup:
    """Return the clock bar of a request; none for what was answered."""
    return bar(clock.used, clock.allowed, light_of(request, clock)) if clock else Markup("")


def rows(
    requests: Iterable[Request],
    clocks: Mapping[uuid.UUID, Clock],
    names: Mapping[str, tuple[str, str | None]],
    asked: Asked,
    opened: uuid.UUID | None,
) -> tuple[Row, ...]:
    """Return the rows of the list; ``names`` are Chinese and English names of resources by code."""
    return tuple(_row(one, clocks.get(one.id), names, asked, opened) for one in requests)


def _row(
    request: Request,
    clock: Clock | None,
    names: Mapping[str, tuple[str, str | None]],
    asked: Asked,
    opened: uuid.UUID | None,
) -> Row:
    name, english = names.get(request.resource or "", (request.wish.purpose, None))
    return Row(
        request, name, english, clock, light_of(request, clock), bar_of(request, clock),
        asked.address(f"/data/requests/{request.id}"), request.id == opened,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """Where the neighbours of the open request open; empty at an end of the list, or where it does not stand in it."""

    before: str = ""
    after: str = ""


def beside(rows: Sequence[Row]) -> Beside:
    """Return the neighbours of the open row."""
    at = next((n for n, row in enumerate(rows) if row.is_open), None)
    if at is None:
        return Beside(after=rows[0].address if rows else "")
    after = rows[at + 1].address if at + 1 < len(rows) else ""
    return Beside(rows[at - 1].address if at else "", after)
