"""Our states in the words of two real systems: both tables are complete, both ways."""

from __future__ import annotations

import pytest

from tongban.services.cases.rules import exchange
from tongban.services.cases.rules.exchange import Standing
from tongban.services.cases.types import CaseState, Refusal


@pytest.mark.parametrize(
    ("table", "codes", "back"),
    [
        (exchange.PLATFORM, exchange.PLATFORM_CODES, exchange.FROM_PLATFORM),
        (exchange.PARALLEL, exchange.PARALLEL_CODES, exchange.FROM_PARALLEL),
    ],
    ids=["platform", "parallel"],
)
def test_complete_both_ways(
    table: dict[Standing, str], codes: frozenset[str], back: dict[str, CaseState]
) -> None:
    assert set(table) == set(Standing) - exchange.NEVER_SENT
    assert set(table.values()) == codes, "a code of theirs that we never send, or one they do not know"
    assert set(back) == codes


@pytest.mark.parametrize("standing", sorted(exchange.PARALLEL))
def test_there_and_back_is_the_same_kind_of_state(standing: Standing) -> None:
    """What a partner sends back to us is no other outcome: decided and closed are one thing to them."""
    said = exchange.FROM_PARALLEL[exchange.PARALLEL[standing]]
    same = {CaseState.DECIDED: CaseState.CLOSED, CaseState.TERMINATED: CaseState.WITHDRAWN}
    ours = exchange.STATE_OF[standing]
    assert said is same.get(ours, ours)


def test_every_state_has_a_standing() -> None:
    assert set(exchange.STATE_OF) == set(Standing)
    assert set(exchange.STATE_OF.values()) == set(CaseState)


@pytest.mark.parametrize("state", CaseState)
def test_standing_of_a_state_is_of_that_state(state: CaseState) -> None:
    for refusal in (None, *Refusal):
        for outcome in ("", "granted", "refused"):
            for supplemented in (False, True):
                found = exchange.standing(state, refusal=refusal, supplemented=supplemented, outcome=outcome)
                assert exchange.STATE_OF[found] is state


def test_the_two_refusals_are_two_codes() -> None:
    """不受理 (no licence needed) and 不予受理 (another body) are not the same to a partner."""
    told = {refusal: exchange.standing(CaseState.NOT_ACCEPTED, refusal=refusal) for refusal in Refusal}
    assert exchange.PARALLEL[told[Refusal.NOT_NEEDED]] == "4"
    assert exchange.PARALLEL[told[Refusal.WRONG_BODY]] == "5"
