"""The words of the plan: which way a case goes, which steps it is made of, who is in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Route(StrEnum):
    """Which way a case goes; each branch of the procedure that the law knows is one."""

    GRANTED = "granted"
    ON_THE_SPOT = "on-the-spot"  # 即办件 (行政许可法 34(2))
    DRAFT = "draft"  # begun and left lying
    WAITING = "waiting"  # handed in, not judged yet
    SUPPLEMENTED = "supplemented"  # told once what is missing, handed in, accepted (32(四)(五))
    NOTICE_LEFT = "notice-left"  # told once, nothing came
    DEEMED = "deemed"  # nobody said anything in five working days: accepted (32(四))
    LATER_DEMAND = "later-demand"  # asked for more after the one notice: a breach (32、72(四))
    WRONG_BODY = "wrong-body"  # not accepted: another body decides (32(二))
    NOT_NEEDED = "not-needed"  # not accepted: no licence is needed (32(一))
    STOPPED = "stopped"  # a special procedure stops the clock, and it runs again (45)
    STOPPED_LEFT = "stopped-left"  # the procedure has not ended yet
    HEARING = "hearing"  # a hearing, told seven working days before (48)
    EXTENDED = "extended"  # ten days more, by the head (42)
    EXTENDED_JOINTLY = "extended-jointly"  # fifteen days more, by the government's head (42(2))
    FIRST_REVIEW = "first-review"  # a lower body reviews first (35、43)
    VISIT = "visit"  # one visit for all, with findings (34(3))
    SILENCE = "silence"  # granted because nobody decided, where the item says so
    REFUSED = "refused"  # in writing, with reasons and ways of redress (38)
    PARTLY = "partly"  # of a bundle some granted, one refused
    WITHDRAWN_DRAFT = "withdrawn-draft"
    WITHDRAWN_RECEIVED = "withdrawn-received"
    WITHDRAWN_ACCEPTED = "withdrawn-accepted"
    DEATH = "death"
    DISSOLVED = "dissolved"
    CORRECTED = "corrected"  # decision and licence put right later
    REVOKED = "revoked"  # taken back (69)
    CANCELLED = "cancelled"  # struck off (70)
    PROMISED_LATER = "promised-later"  # a paper that is not essential follows (容缺后补)
    COMMITTED = "committed"  # a signed commitment instead of a paper
    DISPUTED = "disputed"  # “this is wrong”: what a register says
    COMBINED = "combined"  # one industry licence over the others (一业一证)
    LATE = "late"  # decided after the limit
    LATE_OPEN = "late-open"  # the limit is over and nothing is decided
    UNDER_WAY = "under-way"  # being judged


class Step(StrEnum):
    """One act of somebody; ``playing`` has a function for each."""

    SETTLE = "settle"
    MANDATE = "mandate"
    STATE_DEMAND = "state-demand"
    ANSWER_DEMAND = "answer-demand"
    DISPUTE_DEMAND = "dispute-demand"
    START = "start"
    FILE = "file"
    ACCEPT = "accept"
    ON_THE_SPOT = "on-the-spot"
    NOTICE = "notice"
    SUPPLEMENT = "supplement"
    REFUSE_ACCEPTANCE = "refuse-acceptance"
    DEMAND_LATER = "demand-later"
    FIRST_REVIEW = "first-review"
    REVIEW = "review"
    PLAN_VISIT = "plan-visit"
    FINDINGS = "findings"
    STOP = "stop"
    RESUME = "resume"
    EXTEND = "extend"
    EXTEND_JOINTLY = "extend-jointly"
    DECIDE = "decide"
    REFUSE = "refuse"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    DIE = "die"
    DISSOLVE = "dissolve"
    HAND_IN_LATER = "hand-in-later"
    CORRECT = "correct"
    REVOKE = "revoke"
    CANCEL = "cancel"
    RATE = "rate"
    MEND = "mend"
    CALL_BACK = "call-back"


class Via(StrEnum):
    """By what right somebody files."""

    SELF = "self"
    REPRESENTATIVE = "representative"
    MANDATE = "mandate"
    GUARDIAN = "guardian"


@dataclass(frozen=True, slots=True)
class Line:
    """A service that is applied for: an item or a bundle of the city pack, and what matters of it here.

    ``days`` are the working days promised, ``weight`` how often it is wanted, ``age`` of whom it is.
    """

    code: str
    who: str
    days: int
    weight: int = 3
    is_bundle: bool = False
    situation: str = ""
    answers: tuple[tuple[str, str | int | bool], ...] = ()
    is_immediate: bool = False
    visit: bool = False
    lower: bool = False
    silence: bool = False
    later: bool = False
    commitment: bool = False
    combined: bool = False
    licence: bool = True
    age: tuple[int, int] = (18, 120)


@dataclass(frozen=True, slots=True)
class Story:
    """One case: who wants what, who files it, and which way it goes."""

    number: int
    line: Line
    route: Route
    applicant: str
    filer: str
    via: Via
    district: str
    chance: int


@dataclass(frozen=True, slots=True)
class Act:
    """One step at a moment: of a story, or (``story`` 0) of the population and the departments, where ``words`` names whom.

    ``share`` says which of the branches: those whose place is ``share[0]`` modulo ``share[1]``.
    """

    at: dt.datetime
    story: int
    step: Step
    words: str = ""
    on: dt.date | None = None
    share: tuple[int, int] = (0, 1)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is to happen, in the order of time."""

    seed: int
    until: dt.date
    days: int
    people: tuple[str, ...]
    companies: tuple[str, ...]
    stories: tuple[Story, ...]
    acts: tuple[Act, ...]
