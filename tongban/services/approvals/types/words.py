"""States, acts and who does them, lights: the words of approvals."""

from __future__ import annotations

from enum import StrEnum

from tongban.kernel.errors import N_


class BranchState(StrEnum):
    """Where a branch stands."""

    WAITING = "waiting"  # 待并联: another branch comes first
    OPEN = "open"  # 审查中
    STOPPED = "stopped"  # 停钟
    GRANTED = "granted"  # 准予
    REFUSED = "refused"  # 不予
    ENDED = "ended"  # 终止


FINAL = frozenset({BranchState.GRANTED, BranchState.REFUSED, BranchState.ENDED})


class Act(StrEnum):
    """What can be done to a branch; each is one operation."""

    OPEN = "open"
    TAKE = "take"
    ASSIGN = "assign"
    HAND_OVER = "hand_over"
    FIRST_REVIEW = "first_review"
    GIVE_OPINION = "give_opinion"
    PLAN_VISIT = "plan_visit"
    MOVE_VISIT = "move_visit"
    RECORD_FINDING = "record_finding"
    STOP = "stop"
    RESUME = "resume"
    EXTEND = "extend"
    EXTEND_ROUND = "extend_round"
    GRANT = "grant"
    REFUSE = "refuse"
    GRANT_BY_SILENCE = "grant_by_silence"
    END = "end"
    CORRECT = "correct"
    REVOKE = "revoke"
    RETRACT = "retract"
    CANCEL = "cancel"


class Role(StrEnum):
    """In which capacity somebody meets a branch."""

    REVIEWER = "reviewer"  # 审查人员 of the branch's department
    DECIDER = "decider"  # 决定人员
    HEAD = "head"  # 本行政机关负责人
    VISITOR = "visitor"  # 现场核查人员
    LOWER = "lower"  # 下级行政机关的审查人员
    GOVERNMENT = "government"  # 本级人民政府负责人
    APPLICANT = "applicant"
    SYSTEM = "system"


class Stance(StrEnum):
    """What an opinion proposes."""

    GRANT = "grant"
    REFUSE = "refuse"


class Outcome(StrEnum):
    """What a branch came to."""

    GRANTED = "granted"
    REFUSED = "refused"
    SILENCE = "silence"  # granted because nobody spoke in time, where the item says so


class Stage(StrEnum):
    """Who reviews now: the lower body first, where the law wants it (行政许可法 35、43), then the one that decides."""

    FIRST = "first"
    MAIN = "main"


class WorkKind(StrEnum):
    """What is to be done next about a case or branch: the tabs of the queue."""

    ACCEPT = "accept"
    SUPPLEMENT = "supplement"
    REVIEW = "review"
    WAITING = "waiting"
    STOPPED = "stopped"
    DECIDE = "decide"
    DONE = "done"


class Light(StrEnum):
    """How a limit stands; always shown with its word and shape, never by colour alone."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    STOPPED = "stopped"
    WAITING = "waiting"
    DONE = "done"

    @property
    def word(self) -> str:
        """Return the word beside the light."""
        return LIGHT_WORDS[self]

    @property
    def shape(self) -> str:
        """Return the shape of the light."""
        return LIGHT_SHAPES[self]


LIGHT_WORDS = {
    Light.RED: N_("超期"),
    Light.AMBER: N_("临近"),
    Light.GREEN: N_("正常"),
    Light.STOPPED: N_("停钟"),
    Light.WAITING: N_("等待"),
    Light.DONE: N_("完成"),
}
LIGHT_SHAPES = {
    Light.RED: "■",
    Light.AMBER: "▲",
    Light.GREEN: "●",
    Light.STOPPED: "❚❚",
    Light.WAITING: "⋯",
    Light.DONE: "✓",
}

WORK_WORDS = {
    WorkKind.ACCEPT: N_("待受理"),
    WorkKind.SUPPLEMENT: N_("补正中"),
    WorkKind.REVIEW: N_("审查中"),
    WorkKind.WAITING: N_("待并联"),
    WorkKind.STOPPED: N_("特别程序"),
    WorkKind.DECIDE: N_("待决定"),
    WorkKind.DONE: N_("已办结"),
}


class Fault(StrEnum):
    """Why a licence that was granted is taken back (行政许可法 69)."""

    ABUSE = "abuse"  # 滥用职权、玩忽职守
    BEYOND_POWERS = "beyond-powers"  # 超越法定职权
    PROCEDURE = "procedure"  # 违反法定程序
    NOT_ELIGIBLE = "not-eligible"  # 不具备资格或者不符合条件
    OTHER = "other"  # 依法可以撤销的其他情形
    FRAUD = "fraud"  # 以欺骗、贿赂等不正当手段取得: must be taken back


class Change(StrEnum):
    """Why a licence that was rightly granted is taken back for the public good (行政许可法 8(2))."""

    LAW = "law"
    FACTS = "facts"


class Lapse(StrEnum):
    """Why a licence is struck off (行政许可法 70)."""

    EXPIRED = "expired"
    DEATH = "death"
    DISSOLUTION = "dissolution"
    TAKEN_BACK = "taken-back"
    IMPOSSIBLE = "impossible"
    OTHER = "other"


APPLICANT = "applicant"
"""The party under whose name the applicant's own days stand."""
PROCEDURE_PREFIX = "procedure:"
"""A special procedure as a party: ``procedure:hearing``."""
SHARED = "+"
"""Joins the parties of a day on which several had not finished."""
