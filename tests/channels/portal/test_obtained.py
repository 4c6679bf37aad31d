"""The page of papers while departments are asked: obtained within the view, under way, and asked for in vain."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.channels.portal.test_apply import cast, enter, mine
from tests.factories.cases import Cast, food_licence, publish_items, sign_filing, start
from tests.factories.obtaining import LAW, RESOURCE, Register, holder, list_data, publish, state
from tongban.channels.ui import revision
from tongban.datahub.exchange import known
from tongban.datahub.resources.types import Demand
from tongban.kernel import clock
from tongban.services.obtaining import operations

__all__ = ["cast", "enter", "mine"]
MOST = 20


@pytest.fixture
def register(cast: Cast) -> Iterator[Register]:
    """Yield the register of the police, whose data stands for the copy of an identity card."""
    list_data()
    register = Register(holder)
    publish(register)
    state()
    with operations.in_this_transaction():
        yield register
    known.forget()


def page(client: Client, case_id: object, query: str = "") -> str:
    answer = client.get(f"/apply/{case_id}/materials{query}", follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_is_obtained_within_the_view_says_where_from(
    mine: Client, cast: Cast, register: Register
) -> None:
    said = page(mine, start(cast, at=clock.now()))
    assert "由上海市公安局数据共享取得：人口基本信息" in said
    assert "取得：证件号码、姓名" in said
    assert "交换编号" in said
    assert "hx-trigger" not in said or "load delay" not in said, "nothing is left to look for"


@pytest.mark.slow
def test_in_english_the_reasons_are_sentences_and_names_are_marked(
    mine: Client, cast: Cast, register: Register
) -> None:
    case_id = start(cast, at=clock.now())
    page(mine, case_id)
    answer = mine.get(f"/en/apply/{case_id}/materials", follow=True)
    said = answer.content.decode()
    assert "&lt;" not in said
    assert re.search('Obtained from [^<]+ by data sharing: <span lang="zh-CN">人口基本信息</span>', said)
    assert re.search("Obtained [0-9: -]+: [^<、]+, [^<、]+ · ", said)
    assert "数据共享取得" not in said and "需要您准备" not in said and "已经并入您填的" not in said


def test_what_is_under_way_is_looked_for_again_some_times(
    mine: Client, cast: Cast, register: Register
) -> None:
    register.rows = RuntimeError("down")
    case_id = start(cast, at=clock.now())
    said = page(mine, case_id)
    assert "正在向上海市公安局取得“人口基本信息”，不用您准备" in said
    assert "materials?look=1" in said and "load delay" in said
    last = page(mine, case_id, "?look=6")
    assert "load delay" not in last and "现在再看看" in last
    for odd in ("?look=-1", "?look=x", "?look=9999"):
        assert "materials?look=1" in page(mine, case_id, odd)
    assert len(register.asked) == 1


def test_what_is_not_there_is_asked_for_with_the_reason(mine: Client, cast: Cast, register: Register) -> None:
    register.rows = ()
    said = page(mine, start(cast, at=clock.now()))
    assert "已向上海市公安局查询“人口基本信息”，没有查到能用的记录，需要您准备" in said
    assert "load delay" not in said


def test_obtaining_costs_the_page_no_more_statements_than_any(
    mine: Client, cast: Cast, register: Register
) -> None:
    page(mine, start(cast, at=clock.now()))  # warm: what a process remembers is asked for once
    case_id = start(cast, at=clock.now())
    with CaptureQueriesContext(connection) as seen:
        answer = mine.get(f"/apply/{case_id}/materials")
    assert (answer.status_code, answer.url) == (303, f"/apply/{case_id}/materials")  # type: ignore[attr-defined]
    # What is asked and kept of the provider goes by a connection of its own; here all share one.
    own = [one["sql"] for one in seen if "UPDATE obtaining_want" not in one["sql"]]
    assert len(own) <= MOST, own


def test_the_guide_says_whose_data_stands_for_a_paper(mine: Client, cast: Cast) -> None:
    assert "部门之间共享" in mine.get("/items/food-licence").content.decode()
    demand = Demand.model_validate({
        "code": "need", "department": "market", "item": "food-licence", "material": "id-copy", "resource": RESOURCE,
        "fields": ["name"], "purpose": "核对身份", "basis": LAW,
    })  # fmt: skip
    list_data(demand)
    revision.forget()
    publish_items(food_licence(), sign_filing())
    said = mine.get("/items/food-licence").content.decode()
    assert "由上海市公安局数据共享取得：人口基本信息" in said
    assert "Obtained from" in mine.get("/en/items/food-licence").content.decode()
