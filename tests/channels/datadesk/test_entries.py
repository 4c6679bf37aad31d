"""Writing the lists: a resource with its fields, a duty and a negative entry each with its law; tables in and out."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.channels.datadesk.conftest import AUTHORITY, OWNING, WANTING, AtDesk
from tests.channels.desk.conftest import Moment
from tests.factories.resources import MARKET, MORNING, wish
from tongban.channels.datadesk.views import registering, tables
from tongban.datahub.resources import operations, queries
from tongban.datahub.resources.types import DataDuty, ListKind, Negative
from tongban.kernel.types import SYSTEM

RESOURCE = {
    "code": "shop-inspections", "name": "店铺巡查信息", "system": "office-people", "theme": "people", "kind": "department",
    "subject": "thing", "format": "service", "update": "weekly", "summary": "店铺巡查的日期和结果。", "sharing": "unconditional",
    "opening": "closed", "why": "新建系统", "f-0-code": "place", "f-0-name": "地址", "f-0-level": "1", "f-0-key": "yes",
    "f-1-code": "result", "f-1-name": "结果", "f-1-type": "code", "f-1-level": "2",
}  # fmt: skip
DUTY = {
    "resource": "resident-basics", "fields": ["name", "id-number"], "law": "上海市数据条例", "article": "38", "update": "daily",
    "answer_days": "5", "why": "报送",
}  # fmt: skip
NEGATIVE = {"resource": "health-checks", "fields": ["is-fit"], "law": "个人信息保护法", "article": "28", "reason": "敏感个人信息。"}  # fmt: skip


def test_a_resource_is_registered_with_its_fields_and_changed(at_desk: AtDesk) -> None:
    client = at_desk(OWNING)
    assert client.post("/data/resources/new", RESOURCE).status_code == 303
    found = queries.get_resource("shop-inspections")
    assert (found.department, found.level, [one.code for one in found.fields]) == (
        "office",
        2,
        ["place", "result"],
    )
    said = client.get("/data/resources/shop-inspections/change").content.decode()
    assert 'value="结果"' in said and "修改数据资源" in said
    changed = RESOURCE | {"f-2-code": "on", "f-2-name": "日期", "f-2-type": "date", "f-2-level": "1"}
    assert client.post("/data/resources/shop-inspections/change", changed).status_code == 303
    assert len(queries.get_resource("shop-inspections").fields) == 3
    assert len(queries.versions(ListKind.RESOURCE, "shop-inspections")) == 2
    assert "店铺巡查信息" in client.get("/data/catalogue?q=巡查").content.decode()


def test_the_elements_of_the_guide_are_written_and_shown(at_desk: AtDesk) -> None:
    """政务信息资源目录编制指南: 分类码, 关联资源代码, 提供方代码."""
    client = at_desk(OWNING)
    more = {"category": "30512301", "related": "resident-basics；health-checks"}
    assert client.post("/data/resources/new", RESOURCE | more).status_code == 303
    found = queries.get_resource("shop-inspections")
    assert (found.category, found.related) == ("30512301", ("resident-basics", "health-checks"))
    page = client.get("/data/resources/shop-inspections").content.decode()
    assert "30512301" in page and 'href="/data/resources/resident-basics"' in page
    form = client.get("/data/resources/shop-inspections/change").content.decode()
    assert 'value="30512301"' in form and 'value="resident-basics；health-checks"' in form


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"category": "105123"}, "“信息资源分类码”没有写明，或者写法不对"),
        ({"name": ""}, "“名称”没有写明"),
        ({"f-0-level": "9"}, "“数据级别”没有写明，或者写法不对"),
        ({"sharing": "conditional"}, "有条件共享要写明条件"),
        ({"why": ""}, "要写明理由"),
        ({"code": "resident-basics"}, "编码“resident-basics”已经用了"),
        ({"f-1-code": "place"}, "写了两次"),
        ({"system": "cityscape-works", "theme": "nothing"}, "清单里没有条目"),
    ],
)
def test_what_is_wrong_with_a_resource_is_said_and_kept(
    changes: dict[str, str], says: str, at_desk: AtDesk
) -> None:
    answer = at_desk(OWNING).post("/data/resources/new", RESOURCE | changes)
    said = answer.content.decode()
    assert answer.status_code in (404, 409, 422) and says in said
    assert "店铺巡查的日期和结果。" in said
    assert "shop-inspections" not in queries.lists().resources


def test_more_lines_are_given_without_losing_what_was_typed(at_desk: AtDesk) -> None:
    said = at_desk(OWNING).post("/data/resources/new", RESOURCE | {"more": "yes"}).content.decode()
    assert 'value="店铺巡查信息"' in said and 'name="f-5-code"' in said and 'name="f-6-code"' not in said


def test_nobody_writes_another_departments_lists(at_desk: AtDesk) -> None:
    client = at_desk(WANTING)
    answer = client.post("/data/resources/resident-basics/change", RESOURCE | {"code": "resident-basics"})
    assert answer.status_code == 403
    assert client.post("/data/duties/new", DUTY).status_code == 403
    answer = client.post("/data/negatives/new", NEGATIVE | {"why": "沪府办〔2026〕1号"})
    assert answer.status_code == 403 and "数据主管部门" in answer.content.decode()
    assert client.post("/data/resources/resident-basics/take-off", {"why": "不要"}).status_code == 403


def test_a_duty_is_written_with_its_law_changed_and_taken_off(at_desk: AtDesk) -> None:
    client = at_desk(OWNING)
    assert client.post("/data/duties/new", DUTY).status_code == 303
    found = next(one for one in queries.duties(resource="resident-basics"))
    assert (found.basis.words, found.answer_days, found.fields) == (
        "上海市数据条例 38",
        5,
        ("name", "id-number"),
    )
    assert client.get(f"/data/duties/{found.code}").status_code == 200
    client.post("/data/duties/new", DUTY | {"fields": ["name"]})
    second = next(one for one in queries.duties(resource="resident-basics") if one != found)
    assert second.code == f"{found.code}-2" and second.fields == ("name",)
    client.post(f"/data/duties/{second.code}/take-off", {"why": "重复"})
    assert (
        client.post(f"/data/duties/{found.code}", DUTY | {"answer_days": "3", "per_day": "500"}).status_code
        == 303
    )
    found = queries.duties(resource="resident-basics")[0]
    assert (found.answer_days, found.per_day) == (3, 500)
    for wrong, says in (
        ({"law": ""}, "“法律依据”"),
        ({"answer_days": "11"}, "“答复期限”"),
        ({"fields": ["adopted"]}, "no-adoption 不准共享 收养信息，"),
    ):
        answer = client.post("/data/duties/new", DUTY | wrong)
        said = answer.content.decode()
        assert answer.status_code == 422 and (says in said or "没有写明" in said), wrong
    assert client.post(f"/data/duties/{found.code}/take-off", {"why": "合并"}).status_code == 303
    assert not queries.duties(resource="resident-basics")


def test_a_negative_entry_wants_its_review_and_acts_at_once(at_desk: AtDesk) -> None:
    wanted = wish("health-checks", "is-fit", "shop")
    waits = operations.state_demand(wish=wanted, promised=True, by=MARKET, at=MORNING)
    owner = at_desk(OWNING)
    owner.post(f"/data/requests/{waits}/grant", {"fields": ["is-fit", "shop"], "per_day": "5"})
    client = at_desk(AUTHORITY)
    assert client.post("/data/negatives/new", NEGATIVE).status_code == 422
    form = NEGATIVE | {"why": "沪府办〔2026〕1号"}
    answer = client.post("/data/negatives/new", form)
    page = answer.content.decode()
    assert answer.status_code == 409 and "1 项在用的授权当时少掉信息项" in page, "it is said before"
    assert queries.grants(resource="health-checks")[0].fields == ("is-fit", "shop")
    assert 'name="cut" value="1"' in page
    assert client.post("/data/negatives/new", form | {"cut": "2"}).status_code == 409
    answer = client.post("/data/negatives/new", form | {"cut": "1"})
    assert answer.status_code == 303
    assert "敏感个人信息。" in client.get("/data/negatives").content.decode()
    assert queries.grants(resource="health-checks")[0].fields == ("shop",)


CITED = {"law": "上海市数据条例", "article": "38", "says": "共享为原则。", "sure": "R", "source": "L-DATA"}
FORMS = {
    "resources/shop-inspections/change": RESOURCE,
    "duties/duty-x": DUTY,
    "negatives/no-x": NEGATIVE | {"why": "沪府办〔2026〕1号"},
}


@pytest.fixture
def listed(at_desk: AtDesk) -> AtDesk:
    """A resource, a duty and a negative entry that read their law in its text."""
    at_desk(OWNING).post("/data/resources/new", RESOURCE)
    duty = DUTY | {"code": "duty-x", "department": "office", "basis": CITED}
    entry = {name: value for name, value in duty.items() if name not in ("law", "article", "why")}
    operations.write_duty(duty=queries.written(DataDuty, entry), why="报送", by=SYSTEM, at=MORNING)
    negative = queries.written(Negative, NEGATIVE | {"code": "no-x", "sure": "R", "source": "L-PIPL"})
    operations.write_negative(negative=negative, review="1号", by=SYSTEM, at=MORNING)
    return at_desk


def version(page: str) -> dict[str, str]:
    """Return the field of a form that says which version it shows."""
    return dict(re.findall(r'name="(version)" value="(\d+)"', page))


def test_what_a_form_does_not_show_of_a_law_stays(listed: AtDesk) -> None:
    client = listed(AUTHORITY)
    client.post("/data/duties/duty-x", DUTY | {"answer_days": "3"})
    (duty,) = [one for one in queries.duties() if one.code == "duty-x"]
    assert (duty.answer_days, duty.basis.model_dump()) == (3, CITED)
    client.post("/data/negatives/no-x", FORMS["negatives/no-x"] | {"reason": "改"})
    (negative,) = [one for one in queries.negatives() if one.code == "no-x"]
    assert (negative.reason, negative.sure, negative.source) == ("改", "R", "L-PIPL")
    client.post("/data/duties/duty-x", DUTY | {"article": "39"})
    (duty,) = [one for one in queries.duties() if one.code == "duty-x"]
    assert (duty.basis.sure, duty.basis.source) == ("C", None), "of another article nothing is known"


@pytest.mark.slow
def test_more_fields_than_a_form_has_stay(listed: AtDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "MOST", 1)
    client = listed(OWNING)
    assert "f-1-code" not in client.get("/data/resources/shop-inspections/change").content.decode()
    changed = {name: value for name, value in RESOURCE.items() if not name.startswith("f-1-")}
    client.post("/data/resources/shop-inspections/change", changed | {"summary": "改"})
    after = queries.get_resource("shop-inspections")
    assert (after.summary, [one.code for one in after.fields]) == ("改", ["place", "result"])


@pytest.mark.slow
@pytest.mark.parametrize("path", FORMS)
def test_nobody_writes_over_what_they_have_not_seen(path: str, listed: AtDesk) -> None:
    client, address = listed(AUTHORITY), f"/data/{path}"
    form = FORMS[path] | version(client.get(address).content.decode())
    assert client.post(address, form | {"why": "先改"}).status_code == 303
    answer = client.post(address, form | {"why": "后改"})
    said = answer.content.decode()
    assert answer.status_code == 409 and "先改" in said and "看看现在的内容" in said
    assert 'value="后改"' in said, "nothing typed is lost"
    assert client.post(address, form | version(said)).status_code == 303


@pytest.mark.parametrize("path", ["resources/shop-inspections/change", "negatives/new", "duties/duty-x"])
def test_a_form_that_is_not_ones_own_is_not_shown(path: str, listed: AtDesk) -> None:
    answer = listed(WANTING).get(f"/data/{path}")
    assert answer.status_code == 403
    assert "“office”" not in answer.content.decode(), "departments are called by their names"


def test_what_is_typed_when_a_session_ends_is_given_back(at_desk: AtDesk, moment: Moment) -> None:
    client = at_desk(OWNING)
    moment.at += dt.timedelta(minutes=16)
    ended = client.post("/data/resources/new", RESOURCE)
    (id,) = re.findall(r"kept%2F([0-9a-f-]{36})", ended.content.decode())
    client.post("/signin/persona", {"persona": OWNING})
    said = client.get(f"/account/kept/{id}").content.decode()
    assert 'action="/data/resources/new"' in said
    assert all(f'name="{name}" value="{value}"' in said for name, value in RESOURCE.items())


def table(*rows: tuple[str, ...]) -> SimpleUploadedFile:
    """Return a workbook with these rows."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return SimpleUploadedFile("责任清单.xlsx", file.getvalue())


def rows() -> SimpleUploadedFile:
    return table(
        ("责任编码", "责任部门", "资源代码", "信息项", "法律依据", "答复期限"),
        ("duty-good", "office", "居民基本信息", "姓名", "《上海市数据条例》第三十八条", "7"),
        ("duty-odd", "office", "没有这个资源", "", "上海市数据条例 38", "7"),
        ("duty-other", "cityscape", "outdoor-signs", "", "《上海市数据条例》第三十八条", "7"),
    )


def test_where_no_row_is_good_nothing_is_said_to_be_written(at_desk: AtDesk) -> None:
    table_of_others = table(
        ("责任编码", "责任部门", "资源代码", "法律依据"),
        ("duty-x", "cityscape", "outdoor-signs", "上海市数据条例 38"),
    )
    form = {"list": "duties", "file": table_of_others, "act": "write", "why": "二季度"}
    said = at_desk(OWNING).post("/data/imports", form).content.decode()
    assert "一行也没有写入" in said and "已写入清单" not in said
    form = {"list": "duties", "file": table(("责任编码",), ("x",)), "act": "try"}
    said = at_desk(OWNING).post("/data/imports", form).content.decode()
    assert "缺少列" in said and "--map" not in said


def test_a_table_is_tried_first_then_written_and_bad_rows_come_back(at_desk: AtDesk) -> None:
    client = at_desk(OWNING)
    tried = client.post("/data/imports", {"list": "duties", "file": rows(), "act": "try"}).content.decode()
    assert "试运行的结果" in tried and "没有这个资源" in tried
    assert not queries.duties(resource="resident-basics")
    refused = client.post("/data/imports", {"list": "duties", "file": rows(), "act": "write"})
    assert refused.status_code == 422 and "要写明理由" in refused.content.decode()
    written = client.post(
        "/data/imports", {"list": "duties", "file": rows(), "act": "write", "why": "二季度"}
    )
    said = written.content.decode()
    assert "已写入清单" in said and "duty-other" in said.partition('name="rows"')[2]
    assert queries.duties(resource="resident-basics")[0].code == "duty-good"
    assert not queries.duties(resource="outdoor-signs")
    report = client.post("/data/imports/rejected", {"rows": "行号,理由\n3,没有"})
    assert report["Content-Type"].startswith("text/csv") and "attachment" in report["Content-Disposition"]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({}, "还没有选文件"),
        ({"file": SimpleUploadedFile("x.pdf", b"%PDF-1.7")}, "文件是 PDF"),
        ({"file": SimpleUploadedFile("x.csv", b"")}, "没有内容"),
        ({"file": SimpleUploadedFile("x.csv", "甲,乙\n1,2\n".encode())}, "缺少列"),
        ({"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04 no workbook")}, ""),
    ],
)
def test_a_file_that_is_no_list_is_told_kindly(form: dict[str, Any], says: str, at_desk: AtDesk) -> None:
    answer = at_desk(OWNING).post("/data/imports", {"list": "duties", "act": "try"} | form)
    assert answer.status_code == 422 and says in answer.content.decode()


def test_of_very_many_refused_rows_the_first_come_back(
    at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_SHOWN", 170)
    said = (
        at_desk(OWNING)
        .post("/data/imports", {"list": "duties", "file": rows(), "act": "try"})
        .content.decode()
    )
    kept = said.partition('name="rows"')[2].partition("</textarea>")[0]
    assert "没有这个资源" in kept and "duty-other" not in kept


def test_a_list_that_is_too_large_goes_by_the_command_line(
    at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "LARGEST", 10)
    answer = at_desk(OWNING).post("/data/imports", {"list": "duties", "file": rows(), "act": "try"})
    assert answer.status_code == 422 and "用命令行导入" in answer.content.decode()


def test_a_list_that_is_too_long_goes_by_the_command_line(
    at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    answer = at_desk(OWNING).post(
        "/data/imports", {"list": "duties", "file": rows(), "act": "write", "why": "x"}
    )
    assert answer.status_code == 422 and "文件超过 2 行" in answer.content.decode()
    assert not queries.duties(resource="resident-basics"), "nothing of it is written"


@pytest.mark.parametrize("name", tables.KINDS)
def test_what_is_taken_away_can_be_brought_back(name: str, at_desk: AtDesk) -> None:
    client = at_desk(AUTHORITY)
    answer = client.get(f"/data/{name}/export")
    assert answer["Content-Type"].startswith("text/csv")
    back = SimpleUploadedFile(f"{name}.csv", answer.content)
    said = client.post("/data/imports", {"list": name, "file": back, "act": "try"}).content.decode()
    assert "试运行的结果" in said and "rejected-form" not in said


@pytest.mark.parametrize(("path", "form"), [("duties", DUTY), ("negatives", NEGATIVE)])
def test_without_scripts_a_resource_is_chosen_first(path: str, form: dict[str, Any], at_desk: AtDesk) -> None:
    answer = at_desk(AUTHORITY).post(f"/data/{path}/new", {"resource": form["resource"], "act": "look"})
    assert answer.status_code == 200 and 'name="fields"' in answer.content.decode()
