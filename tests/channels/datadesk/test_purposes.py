"""Calls beside the purpose of a grant: who gave it, the authority, who holds it and supervision hear of them, and see which."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import transaction

from tests.channels.datadesk.conftest import AUTHORITY, OWNING, WANTING, AtDesk
from tests.channels.desk.conftest import deliver
from tests.factories.resources import MARKET, MORNING, OFFICE, wish
from tongban.datahub.resources import operations as resources
from tongban.foundation.messages import queries as messages
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import Subject
from tongban.oversight.effectiveness.models import Entry
from tongban.services.disclosures import models
from tongban.services.disclosures.events import AskedBesidePurpose

pytestmark = pytest.mark.slow
DAY = MORNING.date() - dt.timedelta(days=1)
ISSUE = "8401325457718306"


@pytest.fixture
def found(at_desk: AtDesk) -> uuid.UUID:
    """Have it be found that the market used the office's data for a case that is not its own; return the grant."""
    request = resources.state_demand(wish=wish(), promised=True, by=MARKET, at=MORNING)
    grant = resources.grant_request(request_id=request, by=OFFICE, at=MORNING)
    models.Beside.objects.create(
        grant=grant, consumer="SH/GOV/market/desk", holder="market", owner="office", resource="health-checks",
        issue=ISSUE, items=["food-licence"], why="department", calls=4, first=uuid.uuid4(), on=DAY,
    )  # fmt: skip
    with transaction.atomic():
        said = AskedBesidePurpose(str(grant), "office", "market", "health-checks", DAY.isoformat(), 1, 4)
        outbox.publish(said, at=MORNING)
    deliver(MORNING)
    return grant


def test_both_sides_the_authority_and_supervision_hear_of_it(found: uuid.UUID) -> None:
    for officer, title in (
        (OWNING, "有授权被用在别的事情上"),
        (AUTHORITY, "有授权被用在别的事情上"),
        (WANTING, "您部门的系统超出授权用途查了数据"),
    ):
        (one,) = [
            said for said in messages.inbox(Subject("staff", officer))
            if said.about == Subject("data-grant", str(found))
        ]  # fmt: skip
        assert one.title == title and "1 件办件查了 4 次" in one.body and ISSUE not in one.body
    (entry,) = Entry.objects.all()
    assert (entry.kind, entry.department, entry.law, entry.case_id) == (
        "purpose", "market", "上海市数据条例 40", None,
    )  # fmt: skip


def test_which_cases_stand_on_the_grant_for_both_sides_and_nobody_else(
    found: uuid.UUID, at_desk: AtDesk
) -> None:
    for officer in (OWNING, WANTING, AUTHORITY):
        page = at_desk(officer).get(f"/data/grants/{found}").content.decode()
        assert ISSUE in page and "办件不归用数部门办" in page
        listed = at_desk(officer).get("/data/worth/purposes").content.decode()
        assert f"/data/grants/{found}#beside" in listed
    assert "收回授权" in at_desk(OWNING).get(f"/data/grants/{found}").content.decode()
    stranger = at_desk("s-cityscape")
    assert str(found) not in stranger.get("/data/worth/purposes").content.decode()
    assert stranger.get(f"/data/grants/{found}").status_code == 404
    assert at_desk(OWNING).get("/en/data/worth/purposes").status_code == 200
