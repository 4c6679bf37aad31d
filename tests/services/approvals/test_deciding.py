"""Decisions: in writing, with reasons and remedies, once; what they open and end; later acts."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.factories.approvals import (
    MONDAY,
    WINDOW,
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
from tongban.kernel.errors import Conflict, Failure, Invalid, NotAllowed
from tongban.services.approvals import models, operations, queries
from tongban.services.approvals.errors import AlreadyDecided
from tongban.services.approvals.types import BranchState, Change, Fault, Lapse, Outcome
from tongban.services.cases import operations as case_operations
from tongban.services.cases import queries as cases
from tongban.services.cases.types import Ending

S, HEAD = BranchState, head("market")


def decide(branch_id: uuid.UUID, outcome: Outcome = Outcome.GRANTED, **changes: Any) -> uuid.UUID:
    fields: dict[str, Any] = {"reasons": "经审查，材料齐全", "by": HEAD, "at": moment(1, 7)}
    return operations.decide(branch_id=branch_id, outcome=outcome, **(fields | changes))


@pytest.mark.law("decision-in-writing")
def test_a_grant_is_a_sealed_paper(cast: Cast) -> None:
    one = branch(accepted(cast))
    with pytest.raises(Conflict, match="意见"):
        decide(one.id, reasons="")
    opinion(one, at=moment(1, 6))
    decide(one.id, reasons="")
    found = queries.get_branch(one.id, at=moment(1, 9))
    assert found.decision
    letter = found.decision.letter
    assert letter.text.startswith("准予行政许可决定书\n文号：准〔2026〕")
    assert letter.seal == "market"
    assert trust.find_seal("market") is not None
    assert (found.state, found.used_days, found.days) == (S.GRANTED, 2, {"market": 2})
    assert cases.get_case(one.case_id, by=cast.applicant, at=moment(1, 9)).outcome == "granted"


@pytest.mark.law("refusal-reasons-and-remedies")
def test_a_refusal_says_why_and_what_can_be_done_about_it(cast: Cast) -> None:
    one = branch(accepted(cast))
    with pytest.raises(Invalid, match="理由"):
        decide(one.id, Outcome.REFUSED, reasons=" ")
    with pytest.raises(Invalid, match="复议"):
        decide(one.id, Outcome.REFUSED, reasons="没有取得场所使用权", remedies=[" "])
    decide(one.id, Outcome.REFUSED, reasons="没有取得场所使用权")
    found = queries.get_branch(one.id, at=moment(1, 9)).decision
    assert found
    assert found.remedies == ("可以申请行政复议。",)
    assert "没有取得场所使用权" in found.letter.text
    assert "可以申请行政复议" in found.letter.text
    assert cases.get_case(one.case_id, by=cast.applicant, at=moment(1, 9)).outcome == "refused"


def test_what_is_decided_is_not_decided_again(cast: Cast) -> None:
    one = branch(accepted(cast))
    decide(one.id)
    with pytest.raises(AlreadyDecided, match="市场监管局负责人在 2026-01-07 10:00"):
        decide(one.id, Outcome.REFUSED)
    with pytest.raises(NotAllowed):
        decide(one.id, by=reviewer("market"))


@pytest.mark.law("parallel-branches")
def test_what_stands_on_a_refused_result_ends_with_it(cast: Cast) -> None:
    case_id = accepted(cast, "restaurant")
    decide(branch(case_id, "company").id, Outcome.REFUSED, reasons="名称与他人相同")
    found = {one.item: (one.state, one.ended_because) for one in queries.branches(case_id, at=moment(1, 7))}
    assert found.pop("company") == (S.REFUSED, "")
    assert set(found.values()) == {(S.ENDED, "prerequisite")}
    assert cases.get_case(case_id, by=cast.applicant, at=moment(1, 8)).outcome == "refused"


def test_some_granted_and_some_refused_is_partly(cast: Cast) -> None:
    case_id = accepted(cast, "restaurant")
    decide(branch(case_id, "company").id)
    decide(branch(case_id, "environment").id, by=head("ecology"))
    for code in ("food", "fire", "water"):
        one = branch(case_id, code)
        decide(one.id, Outcome.REFUSED, reasons="场所不符合条件", by=head(one.department))
    assert cases.get_case(case_id, by=cast.applicant, at=moment(1, 8)).outcome == "partly"


def test_a_withdrawn_case_is_not_decided(cast: Cast) -> None:
    case_id = accepted(cast, "restaurant")
    company = branch(case_id, "company")
    decide(company.id)
    fire = branch(case_id, "fire", at=moment(1, 8))
    operations.stop(
        branch_id=fire.id, procedure=Procedure.TEST, expected_days=3, reason="需要检测材料", by=reviewer("fire"),
        at=moment(1, 8),
    )  # fmt: skip
    case_operations.withdraw(case_id=case_id, reason="不开了", by=cast.applicant, at=moment(1, 9))
    with pytest.raises(Failure):
        decide(branch(case_id, "environment").id, by=head("ecology"), at=moment(1, 9))
    outbox.deliver(at=moment(1, 9))
    states = {one.item: one.state for one in queries.branches(case_id, at=moment(1, 9))}
    assert states.pop("company") is S.GRANTED
    assert set(states.values()) == {S.ENDED}
    assert cases.limits(case_id).state.value == "withdrawn"
    # Nothing is left to come: neither a limit that could be missed, nor a line of a queue.
    outbox.deliver(at=moment(6, 1))
    assert not Happened.objects.filter(name="approval.limit_missed").exists()
    assert not models.Work.objects.filter(case_id=case_id, closed_at__isnull=True).exists()


def test_a_case_whose_applicant_is_no_more_ends(cast: Cast) -> None:
    one = branch(accepted(cast))
    case_operations.terminate(
        case_id=one.case_id, ending=Ending.DEATH, reason="申请人死亡", by=reviewer("market"), at=moment(1, 9)
    )
    outbox.deliver(at=moment(1, 9))
    found = queries.get_branch(one.id, at=moment(1, 9))
    assert (found.state, found.ended_because) == (S.ENDED, "terminated")


def test_opening_twice_opens_once(cast: Cast) -> None:
    case_id = accepted(cast)
    assert not operations.open_round(case_id=case_id, at=MONDAY)
    assert len(queries.branches(case_id, at=MONDAY)) == 1


@pytest.mark.law("decide-on-the-spot")
def test_immediate_items_are_accepted_and_decided_many_at_once(cast: Cast) -> None:
    ids = [branch(accepted(cast, "quick")).id for _ in range(3)]
    slow = branch(accepted(cast)).id
    bulk = operations.grant_many(branch_ids=[*ids, slow], by=HEAD, at=moment(1, 5, 11))
    assert bulk.done == tuple(ids)
    assert "意见" in bulk.refused[slow]
    assert queries.get_branch(ids[0], at=MONDAY).used_days == 0


def test_an_accepted_case_of_immediate_items_is_granted_on_the_spot(cast: Cast) -> None:
    from tests.factories.cases import fill, start
    from tongban.kernel.types import Subject

    case_id = start(cast, Subject("item", "quick"), at=MONDAY)
    fill(cast, case_id, at=MONDAY)
    case_operations.submit(case_id=case_id, by=cast.applicant, at=MONDAY)
    case_operations.accept(case_id=case_id, by=WINDOW, at=MONDAY)
    assert operations.grant_on_the_spot(case_id=case_id, by=HEAD, at=MONDAY)
    outbox.deliver(at=MONDAY)
    assert cases.limits(case_id).state.value == "closed"
    assert not operations.grant_on_the_spot(case_id=case_id, by=HEAD, at=MONDAY)


@pytest.mark.law("retraction")
def test_a_right_grant_is_taken_back_against_compensation_only(cast: Cast) -> None:
    one = branch(accepted(cast))
    decide(one.id)
    said: dict[str, Any] = {
        "branch_id": one.id,
        "licences": ["L-1"],
        "change": Change.LAW,
        "reasons": "依据的办法已经废止",
    }
    with pytest.raises(Invalid, match="补偿"):
        operations.retract(**said, compensation=" ", by=HEAD, at=moment(3, 2))
    operations.retract(**said, compensation="按评估价补偿设备损失", by=HEAD, at=moment(3, 2))
    letter = queries.letters(one.case_id)[-1]
    assert letter.kind == "retraction"
    for part in ("第八条第二款", "按评估价补偿设备损失", "依法注销"):
        assert part in letter.text
    told = Happened.objects.filter(name="approval.licences_cancelled").get()
    assert (told.fields["licences"], told.fields["lapse"]) == (["L-1"], "taken-back")
    assert queries.get_branch(one.id, at=moment(3, 2)).state is S.GRANTED


@pytest.mark.law("decision-corrected")
@pytest.mark.law("revocation")
@pytest.mark.law("licence-struck-off")
def test_later_acts_name_the_licences(cast: Cast) -> None:
    one = branch(accepted(cast))
    decide(one.id)
    at = moment(3, 2)
    operations.correct(branch_id=one.id, licences=["L-1"], what="地址写错一个字", by=HEAD, at=at)
    with pytest.raises(Conflict, match="公共利益"):
        operations.revoke(
            branch_id=one.id, licences=["L-1"], fault=Fault.FRAUD, reasons="提供虚假合同", harms_public=True, by=HEAD, at=at
        )  # fmt: skip
    operations.revoke(
        branch_id=one.id, licences=["L-1"], fault=Fault.FRAUD, reasons="提供虚假合同", by=HEAD, at=at
    )
    operations.cancel(
        branch_id=one.id, licences=["L-1"], lapse=Lapse.TAKEN_BACK, reasons="许可已经撤销", by=HEAD, at=at
    )
    names = Happened.objects.filter(name__startswith="approval.").order_by("number")
    later = [(row.name, row.fields["licences"]) for row in names if "licences" in row.fields]
    assert later == [
        ("approval.decision_corrected", ["L-1"]),
        ("approval.licences_revoked", ["L-1"]),
        ("approval.licences_cancelled", ["L-1"]),
    ]
    assert queries.get_branch(one.id, at=at).state is S.GRANTED
    assert [letter.kind for letter in queries.letters(one.case_id)] == [
        "grant",
        "correction",
        "revocation",
        "cancelling",
    ]
