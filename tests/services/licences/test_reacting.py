"""From a decided branch to the sealed licence."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.factories.approvals import branch, head, moment, opinion
from tests.factories.cases import Cast
from tests.services.licences.restaurants import WEEKDAY, decide, decide_all, opened
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox import queries as outbox_queries
from tongban.services.approvals import operations as approvals
from tongban.services.approvals.events import BranchDecided
from tongban.services.approvals.types import Fault, Lapse
from tongban.services.licences import operations, queries, subscriptions
from tongban.services.licences.types import Licence, LicenceState

pytestmark = pytest.mark.django_db


def failures() -> int:
    return outbox_queries.backlog(at=WEEKDAY).failed


@pytest.mark.law("licence-issued-on-decision")
def test_a_granted_branch_gives_a_sealed_licence(offices_cast: Cast) -> None:
    case_id = opened(offices_cast, "alone")
    one = branch(case_id)
    opinion(one, at=WEEKDAY)
    decide(case_id, "alone", WEEKDAY)
    (licence,) = queries.licences_of_case(case_id)
    assert (licence.name, licence.state, licence.branch_id) == ("单独的许可", LicenceState.VALID, one.id)
    assert licence.holder == offices_cast.subject
    assert licence.valid_until == dt.date(2029, 1, 5)
    file = queries.pdf(licence.id, by=offices_cast.applicant, purpose="下载", at=WEEKDAY)
    assert queries.verify_pdf(file).is_whole
    assert failures() == 0


@pytest.mark.law("licence-issued-on-decision")
def test_silence_that_is_consent_gives_a_sealed_licence(offices_cast: Cast) -> None:
    case_id = opened(offices_cast, "silent")
    outbox.deliver(at=moment(1, 13, 0))
    (licence,) = queries.licences_of_case(case_id)
    assert (licence.name, licence.state) == ("到期即准的许可", LicenceState.VALID)
    assert licence.document is not None
    assert failures() == 0


@pytest.mark.slow
def test_a_refused_branch_gives_no_licence_and_none_over_the_others(offices_cast: Cast) -> None:
    case_id = opened(offices_cast)
    decide_all(case_id, WEEKDAY, refuse="fire")
    assert [one.type for one in queries.licences_of_case(case_id)] == [
        "business-licence", "food-business-licence", "drainage-licence",
    ]  # fmt: skip


def test_a_delivery_that_comes_twice_gives_one_licence(offices_cast: Cast) -> None:
    case_id = opened(offices_cast, "alone")
    opinion(branch(case_id), at=WEEKDAY)
    decide(case_id, "alone", WEEKDAY)
    one = branch(case_id, at=WEEKDAY)
    again = BranchDecided(
        case_id=str(case_id), branch_id=str(one.id), item="alone", department="market", outcome="granted"
    )
    subscriptions.branch_decided(again, at=WEEKDAY)
    assert len(queries.licences_of_case(case_id)) == 1


def test_a_grant_that_is_taken_back_takes_its_licences_along(offices_cast: Cast) -> None:
    case_id = opened(offices_cast, "alone")
    opinion(branch(case_id), at=WEEKDAY)
    decide(case_id, "alone", WEEKDAY)
    (licence,) = queries.licences_of_case(case_id)
    given = {"branch_id": licence.branch_id, "by": head("market"), "at": moment(1, 8)}
    approvals.revoke(licences=[licence.number], fault=Fault.FRAUD, reasons="材料不实", **given)
    outbox.deliver(at=moment(1, 8))
    assert queries.get_licence(licence.id).state is LicenceState.REVOKED
    approvals.cancel(licences=[str(licence.id)], lapse=Lapse.TAKEN_BACK, reasons="许可已被撤销", **given)
    outbox.deliver(at=moment(1, 8))
    assert queries.get_licence(licence.id).state is LicenceState.CANCELLED
    assert queries.changes_of(licence.id)[-1].law == "行政许可法 70"
    assert failures() == 0


@pytest.mark.slow
def test_a_restaurant_gets_its_licences_and_one_over_them_together(offices_cast: Cast) -> None:
    # given: four departments decide on one day
    case_id = opened(offices_cast)
    decide_all(case_id, WEEKDAY)
    # then: each licence, and the combined one last, all with their sealed pages, none twice
    *parts, combined = queries.licences_of_case(case_id, at=WEEKDAY)
    assert [one.name for one in parts] == [
        "营业执照",
        "食品经营许可证",
        "公众聚集场所消防安全许可",
        "排水许可证",
    ]
    assert (combined.name, combined.is_combined) == ("行业综合许可证", True)
    assert set(combined.parts) == {one.id for one in parts}
    assert all(one.document for one in (*parts, combined))
    assert queries.verify_record(combined.id)
    # what happens to one of them shows on the combined one, which itself still holds
    fire = next(one for one in parts if one.type == "fire-safety-decision")
    why = {"law": "行政处罚法 9(三)", "reason": "消防设施停用", "by": head("fire"), "at": WEEKDAY}
    operations.suspend(id=fire.id, **why)
    assert parts_of(combined)["公众聚集场所消防安全许可"] is LicenceState.SUSPENDED
    operations.resume(id=fire.id, **why)
    food = next(one for one in parts if one.type == "food-business-licence")
    operations.revoke(id=food.id, law="行政许可法 69", reason="材料不实", by=head("market"), at=WEEKDAY)
    assert parts_of(combined) == {
        "营业执照": LicenceState.VALID, "食品经营许可证": LicenceState.REVOKED,
        "公众聚集场所消防安全许可": LicenceState.VALID, "排水许可证": LicenceState.VALID,
    }  # fmt: skip
    assert failures() == 0


def parts_of(combined: Licence) -> dict[str, LicenceState]:
    return {
        one.name: one.state for one in queries.verify(combined.identifier, combined.code, at=WEEKDAY).parts
    }
