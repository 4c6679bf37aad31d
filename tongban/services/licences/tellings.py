"""What holders are told of their licences: in the inbox, by mail and by phone."""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.foundation.messages import operations as messages
from tongban.foundation.messages.types import Template
from tongban.kernel.errors import N_
from tongban.kernel.types import Subject
from tongban.services.licences import models
from tongban.services.licences.events import LicenceChanged
from tongban.services.licences.rules import validity
from tongban.services.licences.types import Act

SUSPENDED = Template(
    "licences.suspended", N_("证照被暂扣"),
    N_("“{what}”（编号 {number}）被暂扣，暂扣期间不能凭它经营或者办事。理由：{reason}。依据：{law}。不服的，可以申请行政复议或者提起行政诉讼。"),
)  # fmt: skip
RESUMED = Template(
    "licences.resumed", N_("证照恢复使用"), N_("“{what}”（编号 {number}）恢复使用，从现在起又有效。")
)
REVOKED = Template(
    "licences.revoked", N_("证照被撤销"),
    N_("“{what}”（编号 {number}）被撤销，不再有效。理由：{reason}。依据：{law}。不服的，可以申请行政复议或者提起行政诉讼。"),
)  # fmt: skip
WITHDRAWN = Template(
    "licences.withdrawn", N_("证照被吊销"),
    N_("“{what}”（编号 {number}）被吊销，不再有效。理由：{reason}。依据：{law}。不服的，可以申请行政复议或者提起行政诉讼。"),
)  # fmt: skip
CANCELLED = Template(
    "licences.cancelled", N_("证照已经注销"),
    N_("“{what}”（编号 {number}）已经注销，不再有效。理由：{reason}。依据：{law}。"),
)  # fmt: skip
CORRECTED = Template(
    "licences.corrected", N_("证照换发了更正的一版"),
    N_("“{what}”（编号 {number}）更正了内容，新的一版在“我的证照”里，原来的一版不再使用。"),
)  # fmt: skip
ENDS_SOON = Template(
    "licences.ends-soon", N_("证照快到期了"),
    N_("“{what}”（编号 {number}）有效到 {until}。需要延续的，最晚在 {apply_by} 以前申请。"),
)  # fmt: skip
EXPIRED = Template(
    "licences.expired", N_("证照过了有效期"),
    N_("“{what}”（编号 {number}）有效到 {until}，没有延续，不再有效。"),
)  # fmt: skip
BY_ACT = {
    Act.SUSPEND: SUSPENDED, Act.RESUME: RESUMED, Act.REVOKE: REVOKED, Act.WITHDRAW: WITHDRAWN,
    Act.CANCEL: CANCELLED, Act.CORRECT: CORRECTED,
}  # fmt: skip
ALL = (*BY_ACT.values(), ENDS_SOON, EXPIRED)
TOLD_WITH_THE_DECISION = frozenset({Act.REVOKE, Act.CANCEL})
"""Where the system does it, it follows a decision of which the applicant is told with its letter."""


def changed(event: LicenceChanged, *, at: dt.datetime) -> None:
    """Tell what happened to the licence, and why."""
    act = Act(event.act)
    if event.by_kind == "system" and act in TOLD_WITH_THE_DECISION:
        return
    row = models.Licence.objects.get(id=event.licence_id)
    _send(row, BY_ACT[act], at, reason=event.reason, law=event.law)


def ends_soon(row: models.Licence, at: dt.datetime) -> None:
    """Tell that the licence ends, and until when renewal can be asked for."""
    _send(row, ENDS_SOON, at, until=_day(row), apply_by=validity.renew_by(row.valid_until).isoformat())


def expired(row: models.Licence, at: dt.datetime) -> None:
    """Tell that the licence holds no more."""
    _send(row, EXPIRED, at, until=_day(row))


def _day(row: models.Licence) -> str:
    return str(row.valid_until.isoformat())


def _send(row: models.Licence, template: Template, at: dt.datetime, **values: object) -> None:
    to, case = Subject(row.holder_kind, row.holder_id), row.case_id
    said = {"what": row.name, "number": row.number, **values}
    messages.send(to=to, template=template.code, values=said, case=case and uuid.UUID(str(case)), at=at)
