"""Random acts by random people on random days: whatever they try, nothing forbidden is granted and no clock is lost."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.factories.resources import AUTHORITY, MARKET, MORNING, OFFICE, data_city, load, wish
from tongban.datahub.resources import models, operations, queries
from tongban.datahub.resources.types import (
    DataDuty,
    LegalBasis,
    ListKind,
    Negative,
    RequestState,
)
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.models import Delivery
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import Failure
from tongban.kernel.types import Actor

PEOPLE = (MARKET, OFFICE, AUTHORITY, Actor("staff", "s-1"))
FIELDS = {"health-checks": ("is-fit", "name", "shop"), "resident-basics": ("name", "id-number", "adopted")}
FINAL = {RequestState.GRANTED, RequestState.REFUSED, RequestState.WITHDRAWN}
people = st.sampled_from(PEOPLE)
resources = st.sampled_from(list(FIELDS))
LAW = LegalBasis(law="上海市数据条例", article="38")


class Sharing(RuleBasedStateMachine):
    """Lists, requests and grants, and a calendar that only goes forward."""

    seen: ClassVar[set[str]]

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.at = MORNING
        self.final: dict[uuid.UUID, RequestState] = {}
        self.number = 0
        self.refusals: list[str] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def tried(self, act: Callable[[], Any]) -> None:
        """Do what somebody tries; a refusal with its sentence is an answer too."""
        try:
            with transaction.atomic():
                act()
        except Failure as failure:
            self.refusals.append(failure.code)

    def one_request(self, data: st.DataObject) -> uuid.UUID:
        found = [one.id for one in queries.requests(size=200).items]
        return data.draw(st.sampled_from(found)) if found else uuid.uuid4()

    @rule(days=st.integers(0, 12))
    def days_pass(self, days: int) -> None:
        self.at += dt.timedelta(days=days, minutes=1)
        outbox.deliver(at=self.at)

    @rule(data=st.data(), code=resources, by=st.sampled_from((MARKET, MARKET, OFFICE)))
    def state(self, data: st.DataObject, code: str, by: Actor) -> None:
        fields = data.draw(st.lists(st.sampled_from(FIELDS[code]), unique=True, min_size=1))
        material = data.draw(st.sampled_from(("form", "health")))
        wanted = wish(code, *fields, material=material)
        self.tried(lambda: operations.state_demand(promised=True, wish=wanted, by=by, at=self.at))

    @rule(data=st.data(), by=st.sampled_from((OFFICE, OFFICE, *PEOPLE)))
    def answer(self, data: st.DataObject, by: Actor) -> None:
        id = self.one_request(data)
        fields = data.draw(st.none() | st.lists(st.sampled_from(("is-fit", "name", "shop")), unique=True))
        until = data.draw(st.none() | st.integers(0, 3).map(lambda n: self.at.date() + dt.timedelta(days=n)))
        self.tried(
            lambda: operations.grant_request(request_id=id, fields=fields, until=until, by=by, at=self.at)
        )

    @rule(days=st.integers(0, 3))
    def the_office_works(self, days: int) -> None:
        """What the right people do most: without it random ones would rarely answer anything."""
        until = self.at.date() + dt.timedelta(days=days)
        for one in queries.requests(state=RequestState.QUEUED).items[:1]:
            self.tried(
                lambda one=one: operations.grant_request(
                    request_id=one.id, until=until, by=OFFICE, at=self.at
                )
            )

    @rule(data=st.data(), by=people, act=st.sampled_from(("refuse", "extend", "withdraw", "confirm")))
    def another_act(self, data: st.DataObject, by: Actor, act: str) -> None:
        id = self.one_request(data)
        at = self.at
        acts: dict[str, Callable[[], object]] = {
            "refuse": lambda: operations.refuse_request(
                request_id=id, legal_basis="个人信息保护法 6", reason="超出必要", by=by, at=at
            ),
            "extend": lambda: operations.extend_answer(request_id=id, days=3, reason="核对", by=by, at=at),
            "withdraw": lambda: operations.withdraw_request(request_id=id, reason="不再需要", by=by, at=at),
            "confirm": lambda: operations.confirm_resource(
                request_id=id, resource="health-checks", by=by, at=at
            ),
        }
        self.tried(acts[act])

    @rule(data=st.data(), by=st.sampled_from((OFFICE, AUTHORITY, MARKET)))
    def revoke(self, data: st.DataObject, by: Actor) -> None:
        grants = queries.grants()
        if grants:
            one = data.draw(st.sampled_from(grants))
            self.tried(lambda: operations.revoke_grant(grant_id=one.id, why="超出必要", by=by, at=self.at))

    @rule(data=st.data(), code=resources, by=people, days=st.none() | st.integers(0, 9))
    def forbid(self, data: st.DataObject, code: str, by: Actor, days: int | None) -> None:
        self.number += 1
        entry = Negative(
            code=f"n-{self.number}",
            resource=code,
            fields=tuple(data.draw(st.lists(st.sampled_from(FIELDS[code]), unique=True, min_size=1))),
            law="某法",
            article="1",
            reason="隐私",
            until=None if days is None else self.at.date() + dt.timedelta(days=days),
        )
        self.tried(lambda: operations.write_negative(negative=entry, review="1号", by=by, at=self.at))

    @rule(data=st.data(), by=people)
    def owe_or_not(self, data: st.DataObject, by: Actor) -> None:
        owed = DataDuty(
            code="d-1",
            department="office",
            resource="health-checks",
            fields=tuple(data.draw(st.lists(st.sampled_from(FIELDS["health-checks"]), unique=True))),
            items=data.draw(st.sampled_from(((), ("food-licence",)))),
            basis=LAW,
            update="daily",
        )
        if data.draw(st.booleans()):
            self.tried(lambda: operations.write_duty(duty=owed, why="改", by=by, at=self.at))
        else:
            self.tried(
                lambda: operations.take_off(kind=ListKind.DUTY, code="d-1", why="改", by=by, at=self.at)
            )

    @invariant()
    def every_refusal_is_one_of_ours(self) -> None:
        assert all(code.startswith("data-") for code in self.refusals), self.refusals

    @invariant()
    def nothing_forbidden_is_granted(self) -> None:
        today = self.at.astimezone(SHANGHAI).date()
        for grant in queries.grants():
            for entry in queries.negatives(resource=grant.resource):
                if entry.holds_on(today):
                    assert not set(grant.fields) & (set(entry.fields) or set(FIELDS[grant.resource]))

    @invariant()
    def every_clock_runs_or_has_called(self) -> None:
        for one in queries.requests(state=RequestState.QUEUED, size=200).items:
            assert one.due_on is not None
            waits = Delivery.objects.filter(timer=f"data:{one.id}").exists()
            assert waits != (one.escalated_at is not None)
            if one.escalated_at is not None:
                assert one.escalated_at.astimezone(SHANGHAI).date() > one.due_on

    @invariant()
    def an_answer_stands_and_gives_no_more_than_was_wanted(self) -> None:
        for one in queries.requests(size=200).items:
            if one.id in self.final:
                assert one.state is self.final[one.id]
            if one.state in FINAL:
                self.final[one.id] = one.state
                self.seen.add(one.state.value)
                assert one.answered_at is not None
                assert not Delivery.objects.filter(timer=f"data:{one.id}").exists()
            assert (one.grant is not None) == (one.state is RequestState.GRANTED)
            if one.grant is not None:
                grant = queries.get_grant(one.grant)
                assert set(grant.fields) <= set(one.wish.fields)
                assert grant.per_day <= one.wish.per_day

    @invariant()
    def a_grant_that_ended_has_no_clock(self) -> None:
        for row in models.Grant.objects.all():
            waits = Delivery.objects.filter(timer=f"data-grant:{row.id}").exists()
            assert waits == (row.state == "active")
            self.seen.add(row.state)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.law("data-answer-days")
@pytest.mark.law("data-negative-acts-at-once")
def test_whatever_people_try(tmp_path: Path) -> None:
    load(data_city(tmp_path))
    Sharing.seen = set()
    quiet = settings(
        max_examples=15,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Sharing, settings=quiet)
    assert {"granted", "refused", "active"} <= Sharing.seen, "the machine no longer gets anywhere"
    assert Sharing.seen & {"revoked", "expired"}, "no grant ends any more"
