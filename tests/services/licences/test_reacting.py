"""From a decided branch to the sealed licence, and the library that spares the next paper."""

from __future__ import annotations

import datetime as dt
import uuid
from types import SimpleNamespace

import pytest
from django.db import transaction

from tests.factories import cases as made
from tests.factories.cases import BASIS, Cast, food_licence, publish_items, sign_filing
from tests.services.licences.conftest import NOON, Granting
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox import queries as outbox_queries
from tongban.kernel.types import SYSTEM, Subject
from tongban.services.approvals import queries as approvals
from tongban.services.approvals.events import BranchDecided, LicencesCancelled, LicencesRevoked
from tongban.services.approvals.types import BranchState
from tongban.services.cases.events import CaseDecided
from tongban.services.catalogue.types import Material
from tongban.services.exemptions.registry import SOURCES
from tongban.services.exemptions.types import Kind, Paper, Request
from tongban.services.licences import library, operations, queries
from tongban.services.licences.types import LicenceState

pytestmark = pytest.mark.django_db
RESULT = [{"name": "食品经营许可证", "licence": "food-business-licence", "validity": "5 年"}]


@pytest.fixture
def case_id(cast: Cast) -> uuid.UUID:
    publish_items(
        food_licence(results=RESULT), sign_filing(results=[{"name": "回执", "licence": "shop-sign-filing"}])
    )
    return made.submit(cast, made.RESTAURANT_SUBJECT).case_id


def decide(case_id: uuid.UUID, item: str, outcome: str, branch: uuid.UUID) -> None:
    event = BranchDecided(
        case_id=str(case_id), branch_id=str(branch), item=item, department="market", outcome=outcome
    )
    with transaction.atomic():
        outbox.publish(event, at=NOON)
    outbox.deliver(at=NOON + dt.timedelta(seconds=1))


@pytest.mark.law("licence-issued-on-decision")
@pytest.mark.parametrize("outcome", ["granted", "silence"])
def test_a_granted_branch_gives_a_sealed_licence(case_id: uuid.UUID, outcome: str, cast: Cast) -> None:
    branch = uuid.uuid4()
    for _ in range(2):
        decide(case_id, "food-licence", outcome, branch)
    (licence,) = queries.licences_of_case(case_id)
    assert (licence.name, licence.state) == ("食品经营许可证", LicenceState.VALID)
    assert licence.holder == cast.subject
    assert licence.valid_until == dt.date(2031, 3, 9)
    assert licence.document is not None
    assert queries.verify_pdf(queries.pdf(licence.id, by=cast.applicant, purpose="下载", at=NOON)).is_whole
    assert outbox_queries.backlog(at=NOON).failed == 0


def test_a_refused_branch_gives_none(case_id: uuid.UUID) -> None:
    decide(case_id, "food-licence", "refused", uuid.uuid4())
    assert queries.licences_of_case(case_id) == ()


def test_a_grant_that_is_taken_back_takes_its_licences_along(case_id: uuid.UUID) -> None:
    branch = uuid.uuid4()
    decide(case_id, "food-licence", "granted", branch)
    (licence,) = queries.licences_of_case(case_id)
    head = {"case_id": str(case_id), "branch_id": str(branch), "item": "food-licence", "department": "market"}
    with transaction.atomic():
        outbox.publish(
            LicencesRevoked(**head, licences=(licence.number,), fault="fraud", reasons="材料不实"), at=NOON
        )
    outbox.deliver(at=NOON)
    assert queries.get_licence(licence.id).state is LicenceState.REVOKED
    with transaction.atomic():
        outbox.publish(
            LicencesCancelled(**head, licences=(str(licence.id),), lapse="taken-back", reasons="已撤销"),
            at=NOON,
        )
    outbox.deliver(at=NOON)
    assert queries.get_licence(licence.id).state is LicenceState.CANCELLED
    assert queries.changes_of(licence.id)[-1].law == "行政许可法 70"


PAPER = Paper("other", "别的事", Material.model_validate({
    "code": "licence-copy", "name": "食品经营许可证复印件", "basis": BASIS,
    "instead": [{"by": "licence_library", "licence": "food-business-licence"}],
}))  # fmt: skip


def test_what_is_in_the_library_need_not_be_brought(grant: Granting) -> None:
    holder = Subject("company", str(uuid.uuid4()))
    asked = Request(holder, NOON)
    assert library.find(asked, (PAPER,)) == {}
    id = operations.issue(grant=grant(holder=holder), by=SYSTEM, at=NOON)
    found = library.find(asked, (PAPER,))[PAPER.key]
    assert found.label == "食品经营许可证 SPJY3101042026000001"
    assert found.valid_until == dt.date(2031, 3, 9)
    operations.revoke(id=id, law="行政许可法 69", reason="材料不实", by=SYSTEM, at=NOON)
    assert library.find(asked, (PAPER,)) == {}


def test_the_library_is_plugged_in() -> None:
    assert "services.licences.library" in SOURCES.by_kind[Kind.LICENCE_LIBRARY]


def test_a_decided_bundle_gives_one_industry_licence_over_its_own(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = made.RESTAURANT.model_copy(update={"combined_licence": "industry-combined-licence"})
    monkeypatch.setattr(made, "RESTAURANT", bundle)
    publish_items(
        food_licence(results=RESULT), sign_filing(results=[{"name": "回执", "licence": "shop-sign-filing"}])
    )
    case_id = made.submit(cast, made.RESTAURANT_SUBJECT).case_id
    granted = [
        SimpleNamespace(id=uuid.uuid4(), item=item, department=department, state=BranchState.GRANTED)
        for item, department in (("food-licence", "market"), ("shop-sign", "police"))
    ]
    monkeypatch.setattr(approvals, "branches", lambda case_id: granted)
    for _ in range(2):
        with transaction.atomic():
            outbox.publish(CaseDecided(case_id=str(case_id), outcome="granted"), at=NOON)
        outbox.deliver(at=NOON + dt.timedelta(seconds=1))
    found = queries.licences_of_case(case_id)
    assert [one.is_combined for one in found] == [False, False, True]
    assert found[2].name == "行业综合许可证"
    assert set(found[2].parts) == {one.id for one in found[:2]}
    assert all(one.document for one in found)
