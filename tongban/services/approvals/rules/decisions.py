"""What a decision, an opinion, a visit need before they may be written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from tongban.kernel.errors import N_, Conflict, Invalid
from tongban.kernel.law import law
from tongban.services.approvals.types import Change, Fault

SHORTEST = 4
PEOPLE = 2

MSG_REASONS = N_("不予许可要写明理由（行政许可法第三十八条）。")
MSG_REMEDIES = N_("不予许可要告知申请行政复议或者提起行政诉讼的权利（行政许可法第三十八条）。")
MSG_NO_OPINION = N_("还没有审查意见：先写明意见和依据。")
MSG_NO_FINDING = N_("现场核查还没有结果，核查之后才能决定。")
MSG_GROUNDS = N_("写明意见的依据，至少四个字。")
MSG_PEOPLE = N_("现场核查要两名以上工作人员：{department}只安排了 {count} 人（行政许可法第三十四条）。")
MSG_PAST = N_("踏勘要约在以后的时间。")
MSG_ENDS = N_("踏勘的结束时间要晚于开始时间，并且在同一天。")
MSG_NO_PLACE = N_("写明踏勘的地点。")
MSG_MEMBERS = N_("联合踏勘一次安排全部部门，还差：{missing}。")
MSG_FINDING = N_("写明现场看到的情况，至少四个字。")
MSG_LICENCES = N_("写明涉及哪些证照。")
MSG_ACT_REASONS = N_("写明理由，至少四个字。")
MSG_COMPENSATION = N_("写明怎样补偿；没有损失的，也要写明（行政许可法第八条）。")
MSG_PUBLIC_HARM = N_("撤销会对公共利益造成重大损害的，不予撤销（行政许可法第六十九条）。")


@law("refusal-reasons-and-remedies", basis="行政许可法 38", says="A refusal is in writing, with its reasons and the ways "
     "of redress")  # fmt: skip
def check_refusal(reasons: str, remedies: Sequence[str]) -> None:
    """Raise Invalid for a refusal without reasons or without the ways of redress."""
    if len(reasons.strip()) < SHORTEST:
        raise Invalid("branch-refusal-reasons", MSG_REASONS)
    if not any(remedy.strip() for remedy in remedies):
        raise Invalid("branch-refusal-remedies", MSG_REMEDIES)


@law("reviewed-before-decided", basis="行政许可法 34", says="A decision stands on a review of the application; where the "
     "matter is checked on the spot, on what was found there")  # fmt: skip
def check_reviewed(
    *, is_immediate: bool, has_opinion: bool, reasons: str, needs_visit: bool, has_finding: bool
) -> None:
    """Raise Conflict unless the application has been reviewed as far as it must be."""
    if needs_visit and not has_finding:
        raise Conflict("branch-no-finding", MSG_NO_FINDING)
    if not is_immediate and not has_opinion and len(reasons.strip()) < SHORTEST:
        raise Conflict("branch-no-opinion", MSG_NO_OPINION)


def check_grounds(grounds: str) -> None:
    """Raise Invalid for an opinion without grounds."""
    if len(grounds.strip()) < SHORTEST:
        raise Invalid("branch-opinion-grounds", MSG_GROUNDS)


@law("visit-two-people", basis="行政许可法 34(3)", says="What is checked on the spot is checked by at least two people of "
     "each department")  # fmt: skip
def check_people(department: str, people: Collection[str]) -> None:
    """Raise Invalid for fewer than two people."""
    if len(set(people)) < PEOPLE:
        raise Invalid("visit-two-people", MSG_PEOPLE, department=department, count=len(set(people)))


def can_visit(people: Collection[str]) -> bool:
    """Return whether these are enough people for a visit."""
    return len(set(people)) >= PEOPLE


def check_visit_time(*, starts: object, ends: object, now: object, same_day: bool, place: str) -> None:
    """Raise Invalid for a visit that lies in the past, ends before it starts, or is nowhere."""
    if starts <= now:  # type: ignore[operator]
        raise Invalid("visit-past", MSG_PAST)
    if ends <= starts or not same_day:  # type: ignore[operator]
        raise Invalid("visit-times", MSG_ENDS)
    if not place.strip():
        raise Invalid("visit-place", MSG_NO_PLACE)


@law("visit-once-for-all", basis="行政许可法 26", says="Joint handling: the checks of all departments are made in one "
     "visit")  # fmt: skip
def check_all_members(missing: Iterable[str]) -> None:
    """Raise Conflict when a department that has to be there is not."""
    names = tuple(missing)
    if names:
        raise Conflict("visit-incomplete", MSG_MEMBERS, missing="、".join(names))


def check_finding(text: str) -> None:
    """Raise Invalid for a finding that says nothing."""
    if len(text.strip()) < SHORTEST:
        raise Invalid("visit-finding", MSG_FINDING)


def check_later_act(licences: Collection[str], reasons: str) -> None:
    """Raise Invalid for a correction, revocation or cancelling that names no licence or no reason."""
    if not any(one.strip() for one in licences):
        raise Invalid("branch-no-licence", MSG_LICENCES)
    if len(reasons.strip()) < SHORTEST:
        raise Invalid("branch-act-reasons", MSG_ACT_REASONS)


@law("revocation", basis="行政许可法 69", says="A licence wrongly granted may be taken back, one got by fraud must be; not "
     "where that gravely harms the public")  # fmt: skip
def check_may_revoke(fault: Fault, *, harms_public: bool) -> None:
    """Raise Conflict where taking back would gravely harm the public."""
    if harms_public:
        raise Conflict("branch-revocation-harms", MSG_PUBLIC_HARM, fault=fault.value)


@law("retraction", basis="行政许可法 8(2)", says="What was rightly granted is taken back only when law or facts have "
     "changed and the public good needs it, with compensation in writing")  # fmt: skip
def check_may_retract(change: Change, compensation: str) -> None:
    """Raise Invalid for taking back without a word about compensation."""
    if len(compensation.strip()) < SHORTEST:
        raise Invalid("branch-retraction-compensation", MSG_COMPENSATION, change=change.value)


def can_revoke(*, harms_public: bool) -> bool:
    """Return whether a licence may be taken back."""
    return not harms_public
