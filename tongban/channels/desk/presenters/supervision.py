"""What supervision shows of entries and of follow-ups of bad ratings: both are a light, what, who, until when, acts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.errors import N_
from tongban.kernel.types import Actor
from tongban.oversight.effectiveness import queries as effectiveness
from tongban.oversight.effectiveness.types import Entry, EntryAct, EntryState
from tongban.oversight.ratings import queries as ratings
from tongban.oversight.ratings.types import FollowUp, FollowUpAct, FollowUpState
from tongban.services.approvals.types import Light
from tongban.services.cases.types import CaseCard

ENTRY_SAYS = {
    EntryAct.EXPLAIN: N_("写明为什么、怎么补救、以后怎么不再发生。"),
    EntryAct.RETURN: N_("写明哪里没有说清。"),
    EntryAct.CLOSE: N_("写明核对过什么。"),
}
RATING_SAYS = {
    FollowUpAct.CONTACT: N_("写明什么时候联系的、情况是否属实。"),
    FollowUpAct.ANSWER: N_("申请人会看到这段话：查到了什么，改了什么。"),
    FollowUpAct.RETURN: N_("写明回访时申请人说了什么。"),
    FollowUpAct.CLOSE: N_("写明回访的结果。"),
}
WAITS: frozenset[EntryState | FollowUpState] = frozenset(
    {EntryState.OPEN, EntryState.RETURNED, FollowUpState.OPEN, FollowUpState.CONTACTED}
)
SOON = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Button:
    """One act that is possible now; ``asks_complex`` where the form also asks how hard it is to mend."""

    act: str
    words: str
    says: str
    asks_complex: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One act that was done."""

    words: str
    text: str
    by: Actor
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to be answered for. ``kind`` is ``entries`` or ``ratings``, as the address says it."""

    kind: str
    id: uuid.UUID
    light: Light
    state: str
    title: str
    what: str
    tags: tuple[str, ...]
    law: str
    case_id: uuid.UUID | None
    number: str
    service: str
    department: str
    owner: str
    due_on: dt.date
    lines: tuple[Line, ...]
    buttons: tuple[Button, ...]


def entries(found: Iterable[Entry], staff: StaffAccess, today: dt.date) -> list[Row]:
    """Return entries as rows, their cases not named yet."""
    return [_entry(one, staff, today) for one in found]


def named(rows: Iterable[Row], cards: Mapping[uuid.UUID, CaseCard]) -> list[Row]:
    """Return the rows with number and service of their cases, as far as ``cards`` knows them."""
    found = [(one, cards.get(one.case_id) if one.case_id else None) for one in rows]
    return [
        replace(one, number=card.number or "", service=card.service_name) if card else one
        for one, card in found
    ]


def _entry(one: Entry, staff: StaffAccess, today: dt.date) -> Row:
    acts = effectiveness.acts_for(one, staff)
    return Row(
        kind="entries", id=one.id, light=_light(one.state, one.due_on, today),
        state=effectiveness.STATE_NAMES[one.state], title=effectiveness.KIND_NAMES[one.kind], what=one.what, tags=(),
        law=one.law, case_id=one.case_id, number="", service="",
        department=one.department, owner=one.owner, due_on=one.due_on,
        lines=tuple(Line(effectiveness.ACT_NAMES[note.act], note.text, note.by, note.at) for note in one.notes),
        buttons=tuple(Button(act.value, effectiveness.ACT_NAMES[act], ENTRY_SAYS[act]) for act in acts),
    )  # fmt: skip


def follow_ups(found: Iterable[FollowUp], staff: StaffAccess, today: dt.date) -> list[Row]:
    """Return follow-ups of bad ratings as rows."""
    return [_follow_up(one, staff, today) for one in found]


def _follow_up(one: FollowUp, staff: StaffAccess, today: dt.date) -> Row:
    rating = one.rating
    return Row(
        kind="ratings", id=one.id, light=_light(one.state, one.due_on, today), state=ratings.STATE_NAMES[one.state],
        title=ratings.LEVEL_NAMES[rating.level], what=rating.words, tags=tuple(tag.text for tag in rating.tags),
        law="上海市优化营商环境条例 30", case_id=rating.case_id, number=one.number, service=one.service_name,
        department=one.department, owner="", due_on=one.due_on,
        lines=tuple(Line(ratings.ACT_NAMES[note.act], note.text, note.by, note.at) for note in one.notes[1:]),
        buttons=tuple(
            Button(act.value, ratings.ACT_NAMES[act], RATING_SAYS[act], asks_complex=act is FollowUpAct.CONTACT)
            for act in ratings.acts_for(one, staff)
        ),
    )  # fmt: skip


def _light(state: EntryState | FollowUpState, due_on: dt.date, today: dt.date) -> Light:
    if state in (EntryState.CLOSED, FollowUpState.CLOSED):
        return Light.DONE
    if state not in WAITS:
        return Light.WAITING
    if due_on < today:
        return Light.RED
    return Light.AMBER if due_on <= today + SOON else Light.GREEN
