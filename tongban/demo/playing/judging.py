"""The office's side: accept, tell once, review, visit, stop, extend, decide, and what comes later."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from tongban.demo.plan.types import Act
from tongban.demo.playing.office import Office
from tongban.foundation.calendars.types import Procedure
from tongban.foundation.identity.types import May
from tongban.kernel.types import SYSTEM, Actor
from tongban.services.approvals import operations as approvals
from tongban.services.approvals import queries
from tongban.services.approvals.types import Branch, BranchState, Fault, Lapse, Member, Outcome, Stage, Stance
from tongban.services.cases import operations as cases
from tongban.services.cases import queries as case_queries
from tongban.services.cases.types import Case, CaseState, Demand, MaterialState, Refusal
from tongban.services.licences import operations as licences
from tongban.services.licences import queries as licence_queries
from tongban.services.licences.types import Correction, Licence, Line

GROUNDS = (
    "材料齐全，内容一致，符合许可条件",
    "经核对登记信息，条件具备，建议准予",
    "现场情况和材料一致，建议准予",
)
AGAINST = "场所的用途和申请的经营项目不符，不具备法定条件"
FOUND = ("布局和图纸一致，设施齐全，符合要求", "通道畅通，设备完好，符合要求", "现场已按图施工，未见异常")
STOP_REASONS = {
    Procedure.HEARING: "涉及相邻住户的重大利益，需要听证",
    Procedure.EXPERT_REVIEW: "工艺特殊，需要专家评审",
    Procedure.TEST: "样品需要送检",
    Procedure.INSPECTION: "设备需要检验",
    Procedure.APPRAISAL: "情况需要鉴定",
}
HOURS = dt.timedelta(hours=9, minutes=30), dt.timedelta(hours=11)


class Judging:
    """What the office does with one case at one moment."""

    def __init__(self, office: Office, case_id: uuid.UUID, act: Act, chance: int) -> None:
        self.office, self.case_id, self.act, self.at, self.chance = office, case_id, act, act.at, chance

    @property
    def case(self) -> Case:
        """The case as it is now."""
        return case_queries.get_case(self.case_id, by=SYSTEM, at=self.at)

    def _clerk(self, case: Case) -> Actor:
        return self.office.clerk(case.departments, self.chance)

    def accept(self) -> None:
        """Accept it."""
        cases.accept(case_id=self.case_id, by=self._clerk(self.case), at=self.at)

    def on_the_spot(self) -> None:
        """Accept it and grant every branch at once."""
        self.accept()
        for branch in self._opened():
            by = self.office.decider(branch.department, self.chance)
            approvals.decide(
                branch_id=branch.id, outcome=Outcome.GRANTED, reasons=GROUNDS[0], by=by, at=self.at
            )

    def _opened(self) -> tuple[Branch, ...]:
        approvals.open_round(case_id=self.case_id, at=self.at)
        return self._branches()

    def _branches(self, *states: BranchState) -> tuple[Branch, ...]:
        wanted = states or (BranchState.OPEN,)
        return tuple(one for one in queries.branches(self.case_id, at=self.at) if one.state in wanted)

    def give_notice(self) -> None:
        """Tell once everything that is missing: a paper that cannot be read, or a field that is unclear."""
        case = self.case
        cases.give_notice(case_id=self.case_id, demands=_demands(case), by=self._clerk(case), at=self.at)

    def refuse_acceptance(self) -> None:
        """Not accept, in writing."""
        case = self.case
        if self.act.words == "not-needed":
            refusal, reason, body = Refusal.NOT_NEEDED, "按现行规定，这种情形不需要取得许可", ""
        else:
            refusal, reason, body = Refusal.WRONG_BODY, "经营场所不在本区", "经营场所所在区的主管部门"
        cases.refuse_acceptance(
            case_id=self.case_id,
            refusal=refusal,
            reason=reason,
            right_body=body,
            by=self._clerk(case),
            at=self.at,
        )

    def demand_later(self) -> None:
        """Ask for something more after the one notice: a breach on record."""
        case, what = self.case, "请再补一份场所的平面图"
        by = self._clerk(case)
        for branch in self._branches():
            by = self.office.reviewer(branch.department, self.chance)
            break
        cases.demand_later(
            case_id=self.case_id, what=what, reason="审查时才发现原图缺一层", by=by, at=self.at
        )

    def first_review(self) -> None:
        """Have the lower body review."""
        for branch in self._branches():
            if branch.stage is Stage.FIRST:
                by = self.office.reviewer(branch.first_department, self.chance)
                approvals.first_review(
                    branch_id=branch.id, stance=Stance.GRANT, grounds=GROUNDS[0], by=by, at=self.at
                )

    def review(self) -> None:
        """Take what nobody has and write an opinion."""
        stance = Stance.REFUSE if self.act.words == "refuse" else Stance.GRANT
        for number, branch in enumerate(self._branches()):
            if branch.stage is Stage.MAIN and not self._is_reviewed(branch):
                by = self.office.reviewer(branch.department, self.chance + number)
                self._take(branch, by, number)
                self._opine(branch, stance, by)

    def _is_reviewed(self, branch: Branch) -> bool:
        """Return whether the department itself has an opinion: a lower body's is not its own."""
        return any(one.by.id in {staff.id for staff in self._desk(branch)} for one in branch.opinions)

    def _desk(self, branch: Branch) -> tuple[Actor, ...]:
        return (
            *self.office.all(branch.department, May.REVIEW),
            *self.office.all(branch.department, May.DECIDE),
        )

    def _take(self, branch: Branch, by: Actor, number: int) -> None:
        """Have it taken, or assigned by the head; now and then it is handed over again."""
        heads = self.office.all(branch.department, May.HEAD)
        if branch.assignee:
            return
        if heads and (self.chance + number) % 5 == 0:
            approvals.assign(branch_id=branch.id, to=by.id, by=heads[0], at=self.at)
        else:
            approvals.take(branch_id=branch.id, by=by, at=self.at)

    def _opine(self, branch: Branch, stance: Stance, by: Actor) -> None:
        grounds = AGAINST if stance is Stance.REFUSE else GROUNDS[self.chance % len(GROUNDS)]
        approvals.give_opinion(branch_id=branch.id, stance=stance, grounds=grounds, by=by, at=self.at)

    def plan_visit(self) -> None:
        """Plan one visit for all that share it, and one for each that goes alone."""
        due = [
            one for one in queries.branches(self.case_id, at=self.at)
            if one.needs_visit and not one.is_final and one.id not in self._planned()
        ]  # fmt: skip
        shared = [one for one in due if one.shares_visit]
        groups = [shared, *([one] for one in due if not one.shares_visit)]
        for group in groups:
            if group and all(one.state is BranchState.OPEN and one.stage is Stage.MAIN for one in group):
                self._plan(group)

    def _planned(self) -> frozenset[uuid.UUID]:
        return frozenset(found.branch_id for one in queries.visits(self.case_id) for found in one.findings)

    def _plan(self, group: list[Branch]) -> None:
        midnight = self.at.replace(hour=0, minute=0, second=0, microsecond=0)
        day = midnight + (self.act.on - self.at.date() if self.act.on else dt.timedelta(days=2))
        members = [Member(one.id, tuple(staff.id for staff in self._pair(one))) for one in group]
        place = str(
            next(
                (one.value for code, one in self.case.fields.items() if code.endswith("-address")), "经营场所"
            )
        )
        approvals.plan_visit(
            case_id=self.case_id, starts_at=day + HOURS[0], ends_at=day + HOURS[1], place=place[:200],
            prepare="请准备好图纸，并有一位了解情况的人在场", members=members, by=self._pair(group[0])[0], at=self.at,
        )  # fmt: skip

    def _pair(self, branch: Branch) -> tuple[Actor, ...]:
        return self.office.all(branch.department, May.JOINT_VISIT)[:2]

    def findings(self) -> None:
        """Write down what each department found."""
        by_id = {one.id: one for one in queries.branches(self.case_id, at=self.at)}
        for visit in queries.visits(self.case_id):
            for number, found in enumerate(visit.findings):
                branch = by_id[found.branch_id]
                if found.at is None and visit.starts_at <= self.at and not branch.is_final:
                    text = FOUND[(self.chance + number) % len(FOUND)]
                    by = self._pair(branch)[0]
                    approvals.record_finding(branch_id=branch.id, passes=True, text=text, by=by, at=self.at)

    def stop(self) -> None:
        """Stop the clock by a written notice."""
        procedure = Procedure(self.act.words)
        for branch in self._branches()[:1]:
            head = self.office.decider(branch.department, self.chance)
            reviewers = [one for one in self.office.all(branch.department, May.REVIEW) if one != head]
            approvals.stop(
                branch_id=branch.id, procedure=procedure, expected_days=10, reason=STOP_REASONS[procedure],
                hearing_on=self.act.on, chair=head.id if self.act.on else "", by=reviewers[0], at=self.at,
            )  # fmt: skip

    def resume(self) -> None:
        """Let the clock run again."""
        for branch in self._branches(BranchState.STOPPED):
            approvals.resume(
                branch_id=branch.id, by=self.office.reviewer(branch.department, self.chance), at=self.at
            )

    def extend(self) -> None:
        """Have the head approve ten days more."""
        for branch in self._branches()[:1]:
            by = self.office.one(branch.department, May.HEAD)
            approvals.extend(
                branch_id=branch.id, reason="需要向外省核实证明，十日内未能答复", by=by, at=self.at
            )

    def extend_jointly(self) -> None:
        """Have the government's head approve fifteen days more for all."""
        reason = "场所跨两个街道，各部门意见需要统一"
        approvals.extend_round(case_id=self.case_id, reason=reason, by=self.office.mayor(), at=self.at)

    def decide(self) -> None:
        """Grant what is ripe of the branches whose turn it is; on the last turn of all."""
        for number, branch in enumerate(queries.branches(self.case_id, at=self.at)):
            turn, turns = self.act.share
            is_turn = number % turns == turn or turn == turns - 1
            if is_turn and branch.state is BranchState.OPEN and self._is_ripe(branch):
                self._grant(branch)

    def _is_ripe(self, branch: Branch) -> bool:
        found = {one.branch_id for visit in queries.visits(self.case_id) for one in visit.findings if one.at}
        return branch.stage is Stage.MAIN and (not branch.needs_visit or branch.id in found)

    def _grant(self, branch: Branch) -> None:
        by = self.office.decider(branch.department, self.chance)
        if not self._is_reviewed(branch):
            self._opine(branch, Stance.GRANT, self.office.reviewer(branch.department, self.chance))
        approvals.decide(branch_id=branch.id, outcome=Outcome.GRANTED, by=by, at=self.at)

    def refuse(self) -> None:
        """Refuse in writing, with reasons; the ways of redress are the city's."""
        turn, turns = self.act.share
        for number, branch in enumerate(queries.branches(self.case_id, at=self.at)):
            if (
                branch.state is BranchState.OPEN
                and branch.stage is Stage.MAIN
                and number % turns == turn % turns
            ):
                self._refuse(branch)

    def _refuse(self, branch: Branch) -> None:
        if not self._is_reviewed(branch):
            self._opine(branch, Stance.REFUSE, self.office.reviewer(branch.department, self.chance))
        by = self.office.decider(branch.department, self.chance)
        approvals.decide(branch_id=branch.id, outcome=Outcome.REFUSED, reasons=AGAINST, by=by, at=self.at)

    def close(self) -> None:
        """Close what is decided, once everything is handed over."""
        case = self.case
        if case.state is CaseState.DECIDED:
            cases.close(case_id=self.case_id, by=self._clerk(case), at=self.at)

    def correct(self) -> None:
        """Put a decision and its licence right."""
        for branch, licence in self._granted():
            by, what = self.office.decider(branch.department, self.chance), "证照上的场所地址少写了楼层"
            approvals.correct(branch_id=branch.id, licences=[licence.number], what=what, by=by, at=self.at)
            face = tuple(replace(line, value=f"{line.value}（一层）") for line in licence.face[-1:])
            face = (*licence.face[:-1], *(face or (Line("备注", "场所在一层"),)))
            licences.correct(
                id=licence.id,
                correction=Correction(face=face),
                law="行政许可法 49",
                reason=what,
                by=by,
                at=self.at,
            )

    def revoke(self) -> None:
        """Take back what was wrongly granted."""
        for branch, licence in self._granted():
            by = self.office.decider(branch.department, self.chance)
            approvals.revoke(
                branch_id=branch.id, licences=[licence.number], fault=Fault.FRAUD,
                reasons="查明申请时提交的证明是伪造的", by=by, at=self.at,
            )  # fmt: skip

    def cancel(self) -> None:
        """Strike off what its holder does not use any more."""
        for branch, licence in self._granted():
            by = self.office.decider(branch.department, self.chance)
            approvals.cancel(
                branch_id=branch.id, licences=[licence.number], lapse=Lapse.OTHER,
                reasons="持有人申请注销：不再经营", by=by, at=self.at,
            )  # fmt: skip

    def _granted(self) -> list[tuple[Branch, Licence]]:
        """Return the first granted branch with its licence."""
        held = licence_queries.licences_of_case(self.case_id, at=self.at)
        found = [
            (branch, licence)
            for branch in self._branches(BranchState.GRANTED)
            for licence in held
            if licence.branch_id == branch.id and licence.is_valid
        ]
        return found[:1]


def _demands(case: Case) -> list[Demand]:
    """Return what is wrong with a filing: papers that cannot be read, else a field, else a paper after all."""
    given = [one for one in case.materials if one.state is MaterialState.GIVEN][:2]
    if given:
        return [Demand(f"《{one.name}》看不清，请重新提交", one.item, one.code) for one in given]
    for code, one in case.fields.items():
        if isinstance(one.value, str) and not one.source.startswith("register:"):
            return [Demand("表单里的内容和登记的不一致，请核对后改正", case.items[0], "", code)]
    return [
        Demand(f"《{one.name}》和登记的不一致，请提交原件", one.item, one.code) for one in case.materials[:1]
    ]
