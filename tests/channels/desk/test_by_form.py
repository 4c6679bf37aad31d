"""What an applicant types about somebody else says nothing, by whatever channel one looks: page, interface, desk, *My data*."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.channels.desk.conftest import AtDesk, Moment, deliver
from tests.channels.openapi.software import Software, enter
from tests.factories.by_form import NOBODYS, OTHERS, OWN, Departments, open_departments
from tests.factories.cases import Cast, fill, start
from tongban.datahub.exchange import known
from tongban.foundation.identity import queries as identity
from tongban.services.cases import operations
from tongban.services.obtaining import operations as obtaining
from tongban.services.obtaining import rules

pytestmark = [pytest.mark.slow, pytest.mark.law("obtained-by-form-only-ones-own")]
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{8}(?=</)|(?:\d{4} ?){4}|[A-Z0-9]{6}(?=<)")


@pytest.fixture
def departments(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Departments]:
    monkeypatch.setattr(rules, "IDENTIFIES", ("shop-name",))  # in this city no two shops have one name
    with obtaining.in_this_transaction():
        yield open_departments(identity.identifiers_of(cast.subject).number)
    known.forget()


@pytest.fixture
def mine(cast: Cast) -> Client:
    return enter("p001")


def plain(text: str, shop: str) -> str:
    """Return what is said without what differs for every case: numbers of cases and calls, and what was typed itself."""
    return IDS.sub("#", re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)).replace(shop, "店")


def test_the_page_shows_what_comes_and_says_nothing_of_what_is_anothers(
    mine: Client, cast: Cast, departments: Departments, moment: Moment
) -> None:
    case_id = start(cast)
    said = mine.get(f"/apply/{case_id}/materials").content.decode()
    assert "填好“店名”后，我们向上海市公安局取得“购店信息”，不用您交" in said
    assert "去填写" in said and "/form/" in said
    seen = {}
    for shop in (OWN, OTHERS, NOBODYS):
        case_id = start(cast)
        operations.save_fields(case_id=case_id, values={"shop-name": shop}, by=cast.applicant, at=moment.at)
        answer = mine.get(f"/apply/{case_id}/materials", follow=True)
        seen[shop] = plain(answer.content.decode(), shop)
    assert "由上海市公安局数据共享取得：购店信息" in seen[OWN] and "去填写" not in seen[OWN]
    assert "由上海市公安局数据共享取得：验店信息" in seen[OWN]
    assert seen[OTHERS] == seen[NOBODYS]
    assert "已向上海市公安局查询“购店信息”，没有查到能用的记录，需要您准备" in seen[OTHERS]
    said = mine.get("/my-data", follow=True).content.decode()
    assert said.count("购店信息") == 1, "one's own call is in one's account, those about others are not"


def test_the_interface_answers_the_same(
    mine: Client, cast: Cast, departments: Departments, moment: Moment
) -> None:
    software, seen = Software(mine), {}
    for number, shop in enumerate((OWN, OTHERS, NOBODYS)):
        case_id = software.begin("item/food-licence", f"begin-{number}")
        form = software.ask("GET", f"/cases/{case_id}/form")
        tag = f'"{form["version"]}"'
        software.ask("PATCH", f"/cases/{case_id}/form", {"values": {"shop-name": shop}}, If_Match=tag)
        operations.obtain_papers(case_id=uuid.UUID(case_id), at=moment.at)
        said = software.ask("GET", f"/cases/{case_id}/materials")
        (layout,) = [one for one in said if one["code"] == "layout"]
        assert layout["obtained"]["asked_by"] == ["shop-name"]
        seen[shop] = plain(json.dumps(said, ensure_ascii=False), shop)
    assert '"standing": "found"' in seen[OWN]
    assert seen[OTHERS] == seen[NOBODYS]


def test_the_desk_sees_what_came_and_nothing_of_another(
    at_desk: AtDesk, cast: Cast, departments: Departments, moment: Moment
) -> None:
    clerk, seen, drafts = at_desk("s-market-clerk"), {}, {}
    for shop in (OWN, OTHERS, NOBODYS):
        drafts[shop] = start(cast)
        operations.save_fields(
            case_id=drafts[shop], values={"shop-name": shop}, by=cast.applicant, at=moment.at
        )
        operations.obtain_papers(case_id=drafts[shop], at=moment.at)
    for shop, case_id in drafts.items():
        fill(cast, case_id, shop=shop)
        operations.submit(case_id=case_id, by=cast.applicant, at=moment.at)
        deliver(moment.at)
        answer = clerk.get(f"/desk/cases/{case_id}?paper=food-licence.layout")
        assert answer.status_code == 200
        preview = answer.content.decode().partition('class="dpreview"')[2].partition("</section>")[0]
        seen[shop] = plain(preview, shop)
    assert "经数据交换取得，交换编号" in seen[OWN]
    assert "经数据交换取得" not in seen[OTHERS]
    assert seen[OTHERS] == seen[NOBODYS]
