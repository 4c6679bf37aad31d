"""What one act writes about the branches of a case: gathered while it goes on, written in one statement at its end.

Rows are kept as they are: one that is opened and decided by the same act is written once, as it has become. What is
read of these tables before the end is what stood there before the act.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models as tables

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Act as LedgerAct
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.types import Event, Timer
from tongban.foundation.statements import operations as writing
from tongban.foundation.statements.operations import Part
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.services.approvals import models
from tongban.services.approvals.types import FINAL, BranchState, Stage, WorkKind

END_OF_TIME = dt.date.max


@dataclass(slots=True)
class Sheet:
    """The writing of one act, at one moment."""

    at: dt.datetime
    branches: dict[uuid.UUID, models.Branch] = field(default_factory=dict)
    """Those that are opened or changed by this act, as they are now."""
    _new: dict[type[tables.Model], list[tables.Model]] = field(default_factory=dict)
    _changed: dict[tuple[type[tables.Model], Any], tuple[tables.Model, dict[str, None]]] = field(
        default_factory=dict
    )
    _lines: dict[uuid.UUID, models.Work] = field(default_factory=dict)
    _acts: list[LedgerAct] = field(default_factory=list)
    _events: list[Event] = field(default_factory=list)
    _timers: dict[str, Timer] = field(default_factory=dict)
    _called_off: dict[str, None] = field(default_factory=dict)
    _parts: list[Part] = field(default_factory=list)

    def open(self, branch: models.Branch, line: models.Work) -> None:
        """Add a branch that is new, and its line of the queue."""
        self.branches[branch.id] = branch
        self._lines[branch.id] = line
        self.add(branch)

    def add(self, row: tables.Model) -> None:
        """Add a new row of any table."""
        self._new.setdefault(type(row), []).append(row)

    def add_parts(self, parts: Iterable[Part]) -> None:
        """Add what somebody else has to write with it."""
        self._parts += parts

    def change(self, row: tables.Model, fields: Iterable[str]) -> None:
        """Have fields of a row written; of a branch, its line of the queue too."""
        if isinstance(row, models.Branch):
            self.branches[row.id] = row
        if not any(one is row for one in self._new.get(type(row), ())):
            known, names = self._changed.setdefault((type(row), row.pk), (row, {}))
            if known is not row:
                raise RuntimeError("one act has read a row twice and changes both")
            names |= dict.fromkeys(fields)

    def record(self, row: models.Branch, act: str, by: Actor, detail: Mapping[str, Any]) -> None:
        """Have an act on a branch recorded on the ledger, with its case."""
        said = {"branch": str(row.id), "item": row.item, **detail}
        self._acts.append(LedgerAct(f"approval.{act}", Subject("case", str(row.round_id)), said, by))

    def tell(self, event: Event) -> None:
        """Have an event told of."""
        self._events.append(event)

    def set_timer(self, timer: Timer) -> None:
        """Have a timer set; the same key again replaces it."""
        self._called_off.pop(timer.key, None)
        self._timers[timer.key] = timer

    def call_off(self, key: str) -> None:
        """Have a timer called off."""
        self._timers.pop(key, None)
        self._called_off[key] = None

    def write(self) -> None:
        """Write it all, in one statement; to be used once."""
        writing.run_together([
            *self._parts,
            *self._rows(),
            *([ledger.recording(acts=self._acts, by=SYSTEM, at=self.at)] if self._acts else []),
            *outbox.publishing(self._events, at=self.at),
            *outbox.scheduling(list(self._timers.values())),
            *outbox.cancelling(list(self._called_off)),
        ])  # fmt: skip

    def _rows(self) -> Iterable[Part]:
        for row in self.branches.values():
            self._show(row)
        for rows in self._new.values():
            yield writing.inserting(rows)
        for row, names in self._changed.values():
            yield writing.updating(row, tuple(names))

    def _show(self, row: models.Branch) -> None:
        """Bring the branch's line of the queue up to date."""
        now = line(row)
        known = self._lines.get(row.id)
        if known is None:
            self.change(models.Work(id=row.id, **now), now)
            return
        for name, value in now.items():
            setattr(known, name, value)
        self.add(known)


def line(row: models.Branch) -> dict[str, Any]:
    """Return what changes of a branch's line in the queue."""
    is_first = row.stage == Stage.FIRST.value
    return {
        "kind": kind_of(row).value,
        "department": row.first_department if is_first else row.department,
        "assignee": row.assignee,
        "queue_on": row.due_on or END_OF_TIME,
        "opened_on": row.started_on,
        "allowed_days": row.promised_days + row.extended_days,
        "stopped_days": row.stopped_days,
        "closed_at": row.closed_at,
    }


def kind_of(row: models.Branch) -> WorkKind:
    """Return what is to be done next about a branch."""
    state = BranchState(row.state)
    if state in FINAL:
        return WorkKind.DONE
    if state is BranchState.OPEN:
        return WorkKind.DECIDE if row.has_opinion and row.stage == Stage.MAIN.value else WorkKind.REVIEW
    return WorkKind.WAITING if state is BranchState.WAITING else WorkKind.STOPPED
