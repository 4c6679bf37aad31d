"""The three lists on top, what waits beside, one request open; who gets here and what each may do."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

from tests.channels.datadesk.conftest import AUTHORITY, OWNING, WANTING, AtDesk
from tests.factories.resources import MARKET, MORNING, wish
from tongban.datahub.resources import operations


@pytest.fixture
def request_id(at_desk: AtDesk) -> uuid.UUID:
    return operations.state_demand(
        wish=wish("health-checks", "is-fit", "shop"), promised=True, by=MARKET, at=MORNING
    )


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def test_a_reviewer_is_told_who_the_data_officer_is(at_desk: AtDesk) -> None:
    answer = at_desk("s-review").get("/data")
    said = answer.content.decode()
    assert answer.status_code == 403
    assert "这里由数据专员使用" in said and "陈明（演示）" in said and "李华（演示）" not in said


def test_the_owner_sees_what_waits_with_its_clock(at_desk: AtDesk, request_id: uuid.UUID) -> None:
    said = text_of(at_desk(OWNING), "/data")
    assert "等我部门答复" in said and "从业人员健康检查信息" in said and "剩 10 日" in said
    assert str(request_id) in said and "签发授权" in said


def test_who_asked_sees_it_and_can_only_take_it_back(at_desk: AtDesk, request_id: uuid.UUID) -> None:
    said = text_of(at_desk(WANTING), f"/data/requests/{request_id}")
    assert "撤回需求" in said and "签发授权" not in said
    assert str(request_id) in text_of(at_desk(WANTING), "/data?view=stated")
    assert str(request_id) not in text_of(at_desk(WANTING), "/data")


def test_the_authority_sees_all_that_waits(at_desk: AtDesk, request_id: uuid.UUID) -> None:
    said = text_of(at_desk(AUTHORITY), "/data?view=all")
    assert str(request_id) in said and "延长期限" in said


def test_one_goes_from_one_to_the_next_by_keys(at_desk: AtDesk, request_id: uuid.UUID) -> None:
    more = wish("health-checks", "shop", material="hygiene")
    later = operations.state_demand(wish=more, promised=True, by=MARKET, at=MORNING)
    client = at_desk(OWNING)
    first, second = (
        one for one in re.findall(r'href="(/data/requests/[0-9a-f-]+)" ?[a>]', text_of(client, "/data"))
    )
    said = text_of(client, first)
    assert f'href="{second}" data-key="j"' in said and 'data-key="k"' not in said
    said = text_of(client, second)
    assert f'href="{first}" data-key="k"' in said and 'data-key="j"' not in said
    assert {first.rpartition("/")[2], second.rpartition("/")[2]} == {str(request_id), str(later)}
    assert "全部按键" in text_of(client, "/data/keys")
