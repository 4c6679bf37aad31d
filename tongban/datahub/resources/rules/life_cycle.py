"""The life of a request as one table, and who may do what with lists, requests and grants. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from tongban.datahub.resources.rules.cells import half_width
from tongban.datahub.resources.rules.steps import Step, next_states
from tongban.datahub.resources.types import (
    Negative,
    Office,
    Refusal,
    RequestAct,
    RequestState,
    Resource,
    System,
)
from tongban.foundation.government.types import May
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.errors import N_, Conflict, Invalid, NotAllowed
from tongban.kernel.law import law, names_article

S, A = RequestState, RequestAct

STATE_NAMES = {
    S.QUEUED: N_("待答复"),
    S.GRANTED: N_("已同意"),
    S.REFUSED: N_("不同意"),
    S.WITHDRAWN: N_("已撤回"),
}
ACT_NAMES = {
    A.STATE: N_("提出需求"),
    A.CONFIRM: N_("编入目录"),
    A.GRANT: N_("同意共享"),
    A.REFUSE: N_("不同意共享"),
    A.EXTEND: N_("延长答复期限"),
    A.ESCALATE: N_("转请协调"),
    A.WITHDRAW: N_("撤回需求"),
    A.FORWARD: N_("转请其他部门确认"),
    A.DISPUTE: N_("提出异议"),
    A.UPHOLD: N_("维持不同意"),
    A.REFER: N_("提请裁定"),
    A.OVERTURN: N_("改为同意"),
    A.DROP: N_("撤回异议"),
}


LIFE_CYCLE = (
    Step(S.QUEUED, A.CONFIRM, S.QUEUED),
    Step(S.QUEUED, A.GRANT, S.GRANTED),
    Step(S.QUEUED, A.REFUSE, S.REFUSED),
    Step(S.QUEUED, A.EXTEND, S.QUEUED),
    Step(S.QUEUED, A.ESCALATE, S.QUEUED),
    Step(S.QUEUED, A.WITHDRAW, S.WITHDRAWN),
    Step(S.QUEUED, A.FORWARD, S.QUEUED),
    Step(S.REFUSED, A.DISPUTE, S.REFUSED),
    Step(S.REFUSED, A.UPHOLD, S.REFUSED),
    Step(S.REFUSED, A.REFER, S.REFUSED),
    Step(S.REFUSED, A.DROP, S.REFUSED),
    Step(S.REFUSED, A.OVERTURN, S.GRANTED),
)
NEXT = next_states(LIFE_CYCLE)


def after(state: RequestState, act: RequestAct) -> RequestState:
    """Return the state after an act; raise Conflict where the act is not possible any more."""
    found = NEXT.get((state, act))
    if found is None:
        raise Conflict(
            "data-request-state",
            N_("这项需求{state}，不能“{act}”。"),
            state=STATE_NAMES[state],
            act=ACT_NAMES[act],
        )
    return found


@law("data-officer-acts", basis="上海市数据条例 38", says="A department states what it needs and answers for what it owes, "
     "by its own data officer; the data authority may answer in its place")  # fmt: skip
def check_acts_for(access: StaffAccess | None, department: str) -> None:
    """Raise NotAllowed unless somebody is the data officer of a department, or of the data authority.

    ``access`` None is the program itself: what the lists and the clocks do.
    """
    if access is not None and not acts_for(access, department):
        raise NotAllowed("data-officer-only", N_("由“{department}”的数据专员来做。"), department=department)


@law("data-own-system", basis="上海市数据条例 38；数据安全法 38、39", says="A department registers the data of its own systems; "
     "what lies in another's is put into the catalogue by the data authority")  # fmt: skip
def check_may_lie_in(
    access: StaffAccess | None, resource: Resource, system: System, before: Resource | None
) -> None:
    """Raise NotAllowed where somebody offers what another department's system gives as their own.

    ``before`` is the resource as it stands: where it says the same system and service, it stays there.
    """
    said = (resource.system, resource.service_code)
    stays = before is not None and (before.system, before.service_code) == said
    if stays or access is None or system.department == resource.department:
        return
    if not acts_for(access, system.department):
        raise NotAllowed(
            "data-system-not-theirs",
            N_(
                "系统 {system} 属于 {owner}：只能登记本部门系统里的数据。数据在别的部门系统里的，由数据主管部门登记。"
            ),
            system=system.code,
            owner=system.department,
        )


def acts_for(access: StaffAccess, department: str) -> bool:
    """Return whether somebody is the data officer of a department, or of the data authority."""
    own = {duty for post in access.posts if post.department == department for duty in post.may}
    return May.DATA_OFFICER in own or access.may(May.DATA_AUTHORITY)


def office_of(access: StaffAccess) -> Office:
    """Return for which departments somebody is the data officer, and whether they speak for the data authority."""
    own = (post.department for post in access.posts if May.DATA_OFFICER in post.may)
    return Office(tuple(dict.fromkeys(own)), access.may(May.DATA_AUTHORITY))


def check_is_authority(access: StaffAccess | None) -> None:
    """Raise NotAllowed unless somebody speaks for the data authority (or the program acts)."""
    if access is not None and not access.may(May.DATA_AUTHORITY):
        raise NotAllowed("data-authority-only", N_("由数据主管部门来做。"))


def check_supervises(access: StaffAccess | None, department: str) -> None:
    """Raise NotAllowed unless somebody supervises, and not their own department (or the program acts)."""
    if access is not None and (not access.may(May.SUPERVISE) or department in access.departments):
        raise NotAllowed("data-supervisor-only", N_("由其他部门的督查人员来做。"))


@law("data-negative-reviewed", basis="上海市数据条例 38", says="An entry gets onto the negative list only after the "
     "review of the General Office, with the law that forbids the sharing")  # fmt: skip
def check_reviewed(access: StaffAccess | None, review: str) -> None:
    """Raise NotAllowed or Invalid unless the authority lists it and names the review."""
    check_is_authority(access)
    if not review.strip():
        raise Invalid("data-not-reviewed", N_("列入负面清单要写明审核的文号。"))


def check_new_negative(negative: Negative, before: Negative | None, today: dt.date) -> None:
    """Raise Invalid for an entry that forbids nothing any more, or whose law nobody could find; as it stood, it may stand."""
    if (
        negative.until is not None
        and negative.until < today
        and (before is None or before.until != negative.until)
    ):
        raise Invalid("data-until-past", N_("截止日期 {until} 已经过去。"), until=negative.until.isoformat())
    if before is None or before.words != negative.words:
        check_law(negative.words)


def check_law(words: str) -> None:
    """Raise Invalid unless a law and one of its articles are named: 上海市数据条例 38, 上海市实施《…》办法第九条."""
    plain = re.sub(r"（[^（）]*）|\([^()]*\)|[《》\s]", "", half_width(words))
    if not names_article(plain):
        raise Invalid(
            "data-law-unknown",
            N_("依据要写明哪部法律、法规的第几条，例如：上海市数据条例 38。现在写的是“{law}”。"),
            law=words.strip(),
        )


@law("data-refusal-says-why", basis="上海市数据条例 38；政务数据共享条例（第四章）", says="An owner that does not share says by "
     "which law and why")  # fmt: skip
def check_refusal(refusal: Refusal) -> None:
    """Raise Invalid for a refusal without a law and its article, or without a reason."""
    if not refusal.law.strip() or not refusal.reason.strip():
        raise Invalid("data-refusal-unfounded", N_("不同意共享要写明法律依据和理由。"))
    check_law(refusal.law)


@law("data-not-more-than-asked", basis="上海市数据条例 39", says="Nobody receives more than the wanted fields; an owner may "
     "grant fewer")  # fmt: skip
def narrowed(
    asked: tuple[str, ...], given: tuple[str, ...] | None, names: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Return the fields of an answer: all that were asked, or those given of them; raise Invalid for others.

    Args: ``names`` are what fields are called, where they are.
    """
    if given is None:
        return asked
    more = set(given) - set(asked)
    if more:
        raise Invalid(
            "data-more-than-asked",
            N_("{fields} 没有在需求里，不能一并授权。"),
            fields="、".join((names or {}).get(one, one) for one in sorted(more)),
        )
    if not given:
        raise Invalid("data-nothing-given", N_("一项也不给的，请选择不同意，并写明依据。"))
    return tuple(field for field in asked if field in given)


@law("data-passed-on", basis="上海市数据条例 39", says="Data that is not in the catalogue is confirmed by the department that "
     "answers for it; who was named and does not have it passes the demand on, with a reason, and its clock runs on")  # fmt: skip
def check_may_pass_on(resource: str, owner: str, to: str, demanding: str, reason: str) -> None:
    """Raise Conflict or Invalid where a demand can not be passed on to a department."""
    if resource:
        raise Conflict(
            "data-pass-on-own",
            N_("这项需求已经对上数据资源 {resource}，由它的部门答复；不同意的，写明依据。"),
            resource=resource,
        )
    if to in ("", owner, demanding):
        raise Invalid("data-pass-on-nowhere", N_("请选另一个部门：不能转给自己，也不能转回提出需求的部门。"))
    if not reason.strip():
        raise Invalid("data-says-nothing", N_("要写明理由。"))
