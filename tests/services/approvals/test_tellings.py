"""What the applicant is told: once for each thing, in both languages."""

from __future__ import annotations

import pytest

from tests.factories.approvals import MAYOR, MONDAY, accepted, branch, head, members, moment, reviewer
from tests.factories.cases import Cast
from tongban.foundation.calendars.types import Procedure
from tongban.foundation.identity import operations as identity_acts
from tongban.foundation.identity import queries as identity
from tongban.foundation.messages import queries as messages
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import Subject
from tongban.services.approvals import operations, tellings
from tongban.services.approvals.types import Fault, Lapse, Outcome

HEAD, ONE = head("market"), reviewer("market")


def inbox(to: Subject, language: str = "zh") -> list[tuple[str, str]]:
    outbox.deliver(at=moment(1, 9))
    found = messages.inbox(to, language=language)
    told = [
        (one.template.removeprefix("approvals."), one.body)
        for one in found
        if one.template.startswith("approvals.")
    ]
    return list(reversed(told))


def codes(to: Subject) -> list[str]:
    return [code for code, _ in inbox(to)]


def test_a_stop_an_extension_and_a_decision_are_told(cast: Cast) -> None:
    one = branch(accepted(cast))
    operations.stop(
        branch_id=one.id, procedure=Procedure.TEST, expected_days=3, reason="需要检测", by=ONE, at=moment(1, 6)
    )  # fmt: skip
    operations.resume(branch_id=one.id, by=ONE, at=moment(1, 7))
    operations.extend(branch_id=one.id, reason="需要核实产权", by=HEAD, at=moment(1, 8))
    operations.decide(branch_id=one.id, outcome=Outcome.GRANTED, reasons="符合条件", by=HEAD, at=moment(1, 9))
    told = inbox(cast.subject)
    assert [code for code, _ in told] == ["stopped", "resumed", "extended", "granted"]
    assert "3 个工作日" in told[0][1]
    assert "2026-01-21" in told[1][1]
    assert "需要核实产权" in told[2][1]
    assert "区市场监管局" in told[3][1]
    assert (
        inbox(cast.subject, "en")[1][1]
        == "The special procedure of “alone” is over; the decision comes by 2026-01-21."
    )


def test_a_visit_is_told_once_for_all_and_again_when_it_moves(cast: Cast) -> None:
    case_id = accepted(cast, "restaurant")
    operations.decide(branch_id=branch(case_id, "company").id, outcome=Outcome.GRANTED, by=HEAD, at=MONDAY)
    visit = operations.plan_visit(
        case_id=case_id, starts_at=moment(1, 7, 9), ends_at=moment(1, 7, 11), place="马当路 288 号", prepare="留一个人。",
        members=members(case_id), by=ONE, at=MONDAY,
    )  # fmt: skip
    operations.move_visit(
        visit_id=visit, starts_at=moment(1, 8, 9), ends_at=moment(1, 8, 11), by=ONE, at=MONDAY
    )
    told = [one for one in inbox(cast.subject) if one[0].startswith("visit")]
    assert told == [
        ("visit", "2026-01-07 09:00，马当路 288 号。几个部门一起来，只来一次。留一个人。"),
        ("visit-moved", "改到 2026-01-08 09:00，马当路 288 号。留一个人。"),
    ]


def test_a_refusal_tells_what_ends_with_it(cast: Cast) -> None:
    case_id = accepted(cast, "restaurant")
    operations.extend_round(case_id=case_id, reason="跨区协调", by=MAYOR, at=MONDAY)
    company = branch(case_id, "company")
    operations.decide(branch_id=company.id, outcome=Outcome.REFUSED, reasons="名称相同", by=HEAD, at=MONDAY)
    assert sorted(codes(cast.subject)) == sorted(["extended", "refused", "ended", "ended", "ended", "ended"])


def test_a_missed_limit_is_told_with_an_apology(cast: Cast) -> None:
    accepted(cast)
    outbox.deliver(at=moment(1, 20))
    assert codes(cast.subject) == ["missed"]


def test_later_acts_are_told(cast: Cast) -> None:
    one = branch(accepted(cast, "quick"))
    operations.decide(branch_id=one.id, outcome=Outcome.GRANTED, by=HEAD, at=MONDAY)
    which = {"branch_id": one.id, "licences": ["L-1"], "by": HEAD, "at": MONDAY}
    operations.correct(**which, what="地址写错一个字")  # type: ignore[arg-type]
    operations.revoke(**which, fault=Fault.FRAUD, reasons="提供虚假合同")  # type: ignore[arg-type]
    operations.cancel(**which, lapse=Lapse.TAKEN_BACK, reasons="许可已经撤销")  # type: ignore[arg-type]
    assert codes(cast.subject) == ["granted", "corrected", "revoked", "cancelled"]


def test_silence_is_told(cast: Cast) -> None:
    accepted(cast, "silent")
    outbox.deliver(at=moment(1, 13))
    assert codes(cast.subject) == ["silence"]


def test_the_agent_who_filed_hears_of_it_while_the_mandate_stands(cast: Cast) -> None:
    one = branch(accepted(cast, by=cast.agent))
    operations.extend(branch_id=one.id, reason="需要核实产权", by=HEAD, at=MONDAY)
    agent = Subject("person", cast.agent.id)
    assert inbox(agent) == inbox(cast.subject)
    assert codes(agent) == ["extended"]
    mandate = next(one for one in identity.mandates_of(cast.agent.id, at=MONDAY) if one.state == "accepted")
    identity_acts.revoke_mandate(mandate=mandate.id, by=cast.applicant, at=MONDAY)
    operations.decide(branch_id=one.id, outcome=Outcome.GRANTED, reasons="符合条件", by=HEAD, at=MONDAY)
    assert codes(agent) == ["extended"]
    assert codes(cast.subject) == ["extended", "granted"]


@pytest.mark.parametrize("template", tellings.ALL, ids=lambda one: one.code)
def test_codes_are_the_package_s_own(template: tellings.Template) -> None:
    assert template.code.startswith("approvals.")
    assert "{id}" not in template.body
