"""What effectiveness reacts to: limits that were missed, breaches on record."""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.datahub.exchange.events import ProvidingOverdue
from tongban.datahub.resources.events import AnswerOverdue, DisputeOverdue
from tongban.foundation.identity import queries as identity
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import SYSTEM
from tongban.oversight.effectiveness import operations
from tongban.oversight.effectiveness.types import EntryKind
from tongban.oversight.ratings.events import FollowUpMissed
from tongban.services.approvals.events import LimitMissed
from tongban.services.cases import queries as cases
from tongban.services.cases.events import BreachRecorded
from tongban.services.cases.types import Breach
from tongban.services.disclosures.events import AskedBesidePurpose, ContestOverdue

MISSED = "到 {due_on} 没有作出决定。"
CONTEST = "有人问谁查了他的数据，到 {due_on} 没有答复。"
ANSWER = "对数据资源 {resource} 的需求，到 {due_on} 没有答复。"
PROVIDE = "已经同意共享的数据资源 {resource}，到 {due_on} 还没有提供服务。"
DISPUTE = "对不共享数据资源 {resource} 的异议，到 {due_on} 没有答复。"
PURPOSE = "{day} 用数据资源 {resource} 的授权，为不该用它的 {cases} 件办件查了 {calls} 次。"
UNLISTED = "（未编目）"
RATING = {"contact": "差评到 {due_on} 没有联系核实。", "answer": "差评到 {due_on} 没有反馈整改情况。"}


def connect() -> None:
    """Subscribe; called once at start."""
    outbox.subscribe(LimitMissed, limit_missed, name="oversight.effectiveness.limit_missed")
    outbox.subscribe(BreachRecorded, breach_recorded, name="oversight.effectiveness.breach_recorded")
    outbox.subscribe(ContestOverdue, contest_overdue, name="oversight.effectiveness.contest_overdue")
    outbox.subscribe(AskedBesidePurpose, asked_beside_purpose, name="oversight.effectiveness.beside_purpose")
    outbox.subscribe(AnswerOverdue, answer_overdue, name="oversight.effectiveness.answer_overdue")
    outbox.subscribe(DisputeOverdue, dispute_overdue, name="oversight.effectiveness.dispute_overdue")
    outbox.subscribe(ProvidingOverdue, providing_overdue, name="oversight.effectiveness.providing_overdue")
    outbox.subscribe(FollowUpMissed, follow_up_missed, name="oversight.effectiveness.follow_up_missed")


def contest_overdue(event: ContestOverdue, *, at: dt.datetime) -> None:
    """Open an entry for a person's question about who read their data that nobody answered in time."""
    operations.open_entry(
        key=f"contest:{event.contest_id}:{event.due_on}",
        kind=EntryKind.CONTEST,
        case_id=uuid.UUID(event.case_id) if event.case_id else None,
        department=event.department,
        what=CONTEST.format(due_on=event.due_on),
        missed_on=dt.date.fromisoformat(event.due_on),
        at=at,
    )


def asked_beside_purpose(event: AskedBesidePurpose, *, at: dt.datetime) -> None:
    """Open an entry, against who used a grant, for calls beside its purpose."""
    what = PURPOSE.format(
        day=event.day, resource=event.resource or UNLISTED, cases=event.cases, calls=event.calls
    )
    operations.open_entry(
        key=f"data-purpose:{event.grant_id}:{event.day}", kind=EntryKind.PURPOSE, case_id=None,
        department=event.holder, what=what, at=at,
    )  # fmt: skip


def answer_overdue(event: AnswerOverdue, *, at: dt.datetime) -> None:
    """Open an entry for a demand for data that its owner has not answered in time."""
    key = f"data-answer:{event.request_id}:{event.due_on}"
    _of_data(key, event.owner, ANSWER, event.resource, event.due_on, at)


def dispute_overdue(event: DisputeOverdue, *, at: dt.datetime) -> None:
    """Open an entry for a disputed refusal that its owner, or then the data authority, has not answered in time."""
    key = f"data-dispute:{event.request_id}:{event.due_on}"
    _of_data(key, event.late, DISPUTE, event.resource, event.due_on, at)


def providing_overdue(event: ProvidingOverdue, *, at: dt.datetime) -> None:
    """Open an entry for data that was granted and can not be had in time."""
    key = f"data-provide:{event.grant_id}:{event.due_on}"
    _of_data(key, event.department, PROVIDE, event.resource, event.due_on, at)


def _of_data(key: str, department: str, what: str, resource: str, due_on: str, at: dt.datetime) -> None:
    operations.open_entry(
        key=key, kind=EntryKind.DATA, case_id=None, department=department,
        what=what.format(resource=resource or UNLISTED, due_on=due_on), missed_on=dt.date.fromisoformat(due_on), at=at,
    )  # fmt: skip


def limit_missed(event: LimitMissed, *, at: dt.datetime) -> None:
    """Open an entry for a limit that ended with nothing decided."""
    about = event.branch_id or event.case_id
    operations.open_entry(
        key=f"limit:{event.kind}:{about}:{event.due_on}",
        kind=EntryKind(event.kind),
        case_id=uuid.UUID(event.case_id),
        branch_id=uuid.UUID(event.branch_id) if event.branch_id else None,
        item=event.item,
        department=event.department,
        what=MISSED.format(due_on=event.due_on),
        missed_on=dt.date.fromisoformat(event.due_on),
        at=at,
    )


def breach_recorded(event: BreachRecorded, *, at: dt.datetime) -> None:
    """Open an entry for a duty that was broken, against the department of whoever broke it."""
    case_id = uuid.UUID(event.case_id)
    breach = _breach(case_id, event.kind, at)
    operations.open_entry(
        key=f"breach:{event.breach_id}",
        kind=EntryKind.BREACH,
        case_id=case_id,
        department=_department(case_id, breach.by.id, at),
        what=f"{breach.what}（{breach.reason}）",
        law=breach.law,
        by=SYSTEM,
        at=at,
    )


def follow_up_missed(event: FollowUpMissed, *, at: dt.datetime) -> None:
    """Open an entry for a bad rating that nobody looked after in time."""
    operations.open_entry(
        key=f"rating:{event.follow_up_id}:{event.step}:{event.due_on}",
        kind=EntryKind.RATING,
        case_id=uuid.UUID(event.case_id),
        department=event.department,
        what=RATING[event.step].format(due_on=event.due_on),
        missed_on=dt.date.fromisoformat(event.due_on),
        at=at,
    )


def _breach(case_id: uuid.UUID, kind: str, at: dt.datetime) -> Breach:
    """Return the breach that the event tells of: of its kind, at its moment."""
    found = [one for one in cases.breaches(case_id, by=SYSTEM, at=at) if one.kind == kind]
    return next((one for one in found if one.at == at), found[-1])


def _department(case_id: uuid.UUID, staff: str, at: dt.datetime) -> str:
    """Return the case's department in which somebody holds a post; the lead one for who holds none there."""
    departments = cases.limits(case_id).departments
    held = identity.staff_access(staff, at=at).departments
    return next((code for code in departments if code in held), departments[0])
