"""How every act leaves its traces: the row locked, the state moved on by the table, event, ledger, outbox."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.types import Event
from tongban.foundation.statements import operations as writing
from tongban.foundation.statements import queries as statements
from tongban.kernel.law import law
from tongban.kernel.types import Actor, Subject
from tongban.services.cases import models
from tongban.services.cases.errors import CaseUnknown
from tongban.services.cases.rules import check_act, next_state
from tongban.services.cases.standing import Standing, standing_of
from tongban.services.cases.types import Act, CaseState, Role

LATEST_FACTS = "SELECT digest FROM cases_filing WHERE case_id = %s ORDER BY number DESC LIMIT 1"


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
) -> None:
    """Move the case on by the table and record the act: case event, ledger, outbox."""
    before = CaseState(row.state)
    row.state = next_state(act, before).value
    row.events_count += 1
    writing.update(row, ("state", "events_count", *changed))
    writing.insert(models.Event(
        case_id=row.id, number=row.events_count, act=act.value, before=before.value, after=row.state, at=at,
        by_kind=by.kind, by_id=by.id, by_name=by.name, role=role.value, facts=facts or latest_facts(row),
        detail=dict(detail or {}),
    ))  # fmt: skip
    record(row, act.value, by=by, at=at, detail=detail)
    if event is not None:
        outbox.publish(event, at=at)


def latest_facts(row: models.Case) -> str:
    """Return the digest of the filing that is seen now; empty for a draft."""
    if row.received_at is None:
        return ""
    found = statements.one(LATEST_FACTS, [row.id])
    return found[0] if found else ""


def record(
    row: models.Case, act: str, *, by: Actor, at: datetime, detail: Mapping[str, Any] | None = None
) -> None:
    """Record an act on the ledger."""
    subject = Subject("case", str(row.id))
    ledger.record(act=f"case.{act}", subject=subject, by=by, at=at, detail=dict(detail or {}))


def timer_key(case_id: uuid.UUID) -> str:
    """Return the key of the timer of the five days."""
    return f"case:{case_id}:completeness"
