"""Every operation × every role × every state: done or refused as the table says, and refused with a sentence."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import transaction

from tests.factories.acts import calls
from tests.factories.approvals import MAYOR, MONDAY, accepted, branch, head, moment, opinion, reviewer
from tests.factories.cases import Cast
from tongban.foundation.calendars.types import Procedure
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import Conflict, Failure, Invalid, NotAllowed, NotFound
from tongban.kernel.types import SYSTEM, Actor
from tongban.services.approvals import operations, queries
from tongban.services.approvals.rules import life_cycle
from tongban.services.approvals.types import Act, BranchState, Outcome, Role
from tongban.services.cases import operations as cases

S, NOW = BranchState, moment(1, 8)
PEOPLE: dict[str, tuple[Actor, frozenset[Role]]] = {
    "reviewer": (reviewer("market"), frozenset({Role.REVIEWER, Role.VISITOR})),
    "head": (head("market"), frozenset({Role.DECIDER, Role.HEAD})),
    "other department": (reviewer("fire"), frozenset()),
    "government": (MAYOR, frozenset({Role.GOVERNMENT})),
    "system": (SYSTEM, frozenset({Role.SYSTEM})),
}
APPLICANT, STRANGER = "applicant", "stranger"


def in_state(cast: Cast, state: BranchState) -> tuple[uuid.UUID, uuid.UUID]:
    """Return a case and a branch of it that has come to a state by its acts."""
    if state is S.WAITING:
        case_id = accepted(cast, "restaurant")
        return case_id, branch(case_id, "food").id
    one = branch(accepted(cast))
    if state is S.STOPPED:
        operations.stop(
            branch_id=one.id, procedure=Procedure.TEST, expected_days=3, reason="需要检测", by=reviewer("market"),
            at=moment(1, 6),
        )  # fmt: skip
    elif state in (S.GRANTED, S.REFUSED):
        opinion(one, at=moment(1, 6))
        outcome = Outcome.GRANTED if state is S.GRANTED else Outcome.REFUSED
        operations.decide(
            branch_id=one.id, outcome=outcome, reasons="经审查决定", by=head("market"), at=moment(1, 7)
        )
    elif state is S.ENDED:
        cases.withdraw(case_id=one.case_id, reason="不办了", by=cast.applicant, at=moment(1, 7))
        outbox.deliver(at=moment(1, 7))
    return one.case_id, one.id


# Who may do it in this state still needs what the act is about: a visit, a joint round, a lower body.
NEEDS_MORE = {Act.PLAN_VISIT, Act.MOVE_VISIT, Act.RECORD_FINDING, Act.EXTEND_ROUND, Act.FIRST_REVIEW}


class Undo(Exception):
    """Takes back what was tried."""


def tried(work: Callable[[Actor], object], by: Actor) -> Failure | None:
    """Return how an act was refused, None when it was done; either way nothing stays."""
    try:
        with transaction.atomic():
            work(by)
            raise Undo
    except Undo:
        return None
    except Failure as failure:
        return failure


@pytest.mark.slow
@pytest.mark.law("branch-who-may")
@pytest.mark.parametrize("state", BranchState)
def test_every_act_by_everybody(cast: Cast, state: BranchState) -> None:
    case_id, one = in_state(cast, state)
    assert queries.get_branch(one, at=NOW).state is state
    people = PEOPLE | {
        APPLICANT: (cast.applicant, frozenset({Role.APPLICANT})),
        STRANGER: (cast.stranger, frozenset()),
    }
    wrong = []
    for act, work in calls(one, case_id, now=NOW).items():
        if act is Act.EXTEND_ROUND and state is S.WAITING:
            continue  # it is about the whole round, of which another branch is open
        for name, (by, roles) in people.items():
            failure = tried(work, by)
            allowed = life_cycle.can_act(act, state, roles)
            if failure is not None and not str(failure).endswith(("。", "）。")):
                wrong.append(f"{act} by {name}: no sentence: {failure}")
            if not allowed and failure is None:
                wrong.append(f"{act} by {name} was done")
            if allowed and act not in NEEDS_MORE and failure is not None:
                wrong.append(f"{act} by {name} was refused: {failure}")
            if not allowed and not isinstance(failure, NotAllowed | Conflict | NotFound | Invalid):
                wrong.append(f"{act} by {name}: {failure!r}")
            if name == STRANGER and not isinstance(failure, NotFound | NotAllowed | Conflict):
                wrong.append(f"{act} by {name}: {failure!r}")
    assert not wrong, "\n".join(wrong)


def open_restaurant(cast: Cast, *, is_planned: bool) -> uuid.UUID:
    """Return a restaurant whose company is registered, its joint visit planned or not."""
    case_id = accepted(cast, "restaurant")
    company = branch(case_id, "company").id
    operations.decide(branch_id=company, outcome=Outcome.GRANTED, by=head("market"), at=MONDAY)
    if is_planned:
        calls(branch(case_id, "food").id, case_id, now=MONDAY)[Act.PLAN_VISIT](reviewer("market"))
    return case_id


@pytest.mark.law("branch-who-may")
@pytest.mark.parametrize(
    ("act", "is_planned", "is_stopped"),
    [
        (Act.PLAN_VISIT, False, False), (Act.PLAN_VISIT, False, True), (Act.MOVE_VISIT, True, False),
        (Act.MOVE_VISIT, True, True), (Act.RECORD_FINDING, True, False), (Act.RECORD_FINDING, True, True),
        (Act.EXTEND_ROUND, False, False), (Act.EXTEND_ROUND, False, True),
    ],
)  # fmt: skip
def test_what_is_about_a_visit_or_a_round(cast: Cast, act: Act, is_planned: bool, is_stopped: bool) -> None:
    case_id = open_restaurant(cast, is_planned=is_planned)
    one = branch(case_id, "food").id
    if is_stopped:
        calls(one, case_id, now=MONDAY)[Act.STOP](reviewer("market"))
    state = S.STOPPED if is_stopped else S.OPEN
    others = {"fire": (reviewer("fire"), frozenset({Role.VISITOR}))} if act is not Act.RECORD_FINDING else {}
    people = PEOPLE | {APPLICANT: (cast.applicant, frozenset({Role.APPLICANT}))} | others
    for name, (by, roles) in people.items():
        failure = tried(calls(one, case_id, now=moment(1, 9))[act], by)
        # Whoever shares the visit plans it and moves it for all.
        shares = name == "other department" and act in (Act.PLAN_VISIT, Act.MOVE_VISIT)
        allowed = life_cycle.can_act(act, state, roles) or shares
        assert (failure is None) == allowed, f"{act} by {name}: {failure}"


@pytest.mark.law("branch-who-may")
def test_only_the_lower_body_reviews_first(cast: Cast) -> None:
    one = branch(accepted(cast, "tiered"))
    lower = {"street": (reviewer("street"), frozenset({Role.LOWER}))}
    for name, (by, roles) in (PEOPLE | lower).items():
        failure = tried(calls(one.id, one.case_id, now=NOW)[Act.FIRST_REVIEW], by)
        assert (failure is None) == (Role.LOWER in roles), f"{name}: {failure}"


def test_acts_that_are_nobody_s_have_no_operation_for_people(cast: Cast) -> None:
    """Opening, silence and the end of a branch are the system's own: events and timers."""
    one = branch(accepted(cast, "silent"))
    with pytest.raises(NotAllowed):
        operations.grant_by_silence(branch_id=one.id, by=head("market"), at=MONDAY)
    tested = set(calls(one.id, one.case_id, now=NOW))
    assert set(Act) - tested == {Act.OPEN, Act.GRANT_BY_SILENCE, Act.END}
