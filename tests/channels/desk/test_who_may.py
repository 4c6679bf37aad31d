"""Who gets to which page of the desk: nobody sees another department's case, whatever address they write."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

from tests.channels.desk.conftest import Moment, deliver, seat
from tests.factories.cases import Cast, store, submit
from tongban.channels.desk.urls import urlpatterns
from tongban.foundation.ledger.models import Record
from tongban.kernel.types import SYSTEM
from tongban.services.approvals import queries as approvals
from tongban.services.cases import operations
from tongban.services.cases import queries as cases

pytestmark = pytest.mark.slow

ROUTES = sorted(str(route.pattern) for route in urlpatterns)
OF_CASES = [route for route in ROUTES if "<uuid:case_id>" in route]
OUTSIDERS = ("s-police-all", "s-guide")


def address(route: str, **values: object) -> str:
    """Return the address of a route; places that are not named get something that is there nowhere."""
    said = {"act": "accept", "code": "applicant-id-number"} | values
    return "/" + re.sub(r"<(\w+):(\w+)>", lambda place: str(said.get(place[2], uuid.uuid4())), route)


@pytest.fixture
def case_id(cast: Cast, moment: Moment) -> uuid.UUID:
    case_id = submit(cast).case_id
    deliver(moment.at)
    return case_id


def test_the_routes_of_cases_are_all_here() -> None:
    assert len(OF_CASES) >= 5 and len(ROUTES) > len(OF_CASES)


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_without_a_desk_gets_to_any_page(route: str, case_id: uuid.UUID) -> None:
    document = store(cases.get_case(case_id, by=SYSTEM).applicant)
    where = address(route, case_id=case_id, document=document)
    citizen = Client()
    citizen.post("/signin/persona", {"persona": "p001"})
    for method in ("get", "post"):
        answer = getattr(Client(), method)(where)
        assert answer.status_code == 303 and answer["Location"].startswith("/staff/signin")
        answer = getattr(citizen, method)(where)
        assert answer.status_code == 403 and "这是工作人员的页面" in answer.content.decode()


@pytest.mark.parametrize("route", OF_CASES)
@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_case_of_another_department_is_not_there(route: str, who: str, case_id: uuid.UUID) -> None:
    document = next(one.document for one in cases.get_case(case_id, by=SYSTEM).materials if one.document)
    where = address(route, case_id=case_id, document=document)
    client = seat(who)
    before = Record.objects.filter(act="case.read").count()
    for method in ("get", "post"):
        answer = getattr(client, method)(where)
        said = answer.content.decode()
        assert answer.status_code == 404, said[:2000]
        assert "办件" in said and "小面馆" not in said and str(case_id) not in said.replace(where, "")
    assert Record.objects.filter(act="case.read").count() == before


@pytest.mark.slow
def test_a_department_sees_neither_opinions_nor_papers_of_the_one_beside_it(
    cast: Cast, moment: Moment
) -> None:
    from tests.factories.cases import CLERK, RESTAURANT_SUBJECT, REVIEWER
    from tongban.services.approvals import operations as acts
    from tongban.services.approvals.types import Stance

    case_id = submit(cast, RESTAURANT_SUBJECT).case_id
    deliver(moment.at)
    operations.accept(case_id=case_id, by=CLERK, at=moment.at)
    deliver(moment.at)
    own = {one.item: one for one in approvals.branches(case_id, at=moment.at)}
    grounds = "冷菜间面积偏小，内部先讨论。"
    food = own["food-licence"].id
    acts.give_opinion(branch_id=food, stance=Stance.REFUSE, grounds=grounds, by=REVIEWER, at=moment.at)
    police = seat("s-police-all")

    for beside in ("", f"?branch={food}"):
        answer = police.get(f"/desk/cases/{case_id}{beside}")
        assert answer.status_code == 200 and grounds not in answer.content.decode()
    papers = cases.get_case(case_id, by=SYSTEM).materials
    theirs = {one.document for one in papers if one.item == "shop-sign"}
    others = next(one.document for one in papers if one.document and one.document not in theirs)
    assert police.get(f"/desk/cases/{case_id}/papers/{others}").status_code == 404
    for act, values in (
        ("opinion", {"stance": "grant", "grounds": "我来写。"}),
        ("grant", {"reasons": "我来定。"}),
        ("stop", {"procedure": "test", "days": "3", "reason": "我来停。"}),
    ):
        answer = police.post(f"/desk/cases/{case_id}/acts/{act}?branch={food}", values)
        assert answer.status_code == 403 and "只能由本部门的" in answer.content.decode()
