"""Completeness: five working days, one notice, silence counts as acceptance (行政许可法 32)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from tongban.kernel.errors import N_, Conflict, Invalid
from tongban.kernel.law import law
from tongban.services.cases.rules import clocks
from tongban.services.cases.rules.form import is_empty
from tongban.services.cases.rules.founding import PERSON
from tongban.services.cases.types import CaseMaterial, Demand, FieldValue, MaterialState

LATEST = dt.timedelta(days=30)
"""Calendar days; a reading: no national text sets the time."""
USUAL = dt.timedelta(days=15)
"""What a page suggests."""

MSG_NOT_FOR_PERSONS = N_("“{service}”是单位办的事，请选择要代表的单位再申请。")
MSG_ONLY_FOR_PERSONS = N_("“{service}”是个人办的事，不能用单位的名义申请。")
MSG_NOT_LATER = N_("《{name}》是必须先交的材料，不能后补。")
MSG_PROMISED = N_("《{name}》已经承诺在 {until} 前交，不能再改日子；早交随时可以。")
MSG_LATER_DAY = N_("后补的日期要在今天以后、三十日以内，现在写的是 {until}。")
MSG_TOO_LATE = N_(
    "五个工作日已经过去（到 {due}），没有告知的，自收到之日起即为受理；不能再告知补正或者不予受理。"
)
MSG_NOTICE_ONCE = N_("补正已经一次告知过，不能再告知第二次；确实还要的，只能作为违规记录后提出。")
MSG_NOTICE_EMPTY = N_("告知书要写明需要补正的全部内容，一项也没有写。")
MSG_DEMAND_UNKNOWN = N_("告知书里的“{what}”不在这件事项要的材料和表单里，没有依据的不能要。")
MSG_REASON_MISSING = N_("请写明理由。")
MSG_RIGHT_BODY_MISSING = N_("不属于本机关职权的，请写明应当向哪个机关申请。")


@law("case-five-days", basis="行政许可法 32(四)", says="What is missing is told on the spot or within five "
     "working days; after that a notice is refused")  # fmt: skip
def check_in_time(due: dt.date | None, at: dt.datetime) -> None:
    """Raise Conflict when the five days have ended: the case counts as accepted."""
    if not is_in_time(due, at):
        raise Conflict("case-too-late", MSG_TOO_LATE, due=due)


def is_in_time(due: dt.date | None, at: dt.datetime) -> bool:
    """Return whether the five days have not ended."""
    return due is None or not clocks.is_over(due, at)


@law("case-deemed-accepted", basis="行政许可法 32(四)", says="Nothing told in five working days: accepted from "
     "the day of receipt, by itself")  # fmt: skip
def acceptance_day(received_at: dt.datetime, due: dt.date, at: dt.datetime) -> tuple[dt.date, bool]:
    """Return from which day the case counts as accepted, and whether it is by silence."""
    if clocks.is_over(due, at):
        return clocks.day_of(received_at), True
    return clocks.day_of(at), False


@law("case-one-notice", basis="行政许可法 32(四)；上海市优化营商环境条例 25", says="The applicant is told once, "
     "everything; a second notice is refused")  # fmt: skip
def check_notice_once(given: bool) -> None:
    """Raise Conflict when the one notice has been given."""
    if given:
        raise Conflict("case-notice-once", MSG_NOTICE_ONCE)


@law("case-notice-lists-all", basis="行政许可法 31、32(四)", says="A notice names each missing thing, and only "
     "what the item asks for")  # fmt: skip
def check_demands(
    demands: Sequence[Demand], materials: Iterable[CaseMaterial], fields: Iterable[str]
) -> None:
    """Raise Invalid for an empty notice and for a demand that nothing in the item stands behind."""
    if not demands or not all(demand.what.strip() for demand in demands):
        raise Invalid("case-notice-empty", MSG_NOTICE_EMPTY)
    papers, known = {(one.item, one.code) for one in materials}, set(fields)
    for demand in demands:
        if (demand.item, demand.material) not in papers and demand.field not in known:
            raise Invalid("case-demand-unknown", MSG_DEMAND_UNKNOWN, what=demand.what[:80])


@law("case-refusal-in-writing", basis="行政许可法 32(一)(二)、38", says="Not accepting is told in writing, with "
     "reasons, the right body and the ways of redress")  # fmt: skip
def check_refusal(is_wrong_body: bool, reason: str, right_body: str) -> None:
    """Raise Invalid for a refusal without reasons, or without the body that is right."""
    check_reason(reason)
    if is_wrong_body and not right_body.strip():
        raise Invalid("case-right-body-missing", MSG_RIGHT_BODY_MISSING)


@law("case-only-what-is-for-them", basis="行政许可法 29、30", says="A person cannot begin what is only for "
     "organisations, nor an organisation what is only for persons")  # fmt: skip
def check_audience(kind: str, audience: frozenset[str], service: str) -> None:
    """Raise Invalid when the service is not for such applicants; ``audience`` holds codes of GB/T 39046 A.4."""
    if kind == "person" and audience and PERSON not in audience:
        raise Invalid("case-not-for-persons", MSG_NOT_FOR_PERSONS, service=service)
    if kind != "person" and audience == {PERSON}:
        raise Invalid("case-only-for-persons", MSG_ONLY_FOR_PERSONS, service=service)


@law("case-later-paper", basis="上海市优化营商环境条例 27（类推；容缺受理无全国性条文）", says="A paper that is not essential may be promised for "
     "a day within thirty days, in writing")  # fmt: skip
def check_later(
    name: str, is_secondary: bool, today: dt.date, until: dt.date, promised: dt.date | None = None
) -> None:
    """Raise unless the paper may be handed in later, once promised, and the day is within thirty days."""
    if not is_secondary:
        raise Conflict("case-paper-not-later", MSG_NOT_LATER, name=name)
    if promised is not None:
        raise Conflict("case-paper-promised", MSG_PROMISED, name=name, until=promised)
    if not today < until <= today + LATEST:
        raise Invalid("case-later-day", MSG_LATER_DAY, until=until)


def check_reason(reason: str) -> None:
    """Raise Invalid when no reason is written."""
    if not reason.strip():
        raise Invalid("case-reason-missing", MSG_REASON_MISSING)


@law("case-supplement-accepted", basis="行政许可法 32(五)", says="When everything the notice asked for is in, the "
     "case is accepted on the day the last thing came in")  # fmt: skip
def still_missing(
    demands: Iterable[Demand],
    materials: Iterable[CaseMaterial],
    fields: Mapping[str, FieldValue],
    noticed_at: dt.datetime,
    noticed_version: int,
) -> tuple[str, ...]:
    """Return what the notice asked for and has not come in since, in its words."""
    papers = {(one.item, one.code): one for one in materials}
    return tuple(
        demand.what
        for demand in demands
        if not _is_answered(
            demand, papers.get((demand.item, demand.material)), fields, noticed_at, noticed_version
        )
    )


def _is_answered(
    demand: Demand,
    paper: CaseMaterial | None,
    fields: Mapping[str, FieldValue],
    noticed_at: dt.datetime,
    noticed_version: int,
) -> bool:
    if paper is not None:
        given = paper.state in (MaterialState.GIVEN, MaterialState.COMMITTED)
        return given and paper.given_at is not None and paper.given_at >= noticed_at
    value = fields.get(demand.field)
    return value is not None and value.version > noticed_version and not is_empty(value.value)
