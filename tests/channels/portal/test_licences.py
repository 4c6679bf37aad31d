"""My licences: one's own only, shown to somebody for a while, downloaded with their seal."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.factories.cases import Cast
from tests.services.licences import restaurants
from tongban.channels.ui import frame, revision
from tongban.foundation.outbox import operations as outbox
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM, Subject
from tongban.services.licences import models, operations, queries
from tongban.services.licences.types import Grant, Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(giving: Cast, db: None, settings: Any) -> Cast:
    cache.clear()
    settings.DEMONSTRATION = True
    revision.forget()
    frame._frame.cache_clear()
    return giving


@pytest.fixture(scope="module")
def giving(office_people: Cast) -> Cast:
    """Have the city give licences, once for the module."""
    restaurants.give_licences()
    return office_people


def client(persona: str = "") -> Client:
    made = Client(raise_request_exception=False)
    if persona:
        made.get("/signin")
        made.post("/signin/persona", {"persona": persona})
    return made


def issue(holder: Subject, **changes: Any) -> uuid.UUID:
    given = {
        "type": "food-business-licence", "name": "食品经营许可证", "holder": holder, "holder_name": "沈知行",
        "item": "food", "item_version": 1, "department": "market", "district": "310104", "validity": "5 年",
        "branch_id": uuid.uuid4(), "face": (Line("经营场所", "马当路 288 号"),),
    }  # fmt: skip
    return operations.issue(grant=Grant(**given | changes), by=SYSTEM, at=clock.now())


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.slow
def test_mine_are_listed_and_shown_with_what_happened_to_them(cast: Cast) -> None:
    first, second = issue(cast.subject), issue(cast.subject, name="排水许可证", validity="1 年")
    issue(cast.company, name="烟草零售许可证")
    operations.suspend(
        id=second,
        law="行政处罚法 9(三)",
        reason="设施停用",
        by=restaurants.offices.head("market"),
        at=clock.now(),
    )
    outbox.deliver(at=clock.now())
    mine = client("p001")
    listed = text(mine.get("/licences"))
    assert "食品经营许可证" in listed and "排水许可证" in listed and "烟草零售许可证" not in listed
    assert listed.index("食品经营许可证") < listed.index("不再有效或者被暂扣的") < listed.index("排水许可证")
    page = text(mine.get(f"/licences/{second}"))
    assert "设施停用" in page and "行政处罚法 9(三)" in page and "暂扣" in page
    file = mine.get(f"/licences/{first}/licence.pdf")
    assert file["Content-Type"] == "application/pdf" and file.content.startswith(b"%PDF")
    assert queries.verify_pdf(file.content).is_original
    assert "My licences" in text(mine.get("/en/licences"))


def test_whoever_acts_for_a_company_sees_its_licences_too(cast: Cast) -> None:
    id = issue(cast.company)
    theirs = client("p002")
    assert "食品经营许可证" not in text(theirs.get("/licences"))
    assert "食品经营许可证" in text(theirs.get(f"/licences?of=company:{cast.company.id}"))
    assert theirs.get(f"/licences/{id}").status_code == 200
    assert client("p001").get(f"/licences?of=company:{cast.company.id}").status_code in (400, 404, 422)


def test_another_person_finds_nothing_by_changing_an_address(cast: Cast) -> None:
    id = issue(cast.subject)
    operations.share(id=id, purpose="租房", minutes=60, by=cast.applicant, at=clock.now())
    sharing = models.Sharing.objects.get()
    stranger = client("p006")
    for address in (f"/licences/{id}", f"/licences/{id}/licence.pdf", f"/licences/{uuid.uuid4()}"):
        assert stranger.get(address).status_code == 404
        assert client().get(address).status_code in (302, 303)
    assert stranger.post(f"/licences/{id}", {"purpose": "x", "minutes": "60"}).status_code == 404
    assert stranger.post(f"/licences/{id}/sharings/{sharing.id}").status_code == 404
    assert models.Sharing.objects.get() == sharing


def test_a_code_is_made_told_once_and_taken_back(cast: Cast) -> None:
    id, mine = issue(cast.subject), client("p001")
    refused = mine.post(f"/licences/{id}", {"purpose": " ", "minutes": "60"})
    assert refused.status_code == 422 and "请写明给谁看" in text(refused)
    assert mine.post(f"/licences/{id}", {"purpose": "租房", "minutes": "x"}).status_code == 422
    made = text(mine.post(f"/licences/{id}", {"purpose": "给房东看", "minutes": "60"}))
    code = (re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", made) or pytest.fail("no code"))[0]
    assert code not in text(mine.get(f"/licences/{id}"))
    seen = text(client().get(f"/verify?share={code.lower()}"))
    assert "给房东看" in seen and "马当路 288 号" in seen and "沈知行" in seen and "现在有效" in seen
    sharing = models.Sharing.objects.get()
    assert mine.post(f"/licences/{id}/sharings/{sharing.id}").status_code == 303
    over = client().get(f"/verify?share={code}")
    assert over.status_code == 404 and "已经过期、被收回" in text(over) and "马当路" not in text(over)


def test_a_combined_licence_shows_how_each_of_its_parts_stands(cast: Cast) -> None:
    parts = [issue(cast.subject, case_id=uuid.UUID(int=5)), issue(cast.subject, name="排水许可证")]
    grant = Grant(
        type="industry-combined-licence", name="行业综合许可证", holder=cast.subject, holder_name="沈知行", item="restaurant",
        item_version=1, department="market", district="310104",
    )  # fmt: skip
    combined = operations.issue_combined(grant=grant, parts=parts, by=SYSTEM, at=clock.now())
    operations.revoke(id=parts[1], law="行政许可法 69", reason="材料不实", by=SYSTEM, at=clock.now())
    page = text(client("p001").get(f"/licences/{combined}"))
    assert page.index("排水许可证") < page.index("已撤销")
    licence = queries.get_licence(combined)
    assert "已撤销" in text(client().get(f"/verify?id={licence.number}&code={licence.code}"))
