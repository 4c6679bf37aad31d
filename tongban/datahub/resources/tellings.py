"""What data officers are told: a demand waits for their answer, the answer is late or there, a refusal is disputed, a grant
loses something or ends.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from tongban.datahub.resources import queries
from tongban.datahub.resources.events import (
    AnswerOverdue,
    DemandStated,
    DisputeClosed,
    DisputeOverdue,
    GrantEnding,
    GrantTaken,
    RefusalDisputed,
    RefusalReferred,
    RequestEvent,
    RequestGranted,
    RequestRefused,
)
from tongban.datahub.resources.types import DisputeState, Request
from tongban.foundation.government import queries as government
from tongban.foundation.government.types import May, StaffMember
from tongban.foundation.identity import queries as identity
from tongban.foundation.messages import operations as messages
from tongban.foundation.messages.types import Template
from tongban.kernel.errors import N_, Failure
from tongban.kernel.language import translate
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
DISPUTED = Template(
    "data.refusal_disputed",
    N_("对不同意共享有异议"),
    N_(
        "{department}对不共享“{resource}”提出异议，请在 {due_on} 前再次答复；维持不同意的，由数据主管部门裁定。"
    ),
    (),
)
REFERRED = Template(
    "data.refusal_referred",
    N_("有一项数据共享异议待裁定"),
    N_("{department}和{owner}对共享“{resource}”没有达成一致，请在 {due_on} 前裁定。"),
    (),
)
DISPUTE_LATE = Template(
    "data.dispute_overdue",
    N_("数据共享异议逾期未答复"),
    N_("{department}对不共享“{resource}”的异议，到 {due_on} 没有答复，已记入督办。"),
    (),
)
DISPUTE_OVER = {
    DisputeState.OVERTURNED: Template(
        "data.dispute_overturned",
        N_("数据共享异议：改为同意"),
        N_("{department}要的“{resource}”改为同意共享，授权已经生效。"),
        (),
    ),
    DisputeState.UPHELD: Template(
        "data.dispute_upheld",
        N_("数据共享异议：维持不同意"),
        N_("{department}要的“{resource}”经裁定不予共享：{why}"),
        (),
    ),
    DisputeState.DROPPED: Template(
        "data.dispute_dropped", N_("数据共享异议已撤回"), N_("{department}撤回了对“{resource}”的异议。"), ()
    ),
}
GRANT_ENDS = Template(
    "data.grant_ending",
    N_("数据授权快到期了"),
    N_("“{resource}”的授权到 {until} 为止，到期网关自动停止放行；还需要的，请在到期前续期。"),
    (),
)
GRANTED = Template(
    "data.demand_granted",
    N_("数据需求已同意"),
    N_("{owner}同意共享“{resource}”，授权已经生效。{answer}"),
    (),
)
REFUSED = Template(
    "data.demand_refused",
    N_("数据需求不同意"),
    N_("{owner}不同意共享“{resource}”。依据：{law}。理由：{reason}"),
    (),
)
TAKEN = {
    "narrowed": Template(
        "data.grant_narrowed",
        N_("数据授权少了信息项"),
        N_("“{resource}”（{purpose}）的授权从现在起不再给{fields}。依据：{why}"),
        (),
    ),
    "reduced": Template(
        "data.grant_reduced",
        N_("数据授权的每日上限调低了"),
        N_("“{resource}”（{purpose}）的授权从现在起每天最多 {count} 次。理由：{why}"),
        (),
    ),
    "revoked": Template(
        "data.grant_revoked",
        N_("数据授权已收回"),
        N_("“{resource}”（{purpose}）的授权已经收回，网关不再放行。理由：{why}"),
        (),
    ),
}
TEMPLATES = (
    WAITS, OVERDUE, DISPUTED, REFERRED, DISPUTE_LATE, GRANT_ENDS, GRANTED, REFUSED, *DISPUTE_OVER.values(),
    *TAKEN.values(),
)  # fmt: skip
UNKNOWN = N_("目录里还没有的数据")


class Named(str):
    """What a message names: the Chinese sentence by its name, the English one by its English name, where it has one."""

    __slots__ = ("english",)
    english: str

    def __new__(cls, name: str, english: str | None = None) -> Named:
        """Return the name with its English one beside it."""
        found = super().__new__(cls, name)
        found.english = english or name
        return found


def demand_waits(event: DemandStated, *, at: dt.datetime) -> None:
    """Tell the owner's data officers of a demand that the lists have left to them."""
    if event.due_on:
        _tell(WAITS, event, _officers(event.owner), at, due_on=event.due_on)


def answer_overdue(event: AnswerOverdue, *, at: dt.datetime) -> None:
    """Tell the owner's data officers and the data authority that an answer is late."""
    _tell(OVERDUE, event, (*_officers(event.owner), *_authority()), at, due_on=event.due_on)


def refusal_disputed(event: RefusalDisputed, *, at: dt.datetime) -> None:
    """Tell the owner's data officers that they have to answer again."""
    _tell(DISPUTED, event, _officers(event.owner), at, due_on=event.due_on)


def refusal_referred(event: RefusalReferred, *, at: dt.datetime) -> None:
    """Tell the data authority that it has to decide."""
    _tell(REFERRED, event, _authority(), at, due_on=event.due_on, owner=_name(event.owner))


def dispute_overdue(event: DisputeOverdue, *, at: dt.datetime) -> None:
    """Tell who is late, and who waits for them."""
    told = (*_officers(event.late), *_officers(event.department))
    _tell(DISPUTE_LATE, event, told, at, due_on=event.due_on)


def dispute_closed(event: DisputeClosed, *, at: dt.datetime) -> None:
    """Tell both sides how a dispute has ended."""
    template = DISPUTE_OVER[DisputeState(event.state)]
    _tell(template, event, (*_officers(event.department), *_officers(event.owner)), at, why=event.why)


def grant_ends(event: GrantEnding, *, at: dt.datetime) -> None:
    """Tell the data officers of who holds a grant that it ends soon."""
    values = {"resource": _resource(event.resource), "until": event.until}
    about = Subject("data-grant", event.grant_id)
    for one in _officers(event.department):
        messages.send(
            to=Subject("staff", one.code), template=GRANT_ENDS.code, values=values, about=about, at=at
        )


def demand_granted(event: RequestGranted, *, at: dt.datetime) -> None:
    """Tell who stated a demand that it was granted, where they had to wait; of a dispute both sides are told by itself."""
    request = queries.get_request(uuid.UUID(event.request_id))
    if not _knows(request, event.by_lists) and queries.find_dispute(request.id) is None:
        told = _officers(event.department)
        _tell(GRANTED, event, told, at, owner=_name(event.owner), answer=request.answer)


def demand_refused(event: RequestRefused, *, at: dt.datetime) -> None:
    """Tell who stated a demand that it was refused, by which law and why, where they had to wait."""
    request = queries.get_request(uuid.UUID(event.request_id))
    if not _knows(request, event.by_lists):
        refusal = request.refused[-1] if request.refused else None
        law, reason = (refusal.law, refusal.reason) if refusal else (event.law, request.answer)
        _tell(
            REFUSED, event, _officers(event.department), at, owner=_name(event.owner), law=law, reason=reason
        )


def _knows(request: Request, by_lists: bool) -> bool:
    """Return whether the lists answered when the demand was stated: who stated it was shown the answer."""
    return by_lists and request.answered_at == request.stated_at


def grant_taken(event: GrantTaken, *, at: dt.datetime) -> None:
    """Tell the data officers of who holds a grant what was taken from it, and why."""
    values = {
        "resource": _resource(event.resource), "fields": _fields(event.resource, event.fields),
        "count": event.per_day, "why": event.why, "purpose": queries.get_grant(uuid.UUID(event.grant_id)).purpose,
    }  # fmt: skip
    about = Subject("data-grant", event.grant_id)
    for one in _officers(event.department):
        to = Subject("staff", one.code)
        messages.send(to=to, template=TAKEN[event.act].code, values=values, about=about, at=at)


def _officers(department: str) -> tuple[StaffMember, ...]:
    return tuple(identity.staff_with(May.DATA_OFFICER, department=department)) if department else ()


def _authority() -> tuple[StaffMember, ...]:
    return tuple(identity.staff_with(May.DATA_AUTHORITY))


def _tell(
    template: Template, event: RequestEvent, members: Iterable[StaffMember], at: dt.datetime, **more: str
) -> None:
    values = {"department": _name(event.department), "resource": _resource(event.resource), **more}
    about = Subject("data-request", event.request_id)
    for code in dict.fromkeys(one.code for one in members):
        messages.send(to=Subject("staff", code), template=template.code, values=values, about=about, at=at)


def _name(department: str) -> Named:
    try:
        found = government.get_department(department)
    except Failure:
        return Named(department)
    return Named(found.name, found.english)


def _resource(code: str) -> Named:
    try:
        found = queries.get_resource(code)
    except Failure:
        return Named(UNKNOWN, translate(UNKNOWN, "en"))
    return Named(found.name, found.english)


def _fields(resource: str, codes: Iterable[str]) -> str:
    found = queries.find_resources([resource]).get(resource)
    names = {one.code: one.name for one in found.fields} if found else {}
    return "、".join(names.get(code, code) for code in codes)
