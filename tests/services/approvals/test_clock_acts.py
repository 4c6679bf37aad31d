"""Stops with a sealed notice, extensions with the head's word, silence, and what timers find."""

from __future__ import annotations

import base64
import datetime as dt

import pytest

from tests.factories.approvals import (
    MAYOR,
    MONDAY,
    accepted,
    branch,
    head,
    moment,
    opinion,
    reviewer,
)
from tests.factories.cases import Cast
from tongban.foundation.calendars.types import Procedure
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.models import Happened
from tongban.foundation.trust import queries as trust
from tongban.foundation.trust.types import Signature
from tongban.kernel.errors import Conflict, Invalid, NotAllowed
from tongban.services.approvals import operations, queries
from tongban.services.approvals.types import BranchState, Light, Outcome, Written
from tongban.services.cases import queries as cases

ONE, HEAD = reviewer("market"), head("market")


def stop(one: object, at: dt.datetime, **changes: object) -> None:
    fields = {"procedure": Procedure.EXPERT_REVIEW, "expected_days": 4, "reason": "工艺复杂，需要专家评审"}
    operations.stop(branch_id=one.id, by=ONE, at=at, **(fields | changes))  # type: ignore[attr-defined, arg-type]


def signature(letter: Written) -> Signature:
    """Return the seal on a letter, from how it is kept."""
    kept = letter.signature
    value, stamp = (base64.b64decode(kept[name]) for name in ("value", "time_stamp"))
    at = dt.datetime.fromisoformat(kept["signed_at"])
    return Signature(letter.seal, kept["suite"], kept["certificate"], value, at, stamp)


def happened(name: str) -> list[dict[str, object]]:
    return [row.fields for row in Happened.objects.filter(name=name).order_by("number")]


@pytest.mark.law("branch-stop-in-writing")
def test_a_clock_stops_by_a_sealed_notice_that_says_how_long(cast: Cast) -> None:
    one = branch(accepted(cast))
    stop(one, moment(1, 7))
    found = queries.get_branch(one.id, at=moment(1, 8))
    assert (found.state, found.light, found.due_on, found.left_days) == (
        BranchState.STOPPED,
        Light.STOPPED,
        None,
        None,
    )
    notice = found.stops[0].notice
    assert "4 个工作日" in notice.text
    assert "专家评审" in notice.text
    verdict = trust.verify(notice.text.encode(), signature(notice))
    assert (verdict.is_good, verdict.department) == (True, "market")
    assert not trust.verify(b"other", signature(notice)).is_good
    with pytest.raises(Conflict, match="停钟中"):
        stop(one, moment(1, 8))
    operations.resume(branch_id=one.id, by=ONE, at=moment(1, 12))
    found = queries.get_branch(one.id, at=moment(1, 12))
    # Promised ten working days: Monday the 19th; out are the 7th, 8th, 9th and the 12th.
    assert (found.state, found.due_on) == (BranchState.OPEN, dt.date(2026, 1, 23))
    assert found.days == {"market": 1, "procedure:expert-review": 4}
    assert found.used_days == 1
    assert [event["procedure"] for event in happened("approval.clock_stopped")] == ["expert-review"]


def test_a_procedure_may_have_ended_before_it_is_noted(cast: Cast) -> None:
    one = branch(accepted(cast))
    stop(one, moment(1, 7))
    with pytest.raises(Invalid):
        operations.resume(branch_id=one.id, last_on=dt.date(2026, 1, 6), by=ONE, at=moment(1, 12))
    due_on = operations.resume(branch_id=one.id, last_on=dt.date(2026, 1, 8), by=ONE, at=moment(1, 12))
    assert due_on == dt.date(2026, 1, 21)


@pytest.mark.law("hearing-noticed")
def test_a_hearing_is_announced_early_and_chaired_by_another(cast: Cast) -> None:
    one = branch(accepted(cast))
    hearing = {"procedure": Procedure.HEARING, "reason": "关系他人重大利益", "expected_days": 12}
    with pytest.raises(Invalid):
        stop(one, MONDAY, **hearing)
    with pytest.raises(Conflict):
        stop(one, MONDAY, **hearing, hearing_on=dt.date(2026, 1, 20), chair=ONE.id)
    with pytest.raises(Invalid, match="2026-01-14"):
        stop(one, MONDAY, **hearing, hearing_on=dt.date(2026, 1, 13), chair="market-2")
    stop(one, MONDAY, **hearing, hearing_on=dt.date(2026, 1, 14), chair="market-2")
    assert "1月14日公开举行" in queries.get_branch(one.id, at=MONDAY).stops[0].notice.text


@pytest.mark.law("branch-extended-once")
def test_the_head_extends_once_in_time_and_the_applicant_is_told_why(cast: Cast) -> None:
    one = branch(accepted(cast))
    with pytest.raises(NotAllowed):
        operations.extend(branch_id=one.id, reason="需要核实产权", by=ONE, at=moment(1, 15))
    due_on = operations.extend(branch_id=one.id, reason="需要核实产权", by=HEAD, at=moment(1, 15))
    found = queries.get_branch(one.id, at=moment(1, 15))
    assert (due_on, found.statutory_on) == (dt.date(2026, 2, 2), dt.date(2026, 2, 14))
    assert found.extension and (found.extension.days, found.extension.by) == (10, HEAD)
    with pytest.raises(Conflict, match="一次"):
        operations.extend(branch_id=one.id, reason="还需要核实", by=HEAD, at=moment(1, 16))
    assert [event["reason"] for event in happened("approval.limit_extended")] == ["需要核实产权"]
    assert "需要核实产权" in queries.letters(one.case_id)[0].text


def test_a_limit_that_is_over_is_not_extended(cast: Cast) -> None:
    one = branch(accepted(cast))
    with pytest.raises(Conflict, match="届满"):
        operations.extend(branch_id=one.id, reason="需要核实产权", by=HEAD, at=moment(2, 24))


@pytest.mark.law("joint-limit")
def test_joint_handling_is_extended_by_the_government_once(cast: Cast) -> None:
    case_id = accepted(cast, "restaurant")
    found = queries.find_round(case_id, at=MONDAY)
    assert found and (found.is_joint, found.joint_due_on) == (True, dt.date(2026, 3, 13))
    with pytest.raises(NotAllowed, match="人民政府"):
        operations.extend_round(case_id=case_id, reason="跨区协调", by=HEAD, at=MONDAY)
    assert operations.extend_round(case_id=case_id, reason="跨区协调", by=MAYOR, at=MONDAY) == dt.date(
        2026, 4, 3
    )
    with pytest.raises(Conflict, match="一次"):
        operations.extend_round(case_id=case_id, reason="跨区协调", by=MAYOR, at=MONDAY)
    after = queries.find_round(case_id, at=MONDAY)
    assert after and after.extension and after.extension.days == 15
    alone = accepted(cast)
    with pytest.raises(Conflict, match="一个部门"):
        operations.extend_round(case_id=alone, reason="跨区协调", by=MAYOR, at=MONDAY)
    assert not any(event["branch_id"] for event in happened("approval.limit_extended"))


@pytest.mark.law("silence-only-where-published")
def test_silence_is_consent_only_where_the_item_says_so(cast: Cast) -> None:
    silent, plain = branch(accepted(cast, "silent")), branch(accepted(cast))
    outbox.deliver(at=moment(1, 12, 23))
    assert queries.get_branch(silent.id, at=moment(1, 12)).state is BranchState.OPEN
    outbox.deliver(at=moment(1, 13, 0))
    found = queries.get_branch(silent.id, at=moment(1, 13))
    assert found.state is BranchState.GRANTED
    assert found.decision and found.decision.outcome is Outcome.SILENCE
    assert "视为准予" in found.decision.letter.text
    outbox.deliver(at=moment(3, 30))
    assert queries.get_branch(plain.id, at=moment(3, 30)).state is BranchState.OPEN
    assert cases.limits(silent.case_id).state.value == "closed"


def test_timers_find_the_promise_and_then_what_the_law_allows(cast: Cast) -> None:
    one = branch(accepted(cast))
    outbox.deliver(at=moment(1, 19, 23))
    assert happened("approval.limit_missed") == []
    outbox.deliver(at=moment(1, 20, 0))
    outbox.deliver(at=moment(1, 25))
    assert [event["kind"] for event in happened("approval.limit_missed")] == ["promise"]
    outbox.deliver(at=moment(2, 3, 1))
    assert [event["kind"] for event in happened("approval.limit_missed")] == ["promise", "statutory"]
    found = queries.get_branch(one.id, at=moment(1, 20))
    assert (found.light, found.left_days) == (Light.RED, -1)


def test_a_limit_that_moved_or_ended_is_not_missed(cast: Cast) -> None:
    stopped, extended, decided = (branch(accepted(cast)) for _ in range(3))
    stop(stopped, moment(1, 8))
    operations.extend(branch_id=extended.id, reason="需要核实产权", by=HEAD, at=moment(1, 15))
    opinion(decided, at=moment(1, 15))
    operations.decide(branch_id=decided.id, outcome=Outcome.GRANTED, by=HEAD, at=moment(1, 16))
    outbox.deliver(at=moment(1, 30))
    assert happened("approval.limit_missed") == []


def test_the_joint_limit_is_watched(cast: Cast) -> None:
    accepted(cast, "restaurant")
    outbox.deliver(at=moment(3, 14, 0))
    missed = [event["kind"] for event in happened("approval.limit_missed")]
    assert missed[-1] == "joint"


def test_a_limit_in_calendar_days_counts_holidays(cast: Cast) -> None:
    one = branch(accepted(cast, "calendar", at=moment(2, 9)), at=moment(2, 9))
    assert (one.due_on, one.statutory_on) == (dt.date(2026, 2, 19), dt.date(2026, 3, 11))


def test_over_a_year_that_is_not_announced_days_are_provisional(cast: Cast) -> None:
    one = branch(accepted(cast, at=moment(12, 21)), at=moment(12, 21))
    assert (one.due_on, one.is_provisional) == (dt.date(2027, 1, 4), True)
