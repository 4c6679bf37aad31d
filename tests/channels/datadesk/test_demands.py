"""A demand from a material: what would be answered is seen at once, without a trace, before it is stated."""

from __future__ import annotations

import re

from tests.channels.datadesk.conftest import AUTHORITY, OWNING, WANTING, AtDesk
from tests.factories.resources import MORNING
from tongban.datahub.resources import models, operations, queries
from tongban.datahub.resources.types import Hold, RequestState
from tongban.kernel.types import SYSTEM

NEW = "/data/demands/new"
MATERIAL = {"item": "food-licence", "material": "health"}


def test_it_begins_with_what_people_are_asked_for(at_desk: AtDesk) -> None:
    said = at_desk(WANTING).get(NEW).content.decode()
    assert "从一份材料开始" in said and "item=food-licence&amp;material=health" in said
    none = at_desk(OWNING).get(NEW).content.decode()
    assert "没有向办事人要材料的事项" in none


def test_the_nearest_resources_are_suggested_and_none_of_ones_own(at_desk: AtDesk) -> None:
    said = at_desk(WANTING).get(NEW, MATERIAL).content.decode()
    suggested = re.findall(r'resource=([a-z-]+)"', said.partition("qsuggested")[2].partition("</ul>")[0])
    assert suggested[0] == "health-checks"


def test_the_lists_say_at_once_what_they_would_answer_and_keep_nothing(at_desk: AtDesk) -> None:
    client = at_desk(WANTING)
    queued = client.get(NEW, MATERIAL | {"resource": "health-checks", "fields": ["is-fit"]}).content.decode()
    assert "由数据所在部门答复" in queued and "在 5 个工作日内答复" in queued
    english = client.get(f"/en{NEW}", MATERIAL | {"resource": "health-checks", "fields": ["is-fit"]})
    assert "answers within 5 working days, by" in english.content.decode()
    partly = MATERIAL | {"resource": "resident-basics", "fields": ["name", "adopted"]}
    said = client.get(NEW, partly).content.decode()
    assert "提出后当场授权" in said and "不给：民法典 1110" in said
    said = client.get(NEW, partly | {"fields": ["adopted"]}).content.decode()
    assert "依法不给" in said
    assert not models.Request.objects.exists() and len(queries.demands()) == 1


def test_the_day_until_which_it_is_needed_is_looked_at_before_it_is_stated(at_desk: AtDesk) -> None:
    client = at_desk(WANTING)
    wanted = MATERIAL | {"resource": "resident-basics", "fields": ["name"]}
    past = client.get(NEW, wanted | {"until": "2020-01-01"}).content.decode()
    assert "截止日期 2020-01-01 已经过去" in past and "提出后当场授权" not in past
    soon = client.get(NEW, wanted | {"until": "2026-05-01"}).content.decode()
    assert "用到 2026 年 5 月 1 日。" in soon and "一次最多授权一年" not in soon
    late = client.get(NEW, wanted | {"until": "2099-01-01"}).content.decode()
    assert "用到 2027 年 3 月" in late and "一次最多授权一年" in late


def state(at_desk: AtDesk, **form: object) -> object:
    said = MATERIAL | {
        "purpose": "核验",
        "law": "食品安全法",
        "article": "45",
        "per_day": "20",
        "promise": "yes",
    }
    return at_desk(WANTING).post(NEW, said | form)


def test_stating_lists_the_demand_and_shows_its_answer(at_desk: AtDesk) -> None:
    answer = state(at_desk, resource="resident-basics", fields=["name", "adopted"])
    assert answer.status_code == 303  # type: ignore[attr-defined]
    shown = at_desk(WANTING).get(answer["Location"]).content.decode()  # type: ignore[index]
    assert "需求已经提出" in shown and "按三清单自动答复" in shown and "民法典 1110" in shown
    request = queries.requests(department="market").items[0]
    assert (request.state, request.fields) == (RequestState.GRANTED, ("name",))
    assert request.demand in {one.code for one in queries.demands(item="food-licence")}
    assert "已授权，在用" in at_desk(WANTING).get("/data/demands").content.decode()


def test_without_the_promise_or_a_use_nothing_is_stated_and_nothing_typed_is_lost(at_desk: AtDesk) -> None:
    for missing, says in (
        ({"promise": ""}, "提出需求要承诺"),
        ({"purpose": ""}, "“应用场景”没有写明"),
        ({"per_day": "0"}, "“每日调用次数”没有写明"),
        ({"until": "gestern"}, "不是一个日期"),
    ):
        answer = state(at_desk, resource="health-checks", fields=["is-fit"], **missing)
        said = answer.content.decode()  # type: ignore[attr-defined]
        assert answer.status_code == 422 and says in said, missing  # type: ignore[attr-defined]
        assert re.search(r'name="fields" value="is-fit" checked', said)
    assert not models.Request.objects.exists()


def test_what_no_resource_has_is_asked_of_a_department(at_desk: AtDesk) -> None:
    answer = state(at_desk, resource="none", elements=["seat-count"], asked="cityscape")
    assert answer.status_code == 303, re.findall('id="wrong">.*?</p>', answer.content.decode())  # type: ignore[attr-defined]
    request = queries.requests(department="market").items[0]
    assert (request.resource, request.owner, request.state) == (None, "cityscape", RequestState.QUEUED)


def test_a_listed_demand_is_stated_from_the_list(at_desk: AtDesk) -> None:
    client = at_desk(WANTING)
    said = client.get("/data/demands?stage=unstated").content.decode()
    assert 'value="market-health"' in said
    assert client.post("/data/demands/state", {"code": "market-health"}).status_code == 422
    answer = client.post("/data/demands/state", {"code": "market-health", "promise": "yes"})
    assert answer.status_code == 303
    assert queries.requests(department="market").items[0].demand == "market-health"


def test_an_unknown_material_is_told_kindly(at_desk: AtDesk) -> None:
    client = at_desk(WANTING)
    for said in ({"item": "nothing", "material": "x"}, {"item": "food-licence", "material": "x"}):
        answer = client.get(NEW, said)
        assert answer.status_code == 422 and "请从列表里选" in answer.content.decode()


def test_without_scripts_one_looks_at_the_answer_and_states_nothing(at_desk: AtDesk) -> None:
    answer = state(at_desk, resource="health-checks", fields=["is-fit"], act="look", promise="")
    said = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 200 and "由数据所在部门答复" in said  # type: ignore[attr-defined]
    assert not models.Request.objects.exists()


def test_who_names_the_item_of_another_department_is_answered_by_the_owner(at_desk: AtDesk) -> None:
    client, wanted = at_desk(OWNING), MATERIAL | {"resource": "outdoor-signs", "fields": ["place"]}
    said = client.get(NEW, wanted).content.decode()
    assert "这个事项不是提出需求的部门办理的" in said and "提出后当场授权" not in said
    stated = wanted | {"purpose": "核验", "law": "某法", "per_day": "100000", "promise": "yes"}
    answer = client.post(NEW, stated)
    assert answer.status_code == 303
    request = queries.requests(department="office").items[0]
    assert (request.state, request.holds) == (RequestState.QUEUED, (Hold.ITEM, Hold.LIMIT))
    assert not queries.grants(resource="outdoor-signs")
    shown = at_desk(AUTHORITY).get(f"/data/requests/{request.id}").content.decode()
    assert "请留意" in shown and "这个事项不是提出需求的部门办理的" in shown and "签发授权" in shown


def test_who_was_revoked_before_asks_the_owner_who_sees_why(at_desk: AtDesk) -> None:
    signs = {"resource": "outdoor-signs", "fields": ["place"]}
    assert state(at_desk, **signs).status_code == 303  # type: ignore[attr-defined]
    (grant,) = queries.grants(resource="outdoor-signs")
    operations.revoke_grant(grant_id=grant.id, why="夜间大量查询", by=SYSTEM, at=MORNING)
    assert state(at_desk, **signs).status_code == 303  # type: ignore[attr-defined]
    assert not queries.grants(resource="outdoor-signs")
    (request,) = queries.requests(department="market", state=RequestState.QUEUED).items
    shown = at_desk(AUTHORITY).get(f"/data/requests/{request.id}").content.decode()
    assert "曾被撤销" in shown and "夜间大量查询" in shown
