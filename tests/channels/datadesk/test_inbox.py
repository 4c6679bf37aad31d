"""What officers were told stands in an inbox at both desks: counted in the header, marked as read, with a way to the matter."""

from __future__ import annotations

import re
import uuid

import pytest

from tests.channels.datadesk.conftest import OWNING, WANTING, AtDesk
from tests.channels.desk.conftest import Moment, deliver
from tests.factories.resources import MARKET, MORNING, wish
from tongban.datahub.resources import operations
from tongban.datahub.resources.tellings import Named
from tongban.foundation.messages import operations as messages
from tongban.foundation.messages import queries as told
from tongban.foundation.messages.models import Message
from tongban.kernel.types import Subject

OFFICER = Subject("staff", OWNING)

pytestmark = pytest.mark.slow


@pytest.fixture
def waits(at_desk: AtDesk) -> uuid.UUID:
    """Give a request of which the office was told."""
    id = operations.state_demand(wish=wish("health-checks", "is-fit"), promised=True, by=MARKET, at=MORNING)
    deliver(MORNING)
    return id


@pytest.mark.parametrize("here", ["/data/inbox", "/desk/inbox"])
def test_a_message_is_counted_read_and_leads_to_its_matter(
    at_desk: AtDesk, waits: uuid.UUID, here: str
) -> None:
    client = at_desk(OWNING)
    said = client.get(here).content.decode()
    assert "有一项数据需求待答复" in said
    assert re.search(r'class="desk-bell".*?<b>1</b>', said, re.S)
    (one,) = told.inbox(OFFICER)
    assert one.about == Subject("data-request", str(waits))
    answer = client.post(here, {"message": str(one.id), "open": "1"})
    assert (answer.status_code, answer["Location"]) == (303, f"/data/requests/{waits}")
    said = client.get(here).content.decode()
    assert "都看过了" in said and "<b>1</b>" not in said
    assert "有一项数据需求待答复" in client.get(f"{here}?view=all").content.decode()
    other = at_desk(WANTING)
    assert "有一项数据需求待答复" not in other.get(f"{here}?view=all").content.decode(), "it was not told"
    other.post(here, {"message": str(one.id)})


def test_nobody_marks_what_another_was_told_and_a_broken_page_does_nothing(
    at_desk: AtDesk, waits: uuid.UUID
) -> None:
    message = Message.objects.get(to_id=OWNING)
    client = at_desk(WANTING)
    for wanted in (str(message.id), "nonsense", "", str(uuid.uuid4())):
        answer = client.post("/data/inbox", {"message": wanted, "open": "1"})
        assert (answer.status_code, answer["Location"]) == (303, "/data/inbox")
    assert told.unread_count(OFFICER) == 1
    at_desk(OWNING).post("/data/inbox", {"message": "all"})
    assert told.unread_count(OFFICER) == 0


def test_a_late_answer_is_told_to_the_authority_with_its_way(
    at_desk: AtDesk, waits: uuid.UUID, moment: Moment
) -> None:
    moment.pass_days(20)
    found = told.inbox(Subject("staff", "s-authority"))
    assert [(one.template, one.about) for one in found] == [
        ("data.answer_overdue", Subject("data-request", str(waits)))
    ]


def test_a_message_about_a_case_opens_the_case(at_desk: AtDesk) -> None:
    case = uuid.uuid4()
    id = messages.send(
        to=OFFICER,
        template="data.demand_waits",
        values={"department": Named("x"), "resource": Named("y"), "due_on": "z"},
        case=case,
        at=MORNING,
    )
    answer = at_desk(OWNING).post("/desk/inbox", {"message": str(id), "open": "1"})
    assert answer["Location"] == f"/desk/cases/{case}"
