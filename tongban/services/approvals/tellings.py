"""What applicants and those who filed for them are told of the branches: in the inbox, by mail and by phone. The papers themselves are letters."""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.foundation.government import queries as government
from tongban.foundation.messages import operations as messages
from tongban.foundation.messages.types import Template
from tongban.foundation.statements import queries as statements
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_
from tongban.services.approvals import models
from tongban.services.approvals.errors import BranchUnknown
from tongban.services.approvals.events import (
    ApprovalEvent,
    BranchDecided,
    BranchEnded,
    ClockResumed,
    ClockStopped,
    DecisionCorrected,
    LicencesCancelled,
    LicencesRevoked,
    LimitExtended,
    LimitMissed,
    VisitPlanned,
)
from tongban.services.approvals.operations.opening import PREREQUISITE
from tongban.services.approvals.types import Outcome
from tongban.services.cases import queries as cases

GRANTED = Template(
    "approvals.granted", N_("申请已经准予"), N_("“{what}”已经准予，{department}的决定书在“我的办件”里。")
)
REFUSED = Template(
    "approvals.refused",
    N_("申请没有准予"),
    N_("“{what}”没有准予。理由和申请复议、提起诉讼的办法写在{department}的决定书里，见“我的办件”。"),
)
SILENCE = Template(
    "approvals.silence", N_("逾期未决定，视为准予"), N_("“{what}”到期没有作出决定，按公布的规定视为准予。")
)
ENDED = Template(
    "approvals.ended",
    N_("有一件事项终止"),
    N_("“{what}”要以前面的事项为前提，前面的没有准予，所以不再办理。"),
)
STOPPED = Template(
    "approvals.stopped",
    N_("办理期限暂停"),
    N_(
        "“{what}”依法需要特别程序，预计 {days} 个工作日，不计入办理期限。{department}的告知书在“我的办件”里。"
    ),
)
RESUMED = Template(
    "approvals.resumed", N_("办理期限继续"), N_("“{what}”的特别程序已经结束，最晚 {due_on} 决定。")
)
EXTENDED = Template(
    "approvals.extended",
    N_("办理期限延长"),
    N_("“{what}”的期限延长 {days} 个工作日，最晚 {due_on} 决定。理由：{reason}"),
)
MISSED = Template(
    "approvals.missed",
    N_("没有按时办完，向您致歉"),
    N_("“{what}”到 {due_on} 没有办完，已经交督查部门督办，由{department}说明原因。"),
)
VISIT = Template(
    "approvals.visit",
    N_("上门核查已经约好"),
    N_("{day} {time}，{place}。几个部门一起来，只来一次。{prepare}"),
)
VISIT_MOVED = Template(
    "approvals.visit-moved", N_("上门核查改了时间"), N_("改到 {day} {time}，{place}。{prepare}")
)
CORRECTED = Template(
    "approvals.corrected",
    N_("决定有更正"),
    N_("“{what}”的决定更正了笔误，证照另行换发。更正书在“我的办件”里。"),
)
REVOKED = Template(
    "approvals.revoked",
    N_("许可被撤销"),
    N_("“{what}”的许可已被撤销。理由和救济办法写在决定书里，见“我的办件”。"),
)
CANCELLED = Template(
    "approvals.cancelled", N_("许可已注销"), N_("“{what}”的许可已注销。决定书在“我的办件”里。")
)
ALL = (
    GRANTED, REFUSED, SILENCE, ENDED, STOPPED, RESUMED, EXTENDED, MISSED, VISIT, VISIT_MOVED, CORRECTED, REVOKED,
    CANCELLED,
)  # fmt: skip
TOLD_OF = """
SELECT coalesce(b.item_name, r.service_name)
FROM approvals_round r LEFT JOIN approvals_branch b ON b.round_id = r.case_id AND b.item = %s
WHERE r.case_id = %s ORDER BY b.position LIMIT 1
"""
BY_OUTCOME = {
    Outcome.GRANTED.value: GRANTED,
    Outcome.REFUSED.value: REFUSED,
    Outcome.SILENCE.value: SILENCE,
}


def decided(event: BranchDecided, *, at: dt.datetime) -> None:
    """Tell what was decided."""
    _tell(event, BY_OUTCOME[event.outcome], at)


def ended(event: BranchEnded, *, at: dt.datetime) -> None:
    """Tell that a branch ended with what it stood on; who took the case back knows that it ended."""
    if event.because == PREREQUISITE:
        _tell(event, ENDED, at)


def stopped(event: ClockStopped, *, at: dt.datetime) -> None:
    """Tell that the clock is stopped, and for how long (行政许可法 45)."""
    _tell(event, STOPPED, at, days=event.expected_days)


def resumed(event: ClockResumed, *, at: dt.datetime) -> None:
    """Tell that the clock runs again."""
    _tell(event, RESUMED, at, due_on=event.due_on)


def extended(event: LimitExtended, *, at: dt.datetime) -> None:
    """Tell that and why a limit is longer (行政许可法 42)."""
    _tell(event, EXTENDED, at, days=event.days, due_on=event.due_on, reason=event.reason)


def missed(event: LimitMissed, *, at: dt.datetime) -> None:
    """Say sorry for a limit that was missed."""
    _tell(event, MISSED, at, due_on=event.due_on)


def corrected(event: DecisionCorrected, *, at: dt.datetime) -> None:
    """Tell that the writing of a decision was put right."""
    _tell(event, CORRECTED, at)


def revoked(event: LicencesRevoked, *, at: dt.datetime) -> None:
    """Tell that a grant was taken back."""
    _tell(event, REVOKED, at)


def cancelled(event: LicencesCancelled, *, at: dt.datetime) -> None:
    """Tell that licences were struck off."""
    _tell(event, CANCELLED, at)


def visit_planned(event: VisitPlanned, *, at: dt.datetime) -> None:
    """Tell once, for all departments, when they come and what to prepare."""
    visit = models.Visit.objects.get(id=event.visit_id)
    starts = dt.datetime.fromisoformat(event.starts_at).astimezone(SHANGHAI)
    values = {
        "day": starts.date().isoformat(),
        "time": f"{starts:%H:%M}",
        "place": event.place,
        "prepare": visit.prepare,
    }
    _send(uuid.UUID(event.case_id), VISIT_MOVED if event.moved else VISIT, values, at)


def _tell(event: ApprovalEvent, template: Template, at: dt.datetime, **values: object) -> None:
    found = statements.one(TOLD_OF, [event.item, event.case_id])
    if found is None:
        raise BranchUnknown
    office = government.get_department(event.department).name
    _send(uuid.UUID(event.case_id), template, {"what": found[0], "department": office, **values}, at)


def _send(case_id: uuid.UUID, template: Template, values: dict[str, object], at: dt.datetime) -> None:
    for to in cases.told_of(case_id, at=at):
        messages.send(to=to, template=template.code, values=values, case=case_id, at=at)
