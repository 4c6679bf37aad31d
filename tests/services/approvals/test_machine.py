"""Random acts by random people on random days: whatever they try, what a branch promises holds.

Clocks never run backwards, no final state is left, every branch is decided at most once and then for good, events
stand in order, and a case is decided when all of its branches are.
"""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import pairwise
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.factories.acts import calls
from tests.factories.approvals import MAYOR, MONDAY, NAMES, accepted, head, reviewer
from tests.factories.cases import Cast
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox import queries as outbox_queries
from tongban.kernel.errors import Failure
from tongban.kernel.types import SYSTEM, Actor
from tongban.services.approvals import models, operations, queries
from tongban.services.approvals.rules.life_cycle import STEPS
from tongban.services.approvals.types import FINAL, Act, BranchState, Outcome
from tongban.services.cases import operations as cases
from tongban.services.cases import queries as case_queries
from tongban.services.cases.types import CaseState

DECIDING = {Act.GRANT, Act.REFUSE, Act.GRANT_BY_SILENCE}
ENDED = {CaseState.DECIDED, CaseState.CLOSED, CaseState.WITHDRAWN, CaseState.TERMINATED}
OFFICE = (*(reviewer(code) for code in NAMES), *(head(code) for code in NAMES), MAYOR, SYSTEM)
USUAL = (Act.GIVE_OPINION, Act.GRANT, Act.PLAN_VISIT, Act.RECORD_FINDING)
"""What people of the right department do most: without it a random office would never decide anything."""


class Approving(RuleBasedStateMachine):
    """One case, its branches and a calendar that only goes forward."""

    cast: ClassVar[Cast]
    seen: ClassVar[set[BranchState]]

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.at = MONDAY
        self.case_id: uuid.UUID | None = None
        self.finals: dict[uuid.UUID, BranchState] = {}
        self.accepted_on = MONDAY.date()
        self.refusals: list[str] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(service=st.sampled_from(("restaurant", "alone", "silent", "tiered", "calendar")))
    def file(self, service: str) -> None:
        self.case_id = accepted(self.cast, service, at=self.at)

    @rule(days=st.integers(0, 12))
    def days_pass(self, days: int) -> None:
        self.at += dt.timedelta(days=days, minutes=1)
        outbox.deliver(at=self.at)

    @rule(data=st.data(), act=st.sampled_from(list(Act)))
    def somebody_tries(self, data: st.DataObject, act: Act) -> None:
        by = data.draw(st.sampled_from((*OFFICE, self.cast.applicant, self.cast.stranger)))
        self.try_on_one(data, act, by)

    @rule(data=st.data(), act=st.sampled_from(USUAL))
    def the_office_works(self, data: st.DataObject, act: Act) -> None:
        self.try_on_one(data, act, None)

    @rule(outcome=st.sampled_from(list(Outcome)), code=st.sampled_from(("company", "environment")))
    def on_the_spot(self, outcome: Outcome, code: str) -> None:
        for one in self.branches():
            if one.item == code:
                by = head(one.department)
                self.tried(lambda one=one, by=by: operations.decide(
                    branch_id=one.id, outcome=outcome, reasons="当场决定", by=by, at=self.at
                ))  # fmt: skip

    @rule(act=st.sampled_from((Act.STOP, Act.RESUME)))
    def a_special_procedure(self, act: Act) -> None:
        state = BranchState.OPEN if act is Act.STOP else BranchState.STOPPED
        for one in [each for each in self.branches() if each.state == state][:1]:
            work = calls(one.id, one.round_id, now=self.at)[act]
            self.tried(lambda work=work, one=one: work(reviewer(one.department)))

    @rule(chance=st.integers(0, 9))
    def the_applicant_gives_up(self, chance: int) -> None:
        case_id = self.case_id
        if case_id is not None and chance == 0:
            self.tried(lambda: cases.withdraw(case_id=case_id, by=self.cast.applicant, at=self.at))

    def try_on_one(self, data: st.DataObject, act: Act, by: Actor | None) -> None:
        rows = self.branches()
        if not rows or self.case_id is None:
            return
        one = data.draw(st.sampled_from(rows))
        if by is None:
            by = head(one.department) if act is Act.GRANT else reviewer(one.department)
        work = calls(one.id, self.case_id, now=self.at).get(act)
        if work is not None:
            self.tried(lambda: work(by))

    def tried(self, work: Any) -> None:
        """Do it; a refusal is a sentence, and leaves nothing behind."""
        try:
            with transaction.atomic():
                work()
        except Failure as failure:
            self.refusals.append(str(failure))
        outbox.deliver(at=self.at)

    def branches(self) -> list[models.Branch]:
        return list(models.Branch.objects.filter(round_id=self.case_id).order_by("position"))

    @invariant()
    def a_refusal_is_a_sentence(self) -> None:
        assert all(one.endswith(("。", "）。")) and "{" not in one for one in self.refusals)

    @invariant()
    def what_is_final_stays(self) -> None:
        for row in self.branches():
            state = BranchState(row.state)
            assert self.finals.setdefault(row.id, state) is state or self.finals[row.id] not in FINAL
            self.finals[row.id] = state
            self.seen.add(state)

    @invariant()
    def events_stand_in_order_and_decide_once(self) -> None:
        for row in self.branches():
            events = queries.events(row.id)
            assert [one.number for one in events] == list(range(1, row.events_count + 1))
            assert [one.at for one in events] == sorted(one.at for one in events)
            for before, after in pairwise(events):
                assert before.after is after.before
            for one in events:
                if one.before and (one.before, one.act) in STEPS:
                    assert STEPS[one.before, one.act].next is one.after
            decided = [one for one in events if one.act in DECIDING]
            is_decided = row.state in (BranchState.GRANTED, BranchState.REFUSED)
            assert len(decided) == int(is_decided)
            assert models.Decision.objects.filter(branch=row).count() == int(is_decided)

    @invariant()
    def clocks_never_run_backwards(self) -> None:
        if self.case_id is None:
            return
        for one in queries.branches(self.case_id, at=self.at):
            assert one.used_days >= 0
            assert all(days >= 0 for days in one.days.values())
            if one.opened_on and one.due_on:
                assert one.due_on >= one.opened_on >= self.accepted_on
            running = [stop for stop in one.stops if stop.last is None]
            assert len(running) == int(one.state is BranchState.STOPPED)
            assert all(stop.last is None or stop.last >= stop.first for stop in one.stops)
        account = queries.account(self.case_id, at=self.at)
        assert account.elapsed == sum(one.days for one in account.stretches) >= 0

    @invariant()
    def a_case_is_decided_when_all_its_branches_are(self) -> None:
        rows = self.branches()
        if rows:
            assert self.case_id
            is_over = case_queries.limits(self.case_id).state in ENDED
            assert is_over == all(row.state in FINAL for row in rows)
            assert outbox_queries.troubles() == ()


@pytest.mark.slow
@pytest.mark.law("branch-who-may", "branch-days", "parallel-branches")
def test_whatever_people_try(cast: Cast) -> None:
    class Here(Approving):
        pass

    Here.cast, Here.seen = cast, set()
    quiet = settings(
        max_examples=15,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Here, settings=quiet)
    assert {BranchState.GRANTED, BranchState.STOPPED} <= Here.seen, "the machine no longer gets anywhere"
