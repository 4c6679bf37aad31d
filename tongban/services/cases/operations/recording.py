"""How every act leaves its traces: the row locked, the state moved on by the table, event, ledger, outbox."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Act as LedgerAct
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.types import Event
from tongban.foundation.statements import operations as writing
from tongban.foundation.statements import queries as statements
from tongban.foundation.statements.operations import Part
from tongban.kernel.ids import new_id
from tongban.kernel.law import law
from tongban.kernel.types import Actor, Subject
from tongban.services.cases import models
from tongban.services.cases.errors import CaseUnknown
from tongban.services.cases.rules import check_act, next_state
from tongban.services.cases.standing import Standing, standing_of
from tongban.services.cases.types import Act, CaseState, Role

# What an act saw is the latest filing, unless it says so itself; of a draft there is none.
EVENT = """
INSERT INTO cases_event (id, case_id, number, act, before, after, at, by_kind, by_id, by_name, role, facts, detail)
SELECT id, case_id, number, act, before, after, at, by_kind, by_id, by_name, role,
    coalesce(nullif(facts, ''), (SELECT digest FROM cases_filing f WHERE f.case_id = new.case_id
        ORDER BY f.number DESC LIMIT 1), ''), detail
FROM json_populate_record(NULL::cases_event, %s::json) AS new
"""


def locked(case_id: uuid.UUID) -> models.Case:
    """Return the row of a case, locked until the transaction ends; raise CaseUnknown."""
    row = statements.fetch_one(models.Case, "WHERE id = %s FOR UPDATE", [case_id])
    if row is None:
        raise CaseUnknown
    return row


def opened(case_id: uuid.UUID, act: Act, *, by: Actor, at: datetime) -> tuple[models.Case, Role, Standing]:
    """Return the locked row and in which role the act is done; raise where the table does not allow it."""
    row = locked(case_id)
    standing = standing_of(by, row, at)
    return row, check_act(act, CaseState(row.state), standing.roles), standing


@law("case-record-stands", basis="电子签名法 5、8；国务院关于在线政务服务的若干规定 12", says="Every act is an event that the database "
     "never changes, with the digest of the facts that were seen")  # fmt: skip
def note(
    row: models.Case,
    act: Act,
    role: Role,
    *,
    by: Actor,
    at: datetime,
    event: Event | None = None,
    facts: str = "",
    detail: Mapping[str, Any] | None = None,
    changed: tuple[str, ...] = (),
    also: Sequence[Part] = (),
) -> None:
    """Move the case on by the table and record the act: case event, ledger, outbox, all in one statement.

    ``also`` is what else the act writes, of other rows.
    """
    before = CaseState(row.state)
    row.state = next_state(act, before).value
    row.events_count += 1
    said = dict(detail or {})
    writing.run_together([
        *also,
        writing.updating(row, ("state", "events_count", *changed)),
        _event(row, act, role, before, by, at, facts, said),
        recording(row, act.value, by=by, at=at, detail=said),
        *outbox.publishing([event] if event else [], at=at),
    ])  # fmt: skip


def _event(
    row: models.Case, act: Act, role: Role, before: CaseState, by: Actor, at: datetime, facts: str,
    detail: dict[str, Any],
) -> Part:  # fmt: skip
    said = {
        "id": str(new_id()), "case_id": str(row.id), "number": row.events_count, "act": act.value,
        "before": before.value, "after": row.state, "at": at.isoformat(), "by_kind": by.kind, "by_id": by.id,
        "by_name": by.name, "role": role.value, "facts": facts, "detail": detail,
    }  # fmt: skip
    return Part(EVENT, [json.dumps(said, ensure_ascii=False)])


def recording(
    row: models.Case, act: str, *, by: Actor, at: datetime, detail: Mapping[str, Any] | None = None
) -> Part:
    """Return the record of an act that moves nothing, as a part of the statement that writes what it did."""
    act_of_case = LedgerAct(f"case.{act}", Subject("case", str(row.id)), dict(detail or {}))
    return ledger.recording(acts=[act_of_case], by=by, at=at)


def timer_key(case_id: uuid.UUID) -> str:
    """Return the key of the timer of the five days."""
    return f"case:{case_id}:completeness"
