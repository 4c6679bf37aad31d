"""Every act of the office × everybody × every state, called for real: done as the table says, refused with a sentence."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.cases import (
    CLERK,
    DECIDER,
    GUIDE,
    MONDAY,
    POLICE,
    REVIEWER,
    SUPERVISOR,
    WINDOW,
    Cast,
    fill,
    promise_photo,
    publish_item_with_photo,
    start,
    store,
)
from tongban.kernel.errors import Conflict, Failure, NotAllowed
from tongban.kernel.types import SYSTEM, Actor
from tongban.services.cases import models, operations, queries, rules
from tongban.services.cases.errors import CaseUnknown
from tongban.services.cases.types import Act, CaseState, Demand, Ending, Refusal, Role

LAYOUT = {"item": "food-licence", "material": "layout"}
STAFF = {
    CLERK: {Role.CLERK},
    WINDOW: {Role.CLERK},
    REVIEWER: {Role.REVIEWER},
    DECIDER: {Role.DECIDER},
    SUPERVISOR: {Role.SUPERVISOR},
    POLICE: set(),
    GUIDE: set(),
}


def in_state(cast: Cast, state: CaseState) -> uuid.UUID:
    """Return a case that came into this state by operations, with a promised paper to come."""
    publish_item_with_photo()
    case_id = start(cast)
    promise_photo(cast, case_id, MONDAY.date() + dt.timedelta(days=10))
    fill(cast, case_id)
    if state is CaseState.DRAFT:
        # An agent who hands in what the applicant has begun writes down who acts.
        operations.save_fields(case_id=case_id, values={"agent-name": "代办人"}, by=cast.agent, at=MONDAY)
        return case_id
    operations.submit(case_id=case_id, by=cast.applicant, at=MONDAY)
    here = {"case_id": case_id, "at": MONDAY}
    if state is CaseState.SUPPLEMENT:
        operations.give_notice(**here, demands=[Demand("布局图", **LAYOUT)], by=CLERK)
        operations.attach(**here, **LAYOUT, document=store(cast.subject), by=cast.applicant)
    elif state is CaseState.NOT_ACCEPTED:
        operations.refuse_acceptance(**here, refusal=Refusal.NOT_NEEDED, reason="不用", by=CLERK)
    elif state is CaseState.WITHDRAWN:
        operations.withdraw(**here, by=cast.applicant)
    elif state is CaseState.TERMINATED:
        operations.terminate(**here, ending=Ending.DEATH, reason="死亡", by=CLERK)
    elif state is not CaseState.RECEIVED:
        operations.accept(**here, by=CLERK)
        if state in (CaseState.DECIDED, CaseState.CLOSED):
            operations.record_decided(**here, outcome="granted", by=SYSTEM)
        if state is CaseState.CLOSED:
            operations.close(**here, by=SYSTEM)
    return case_id


def acts(cast: Cast, case_id: uuid.UUID) -> dict[Act, Callable[[Actor], Any]]:
    """Return each act as a call that is right in everything but perhaps who and when."""
    here: dict[str, Any] = {"case_id": case_id, "at": MONDAY}
    who = {"by": cast.applicant, "at": MONDAY}
    _, shown = queries.commitment_text(case_id, item="food-licence", material="health", **who)
    document = store(cast.subject)
    health = {"item": "food-licence", "material": "health", "shown": shown}
    return {
        Act.SAVE_FIELDS: lambda by: operations.save_fields(**here, values={"shop-name": "新"}, by=by),
        Act.ATTACH: lambda by: operations.attach(**here, **LAYOUT, document=document, by=by),
        Act.BRING_PROMISED: lambda by: operations.bring_promised(
            **here, item="food-licence", material="photo", document=document, by=by
        ),
        Act.DETACH: lambda by: operations.detach(**here, **LAYOUT, by=by),
        Act.SIGN_COMMITMENT: lambda by: operations.sign_commitment(**here, **health, by=by),
        Act.DISPUTE_VALUE: lambda by: operations.dispute_value(
            **here, field="applicant-name", actual="x", by=by
        ),
        Act.SUBMIT: lambda by: operations.submit(**here, by=by),
        Act.ACCEPT: lambda by: operations.accept(**here, by=by),
        Act.REFUSE_ACCEPTANCE: lambda by: operations.refuse_acceptance(
            **here, refusal=Refusal.NOT_NEEDED, reason="不用", by=by
        ),
        Act.GIVE_NOTICE: lambda by: operations.give_notice(**here, demands=[Demand("图", **LAYOUT)], by=by),
        Act.SUPPLEMENT: lambda by: operations.supplement(**here, by=by),
        Act.DEMAND_LATER: lambda by: operations.demand_later(**here, what="再要", reason="漏了", by=by),
        Act.CORRECT: lambda by: operations.correct(**here, values={"shop-name": "改"}, reason="错字", by=by),
        Act.WITHDRAW: lambda by: operations.withdraw(**here, by=by),
        Act.TERMINATE: lambda by: operations.terminate(**here, ending=Ending.DEATH, reason="死亡", by=by),
        Act.RECORD_DECIDED: lambda by: operations.record_decided(**here, outcome="granted", by=by),
        Act.CLOSE: lambda by: operations.close(**here, by=by),
    }


@pytest.mark.slow
@pytest.mark.law("case-who-may")
@pytest.mark.parametrize("state", CaseState)
def test_called_for_real(cast: Cast, state: CaseState) -> None:
    case_id = in_state(cast, state)
    people = {
        cast.applicant: {Role.APPLICANT},
        cast.agent: {Role.AGENT},
        cast.stranger: set(),
        cast.representative: set(),
        SYSTEM: {Role.SYSTEM},
    }
    staff = {by: set() for by in STAFF} if state is CaseState.DRAFT else STAFF
    for act, call in acts(cast, case_id).items():
        for by, roles in (people | staff).items():
            check(act, call, by, frozenset(roles), case_id, state)


def check(
    act: Act,
    call: Callable[[Actor], Any],
    by: Actor,
    roles: frozenset[Role],
    case_id: uuid.UUID,
    state: CaseState,
) -> None:
    """Call, look, and undo."""
    where = f"{act.value} by {by.id} in {state.value}"
    expected, failed = expect(act, state, roles), None
    with transaction.atomic():
        try:
            with transaction.atomic():
                call(by)
        except Failure as failure:
            failed = failure
        found = models.Case.objects.get(id=case_id).state
        transaction.set_rollback(True)
    if expected is None:
        assert failed is None, f"{where}: {failed}"
        again = act is Act.SUBMIT and state is not CaseState.DRAFT
        closes = act is Act.BRING_PROMISED and state is CaseState.DECIDED  # nothing else was waited for
        after = CaseState.CLOSED if closes else state if again else rules.next_state(act, state)
        assert found == after.value, where
    else:
        assert isinstance(failed, expected), f"{where}: {failed!r}"
        assert "{" not in str(failed), where
        assert str(failed).endswith("。"), where
        assert found == state.value, where


def expect(act: Act, state: CaseState, roles: frozenset[Role]) -> type[Failure] | None:
    """Return how the table says that it ends: done (None), or refused, and how."""
    if not roles:
        return CaseUnknown
    if rules.can_act(act, state, roles):
        return None
    if act is Act.SUBMIT and state is not CaseState.DRAFT and roles & {Role.APPLICANT, Role.AGENT}:
        return None  # again: the same receipt
    try:
        rules.check_act(act, state, roles)
    except NotAllowed:
        return NotAllowed
    except Conflict:
        return Conflict
    raise AssertionError("the table allows it")


@given(st.lists(st.tuples(st.sampled_from(Act), st.sampled_from(Role)), max_size=40))
def test_whatever_people_try_the_table_holds(tries: list[tuple[Act, Role]]) -> None:
    """From the draft on, by any acts of anybody: accepted before decided, decided before closed, ends stay ends."""
    state, seen = CaseState.DRAFT, [CaseState.DRAFT]
    for act, role in tries:
        if rules.can_act(act, state, frozenset({role})):
            state = rules.next_state(act, state)
            seen.append(state)
        else:
            with pytest.raises((Conflict, NotAllowed)):
                rules.check_act(act, state, frozenset({role}))
    for earlier, later in (
        (CaseState.RECEIVED, CaseState.ACCEPTED),
        (CaseState.ACCEPTED, CaseState.DECIDED),
        (CaseState.DECIDED, CaseState.CLOSED),
        (CaseState.RECEIVED, CaseState.NOT_ACCEPTED),
        (CaseState.RECEIVED, CaseState.SUPPLEMENT),
    ):
        assert later not in seen or seen.index(earlier) < seen.index(later)
    final = [one for one in seen if one in rules.FINAL]
    assert len(set(final)) <= 1
    assert (
        seen.count(CaseState.SUPPLEMENT) == 0
        or CaseState.RECEIVED not in seen[seen.index(CaseState.SUPPLEMENT) :]
    )
