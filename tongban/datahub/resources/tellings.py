"""What data officers are told: a demand waits for their answer, the answer is late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from tongban.datahub.resources import queries
from tongban.datahub.resources.events import AnswerOverdue, DemandStated
from tongban.foundation.government import queries as government
from tongban.foundation.government.types import May, StaffMember
from tongban.foundation.identity import queries as identity
from tongban.foundation.messages import operations as messages
from tongban.foundation.messages.types import Template
from tongban.kernel.errors import N_, Failure
from tongban.kernel.types import Subject

WAITS = Template(
    "data.demand_waits",
    N_("有一项数据需求待答复"),
    N_("{department}需要“{resource}”，请在 {due_on} 前答复同意或者不同意共享。"),
    (),
)
OVERDUE = Template(
    "data.answer_overdue",
    N_("数据需求逾期未答复"),
    N_("{department}需要“{resource}”，到 {due_on} 没有答复，已转请数据主管部门协调。"),
    (),
)
UNKNOWN = N_("目录里还没有的数据")


def demand_waits(event: DemandStated, *, at: dt.datetime) -> None:
    """Tell the owner's data officers of a demand that the lists have left to them."""
    if event.due_on:
        _tell(WAITS, event, event.due_on, identity.staff_with(May.DATA_OFFICER, department=event.owner), at)


def answer_overdue(event: AnswerOverdue, *, at: dt.datetime) -> None:
    """Tell the owner's data officers and the data authority that an answer is late."""
    officers = identity.staff_with(May.DATA_OFFICER, department=event.owner)
    _tell(OVERDUE, event, event.due_on, (*officers, *identity.staff_with(May.DATA_AUTHORITY)), at)


def _tell(
    template: Template,
    event: DemandStated | AnswerOverdue,
    due_on: str,
    members: Iterable[StaffMember],
    at: dt.datetime,
) -> None:
    values = {"department": _name(event.department), "resource": _resource(event.resource), "due_on": due_on}
    for code in dict.fromkeys(one.code for one in members):
        messages.send(to=Subject("staff", code), template=template.code, values=values, at=at)


def _name(department: str) -> str:
    try:
        return government.get_department(department).name
    except Failure:
        return department


def _resource(code: str) -> str:
    try:
        return queries.get_resource(code).name
    except Failure:
        return UNKNOWN
