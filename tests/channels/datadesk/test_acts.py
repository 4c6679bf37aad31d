"""Acts on a request and on a grant from their pages: each does what its form says, and says what was wrong."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.channels.datadesk.conftest import AUTHORITY, OWNING, WANTING, AtDesk
from tests.channels.desk.conftest import Moment
from tests.factories.resources import MARKET, MORNING, wish
from tongban.datahub.resources import operations, queries
from tongban.datahub.resources.types import GrantState, RequestState

pytestmark = pytest.mark.slow


@pytest.fixture
def request_id(at_desk: AtDesk) -> uuid.UUID:
    wanted = wish("health-checks", "is-fit", "shop", per_day=200)
    return operations.state_demand(wish=wanted, promised=True, by=MARKET, at=MORNING)


@pytest.fixture
def nowhere(at_desk: AtDesk) -> uuid.UUID:
    """Give a request for data that is not in the catalogue, asked of the office."""
    wanted = wish(None, fields=(), elements=("nobody-has-this",), asked="office")
    return operations.state_demand(wish=wanted, promised=True, by=MARKET, at=MORNING)


def sent(client: Client, request_id: uuid.UUID, act: str, **form: Any) -> Any:
    return client.post(f"/data/requests/{request_id}/{act}", form)


@pytest.mark.slow
def test_an_owner_gives_fewer_fields_a_shorter_time_fewer_calls(
    at_desk: AtDesk, request_id: uuid.UUID
) -> None:
    client = at_desk(OWNING)
    answer = sent(
        client, request_id, "grant", fields=["is-fit"], until="2026-06-30", per_day="50", answer="够用"
    )
    assert answer.status_code == 303 and "done=grant" in answer["Location"]
    request = queries.get_request(request_id)
    assert (request.state, request.fields, request.answer) == (RequestState.GRANTED, ("is-fit",), "够用")
    assert request.grant is not None
    grant = queries.get_grant(request.grant)
    assert (grant.fields, grant.per_day, grant.until.isoformat()) == (("is-fit",), 50, "2026-06-30")
    said = client.get(answer["Location"]).content.decode()
    assert "已签发授权" in said and "没给" in said and f"/data/grants/{grant.id}" in said


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"fields": [], "per_day": "50"}, "一项也不给的，请选择不同意"),
        ({"fields": ["name"], "per_day": "50"}, "没有在需求里"),
        ({"fields": ["is-fit"], "per_day": "201"}, "每日调用次数要在 1 到 200 之间"),
        ({"fields": ["is-fit"], "per_day": "x"}, "不是一个数"),
        ({"fields": ["is-fit"], "per_day": "5", "until": "2026-03-01"}, "已经过去"),
    ],
)
def test_what_can_not_be_granted_is_said_and_nothing_typed_is_lost(
    form: dict[str, Any], says: str, at_desk: AtDesk, request_id: uuid.UUID
) -> None:
    answer = sent(at_desk(OWNING), request_id, "grant", answer="先看看", **form)
    said = answer.content.decode()
    assert answer.status_code in (422, 409, 400) and says in said and "先看看" in said
    assert queries.get_request(request_id).state is RequestState.QUEUED


def test_refusing_wants_a_law_and_a_reason(at_desk: AtDesk, request_id: uuid.UUID) -> None:
    client = at_desk(OWNING)
    answer = sent(client, request_id, "refuse", law="", reason="不便")
    assert answer.status_code == 422 and "要写明法律依据和理由" in answer.content.decode()
    assert "不便" in answer.content.decode()
    assert sent(client, request_id, "refuse", law="个人信息保护法 28", reason="超出必要").status_code == 303
    said = at_desk(WANTING).get(f"/data/requests/{request_id}").content.decode()
    assert "个人信息保护法 28" in said and "超出必要" in said and "不给" in said


def test_who_asked_takes_it_back(at_desk: AtDesk, request_id: uuid.UUID) -> None:
    assert sent(at_desk(WANTING), request_id, "withdraw", reason="改用证照").status_code == 303
    assert queries.get_request(request_id).state is RequestState.WITHDRAWN


def test_the_authority_gives_more_time_once(at_desk: AtDesk, request_id: uuid.UUID) -> None:
    client = at_desk(AUTHORITY)
    before = queries.get_request(request_id).due_on
    assert sent(client, request_id, "extend", days="3", reason="要核对").status_code == 303
    after = queries.get_request(request_id).due_on
    assert before is not None and after is not None and after > before
    assert "延长期限" not in client.get(f"/data/requests/{request_id}").content.decode().partition("qdock")[2]
    answer = sent(client, request_id, "extend", days="3", reason="再核对")
    assert answer.status_code == 409 and "已经延长过一次" in answer.content.decode()


def test_what_is_nowhere_is_passed_on_or_put_into_the_catalogue(at_desk: AtDesk, nowhere: uuid.UUID) -> None:
    client = at_desk(OWNING)
    said = client.get(f"/data/requests/{nowhere}").content.decode()
    assert "目录里没有，要先确认归谁" in said and "转请其他部门" in said
    answer = sent(client, nowhere, "forward", department="market", reason="归你们")
    assert answer.status_code == 422 and "请选另一个部门" in answer.content.decode()
    assert sent(client, nowhere, "forward", department="cityscape", reason="归市容").status_code == 303
    assert queries.get_request(nowhere).owner == "cityscape"
    assert (
        sent(at_desk(AUTHORITY), nowhere, "forward", department="office", reason="还是这里").status_code
        == 303
    )


def test_a_panel_is_asked_for_alone_and_stands_on_the_page_without_scripts(
    at_desk: AtDesk, request_id: uuid.UUID
) -> None:
    client = at_desk(OWNING)
    alone = client.get(f"/data/requests/{request_id}/refuse", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in alone and "法律和条文" in alone
    whole = client.get(f"/data/requests/{request_id}/refuse").content.decode()
    assert "<html" in whole and "法律和条文" in whole
    not_theirs = client.get(f"/data/requests/{request_id}/withdraw", headers={"HX-Request": "true"})
    assert not_theirs.content.strip() == b""
    assert client.get(f"/data/requests/{request_id}/nothing").status_code == 404


def test_a_late_answer_is_red_and_can_still_be_given(
    at_desk: AtDesk, request_id: uuid.UUID, moment: Moment
) -> None:
    moment.pass_days(16)
    said = at_desk(OWNING).get("/data").content.decode()
    assert "超期 2 日" in said and "已过期限，已转请数据主管部门协调" in said
    late = at_desk(AUTHORITY).get("/data/worth/overdue").content.decode()
    assert "2 个工作日" in late and str(request_id) in late


def test_a_grant_shows_its_use_and_is_taken_back_with_a_reason(
    at_desk: AtDesk, request_id: uuid.UUID
) -> None:
    client = at_desk(OWNING)
    sent(client, request_id, "grant", fields=["is-fit"], per_day="50")
    grant = queries.get_request(request_id).grant
    held = at_desk(WANTING)
    assert str(grant) in held.get("/data/grants?view=held").content.decode()
    said = held.get(f"/data/grants/{grant}").content.decode()
    assert "没有调用过" in said and "收回授权" not in said
    assert held.post(f"/data/grants/{grant}", {"why": "不该我来"}).status_code == 403
    answer = client.post(f"/data/grants/{grant}", {"why": " "})
    assert answer.status_code == 422 and "要写明理由" in answer.content.decode()
    assert client.post(f"/data/grants/{grant}", {"why": "超出必要范围"}).status_code == 303
    assert grant is not None and queries.get_grant(grant).state is GrantState.REVOKED
    assert "超出必要范围" in held.get(f"/data/grants/{grant}").content.decode()
    assert str(grant) in client.get("/data/grants?view=ended").content.decode()


def test_a_grants_use_stands_beside_its_daily_limit(at_desk: AtDesk, request_id: uuid.UUID) -> None:
    client = at_desk(OWNING)
    sent(client, request_id, "grant", fields=["is-fit"], per_day="50")
    grant = queries.get_request(request_id).grant
    with connection.cursor() as cursor:
        for day, shard, calls in (
            ("2026-03-02", 1, 30),
            ("2026-03-02", 2, 12),
            ("2026-02-27", 1, 50),
            ("2026-01-01", 1, 9),
        ):
            cursor.execute(
                'INSERT INTO exchange_meter ("grant", day, shard, calls) VALUES (%s, %s, %s, %s)', [grant, day, shard, calls]
            )  # fmt: skip
    said = client.get(f"/data/grants/{grant}").content.decode()
    assert "近 30 天共 92 次，最多的一天 50 次" in said and "<b>42</b> / 50 次" in said
    assert said.count('class="late"') == 1 and said.count('class="used"') == 1
    assert "42 / 50" in client.get("/data/grants").content.decode()


def test_what_owners_answered_before_stands_below(at_desk: AtDesk, request_id: uuid.UUID) -> None:
    client = at_desk(OWNING)
    sent(client, request_id, "refuse", law="个人信息保护法 28", reason="超出必要")
    again = operations.state_demand(
        wish=wish("health-checks", "shop", material="hygiene"), promised=True, by=MARKET, at=MORNING
    )
    said = client.get(f"/data/requests/{again}").content.decode()
    assert "这项资源以前怎么答的" in said and "个人信息保护法 28" in said.partition("qearlier")[2]


def test_a_department_that_it_does_not_concern_finds_nothing(at_desk: AtDesk, request_id: uuid.UUID) -> None:
    sent(at_desk(OWNING), request_id, "grant", fields=["is-fit"], per_day="50")
    grant = queries.get_request(request_id).grant
    stranger = at_desk("s-cityscape")
    for method in ("get", "post"):
        assert getattr(stranger, method)(f"/data/requests/{request_id}").status_code == 404
        assert getattr(stranger, method)(f"/data/requests/{request_id}/refuse").status_code == 404
        assert getattr(stranger, method)(f"/data/grants/{grant}").status_code == 404
