"""One request on one screen: each wanted field with what becomes of it and by which rule; the way it went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tongban.datahub.resources.queries import Note
from tongban.datahub.resources.types import (
    DataDuty,
    DataField,
    Dispute,
    DisputeState,
    Grant,
    Refusal,
    Request,
    RequestAct,
    RequestState,
    Resource,
    Sharing,
)
from tongban.kernel.errors import N_

GIVEN = {
    RequestState.QUEUED: ("circle-dashed", N_("可给")),
    RequestState.GRANTED: ("circle-check", N_("给")),
    RequestState.REFUSED: ("circle-x", N_("不给")),
    RequestState.WITHDRAWN: ("minus", N_("已撤回")),
}
RULE_OF_DUTY = N_("责任清单列了")
RULE_OF_ALL = N_("无条件共享")
RULE_ON_CONDITION = N_("有条件共享，没有列入责任清单")
RULE_OF_KEY = N_("只用来查询")
RULE_NEGATIVE = N_("负面清单：{law}")
RULE_NEVER = N_("依法不予共享，{law}")
RULE_LESS = N_("同意时没有给")
MSG_NONE = N_("目录里没有，要先确认归谁")


@dataclass(frozen=True, slots=True)
class Line:
    """A wanted field: its place in the resource, by which rule, and what becomes of it; ``can_give`` while it waits."""

    code: str
    name: str
    level: int
    rule: str
    values: dict[str, str]
    kind: str
    icon: str
    words: str
    reason: str = ""
    can_give: bool = False


def lines(request: Request, resource: Resource | None, duty: DataDuty | None) -> tuple[Line, ...]:
    """Return the wanted fields in the resource's order, then the data elements that it does not have."""
    if resource is None:
        return tuple(_missing(one) for one in (*request.wish.fields, *request.wish.elements))
    wanted = {*request.wish.fields}
    elements = {*request.wish.elements}
    refused = {field: one for one in request.refused for field in one.fields}
    named = [one for one in resource.fields if one.code in wanted or one.element in elements]
    held = {one.element for one in resource.fields}
    found = [_line(one, request, resource, duty, refused.get(one.code)) for one in named]
    return (*found, *(_missing(one) for one in request.wish.elements if one not in held))


def _missing(code: str) -> Line:
    return Line(code, code, 0, MSG_NONE, {}, "none", "search-x", N_("没有"))


def _line(
    field: DataField, request: Request, resource: Resource, duty: DataDuty | None, refusal: Refusal | None
) -> Line:
    common = (field.code, field.name, field.level)
    if refusal is not None:
        rule = RULE_NEGATIVE if refusal.entry else RULE_NEVER
        by_owner = (
            not refusal.entry and request.state is RequestState.REFUSED and request.answer == refusal.reason
        )
        values = {"law": refusal.law}
        return Line(*common, "{law}" if by_owner else rule, values, "no", "circle-x", N_("不给"), refusal.reason)  # fmt: skip
    if field.code not in request.fields:
        return Line(*common, RULE_LESS, {}, "less", "minus", N_("没给"))
    rule = _rule(field, resource, duty)
    waits = request.state is RequestState.QUEUED
    icon, words = ("arrow-right", N_("作查询条件")) if field.key and waits else GIVEN[request.state]
    return Line(*common, rule, {}, "key" if field.key else "yes", icon, words, can_give=waits)


def _rule(field: DataField, resource: Resource, duty: DataDuty | None) -> str:
    if field.key:
        return RULE_OF_KEY
    if resource.sharing is Sharing.UNCONDITIONAL:
        return RULE_OF_ALL
    if duty is not None:
        return RULE_OF_DUTY
    return RULE_ON_CONDITION


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way: who, what, when; ``state`` is done, now or later."""

    state: str
    department: str
    words: str
    by: str = ""
    at: dt.datetime | None = None
    until: dt.date | None = None
    text: str = ""


SAID = {
    RequestAct.CONFIRM: N_("编入目录"),
    RequestAct.FORWARD: N_("转请其他部门确认"),
    RequestAct.EXTEND: N_("延长答复期限"),
    RequestAct.ESCALATE: N_("超期，转请协调"),
    RequestAct.GRANT: N_("同意共享"),
    RequestAct.REFUSE: N_("不同意共享"),
    RequestAct.WITHDRAW: N_("撤回需求"),
    RequestAct.DISPUTE: N_("提出异议"),
    RequestAct.UPHOLD: N_("维持不同意"),
    RequestAct.REFER: N_("没有按时答复，提请裁定"),
    RequestAct.OVERTURN: N_("改为同意"),
    RequestAct.DROP: N_("撤回异议"),
}
ANSWERS = (RequestAct.GRANT, RequestAct.REFUSE)
TURN = {DisputeState.ANSWERING: N_("再次答复"), DisputeState.REFERRED: N_("数据主管部门裁定")}
AT_ONCE = N_("按三清单自动答复")
MATCHED = N_("按三清单自动匹配")


def steps(
    request: Request, notes: Sequence[Note], grant: Grant | None, dispute: Dispute | None = None
) -> tuple[Step, ...]:
    """Return the way of a request from who states it to the gateway."""
    by_lists = any(one.is_by_lists and one.act in ANSWERS for one in notes)
    first = notes[0] if notes else None
    found = [
        Step("done", request.wish.department, N_("提出了需求"), first.by if first else "", request.stated_at)
    ]
    found.append(
        Step("done", "", AT_ONCE if by_lists else MATCHED, "", request.stated_at, text=request.basis)
    )
    is_referred = False
    for one in notes[1:]:
        if not (one.is_by_lists and one.act in ANSWERS):
            found.append(_said(one, request, is_referred))
        is_referred = is_referred or one.act in (RequestAct.UPHOLD, RequestAct.REFER)
    if dispute is not None and dispute.state.is_open:
        owner = request.owner if dispute.state is DisputeState.ANSWERING else ""
        found.append(Step("now", owner, TURN[dispute.state], until=dispute.due_on))
    if request.state is RequestState.QUEUED:
        found.append(Step("now", request.owner, N_("答复"), until=request.due_on))
    if request.state in (RequestState.QUEUED, RequestState.GRANTED):
        stands = "done" if grant else "later"
        found.append(Step(stands, "", N_("网关放行"), until=grant.until if grant else None))
    return tuple(found)


def _said(note: Note, request: Request, is_referred: bool) -> Step:
    wanting = (RequestAct.WITHDRAW, RequestAct.DISPUTE, RequestAct.DROP)
    departments = dict.fromkeys(wanting, request.wish.department)
    departments |= dict.fromkeys((RequestAct.ESCALATE, RequestAct.REFER), "")
    if is_referred:  # from then on the data authority answers
        departments |= dict.fromkeys((RequestAct.UPHOLD, RequestAct.OVERTURN), "")
    by = "" if note.is_by_lists else note.by
    return Step("done", departments.get(note.act, request.owner), SAID[note.act], by, note.at, text=note.text)
