"""Who gets to which page of the desk of data: data officers; of requests and grants, those whom they concern."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

from tests.channels.datadesk.conftest import AUTHORITY, OWNING, WANTING, AtDesk
from tests.factories.resources import MARKET, MORNING, OFFICE, wish
from tongban.channels.datadesk.urls import urlpatterns
from tongban.datahub.resources import models, operations
from tongban.kernel.types import SYSTEM

pytestmark = pytest.mark.slow

ROUTES = sorted(str(route.pattern) for route in urlpatterns)
OF_DEPARTMENTS = [route for route in ROUTES if "request_id" in route or "grant_id" in route]
STRANGER = "s-cityscape"
OWN = {
    "data/duties/<slug:code>": (OWNING, AUTHORITY),
    "data/resources/<slug:code>/change": (OWNING, AUTHORITY),
    "data/negatives/new": (AUTHORITY,),
    "data/negatives/<slug:code>": (AUTHORITY,),
}
"""Forms that only those see who may send them."""
CODES = {
    "resources": "health-checks", "duties": "office-health-checks", "negatives": "no-adoption",
    "systems": "SH/GOV/market/desk", "flows": "office",
}  # fmt: skip


def address(route: str, **values: object) -> str:
    """Return the address of a route; a code is one of the list that the route is about."""
    said = {"name": "withdraw", "code": CODES.get(f"{route}/".split("/")[1], "")} | values
    return "/" + re.sub(r"<(\w+):(\w+)>", lambda place: str(said.get(place[2], uuid.uuid4())), route)


@pytest.fixture
def things(at_desk: AtDesk) -> dict[str, object]:
    """Give a request of the market to the office, and a grant of another."""
    waits = operations.state_demand(wish=wish(), promised=True, by=MARKET, at=MORNING)
    more = operations.state_demand(
        wish=wish("health-checks", "shop", material="hygiene"), promised=True, by=MARKET, at=MORNING
    )
    return {
        "request_id": waits,
        "grant_id": operations.grant_request(request_id=more, by=OFFICE, at=MORNING),
    }


def test_the_routes_of_departments_are_all_here() -> None:
    assert len(OF_DEPARTMENTS) >= 3 and len(ROUTES) > len(OF_DEPARTMENTS)


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_but_data_officers_gets_to_any_page(
    route: str, things: dict[str, object], at_desk: AtDesk
) -> None:
    where = address(route, **things)
    citizen = Client()
    citizen.post("/signin/persona", {"persona": "p001"})
    reviewer = at_desk("s-review")
    for method in ("get", "post"):
        answer = getattr(Client(), method)(where)
        assert answer.status_code == 303 and answer["Location"].startswith("/staff/signin")
        assert getattr(citizen, method)(where).status_code == 403
        answer = getattr(reviewer, method)(where)
        assert answer.status_code == 403 and "这里由数据专员使用" in answer.content.decode()


@pytest.mark.parametrize("route", OF_DEPARTMENTS)
def test_what_is_between_two_departments_is_not_there_for_a_third(
    route: str, things: dict[str, object], at_desk: AtDesk
) -> None:
    where, client = address(route, **things), at_desk(STRANGER)
    for method in ("get", "post"):
        answer = getattr(client, method)(where)
        said = answer.content.decode()
        assert (answer.status_code == 404 and "不能查看" in said) or "没有这项数据授权" in said
        assert "从业人员健康检查" not in said
    assert not models.Note.objects.filter(by_id=STRANGER).exists()


@pytest.mark.slow
@pytest.mark.parametrize("who", [WANTING, OWNING, AUTHORITY])
def test_whom_it_concerns_is_answered_at_the_same_addresses(
    who: str, things: dict[str, object], at_desk: AtDesk
) -> None:
    client = at_desk(who)
    for route in ROUTES:
        if re.search(r"<uuid:(?!request_id|grant_id)|<subsystem:|<path:", route):
            continue  # contests, secrecies, systems, services: with tests of their own
        answer = client.get(address(route, **things))
        expected = (404, 303) if route.endswith(("take-off", "rejected", "/state")) else (200,)
        assert answer.status_code in (expected if who in OWN.get(route, (who,)) else (403,)), route


def test_who_has_several_departments_chooses_for_which_they_look(at_desk: AtDesk) -> None:
    from tongban.foundation.government import operations as government
    from tongban.foundation.government import queries as offices
    from tongban.foundation.government.types import StaffMember

    both = StaffMember(code="s-both", name="何静（演示）", posts=("data-market", "data-office"))
    government.load_government(
        departments=offices.departments(), districts=offices.districts(), posts=offices.posts(),
        staff=[*offices.staff(), both], by=SYSTEM, at=MORNING,
    )  # fmt: skip
    waits = operations.state_demand(wish=wish(), promised=True, by=MARKET, at=MORNING)
    client = at_desk("s-both")
    assert str(waits) not in client.get("/data").content.decode()
    assert str(waits) in client.get("/data?of=office").content.decode()
    assert str(waits) not in client.get("/data?of=cityscape").content.decode()
