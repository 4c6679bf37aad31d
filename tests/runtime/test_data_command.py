"""``tongban data`` as a person types it: lists from tables, with and without a database, and what they are worth."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.factories.resources import data_city
from tongban.datahub.resources import queries
from tongban.datahub.resources.types import ListKind, Origin
from tongban.runtime import boot
from tongban.runtime.cli import main

DUTIES = [
    ["责任部门", "数据资源名称", "信息项", "法律依据", "更新周期", "答复期限", "直接共享事项"],
    ["市政府办公厅", "居民基本信息", "证件号码、姓名", "《上海市数据条例》第三十八条", "实时", "3", "食品经营许可"],
    ["绿化市容局", "outdoor-signs", "", "《上海市数据条例》第38条", "每周", "", ""],
    ["某不存在局", "outdoor-signs", "", "《上海市数据条例》第38条", "每周", "", ""],
    ["市政府办公厅", "居民基本信息", "收养信息", "《上海市数据条例》第三十八条", "实时", "", ""],
    ["市政府办公厅", "没有的数据", "", "《上海市数据条例》第三十八条", "实时", "", ""],
    ["市政府办公厅", "居民基本信息", "血型", "《上海市数据条例》第三十八条", "实时", "", ""],
    ["市政府办公厅", "居民基本信息", "姓名", "《上海市数据条例》第三十八条", "有时", "", ""],
    ["市政府办公厅", "居民基本信息", "姓名", "《上海市数据条例》第三十八条", "实时", "30", ""],
    ["市政府办公厅", "居民基本信息", "姓名", "《上海市数据条例》第三十八条", "实时", "", ""],
    ["", "居民基本信息", "姓名", "《上海市数据条例》第三十八条", "实时", "", ""],
]  # fmt: skip
WHY = {
    4: "department-unknown",
    5: "rule",
    6: "resource-unknown",
    7: "field-unknown",
    8: "value",
    9: "value",
    10: "twice",
    11: "missing",
}


@contextmanager
def already() -> Iterator[None]:
    yield


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny city with data; commands use the database of this test and speak Chinese."""
    monkeypatch.setattr(boot, "ready", already)
    monkeypatch.setenv("TONGBAN_LANGUAGE", "zh")
    monkeypatch.setenv("TONGBAN_STATE", str(tmp_path / "state"))
    folder = data_city(tmp_path / "city").write()
    monkeypatch.setenv("TONGBAN_CITY", str(folder))
    return folder


def table(path: Path, rows: list[list[str]]) -> Path:
    if path.suffix == ".xlsx":
        from openpyxl import Workbook

        workbook = Workbook()
        for row in rows:
            workbook.active.append(row)
        workbook.save(path)
        return path
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", ["责任清单.csv", "责任清单.xlsx"])
def test_a_list_is_tried_without_a_database(
    folder: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = table(tmp_path / name, DUTIES)
    report = tmp_path / "report.csv"
    typed = ["data", "import", str(file), "--list", "duties", "--dry-run", "--report", str(report)]
    assert main([*typed, "--json"]) == 0
    account = told(capsys)
    assert (account["rows"], account["accepted"], account["rejected"]) == (10, 2, 8)
    assert account["entries"] == ["duty-office-resident-basics", "duty-cityscape-outdoor-signs"]
    assert account["columns"]["department"] == "责任部门"
    with report.open(encoding="utf-8-sig", newline="") as opened:
        _, *refused = csv.reader(opened)
    assert {int(row[0]): row[2] for row in refused} == WHY
    assert main(typed) == 0
    said = capsys.readouterr().out
    assert "10 行：2 行可用，8 行退回。" in said
    assert "清单没有改动" in said


@pytest.mark.slow
@pytest.mark.django_db
def test_a_list_is_taken_in_and_again_without_harm(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["city", "load", str(folder)]) == 0
    assert "数据资源：新增 3" in capsys.readouterr().out
    file = table(tmp_path / "责任清单.csv", DUTIES)
    typed = ["data", "import", str(file), "--list", "duties", "--why", "部门报送", "--by", "王工", "--json"]
    assert main(typed) == 0
    assert told(capsys)["accepted"] == 2
    duty = next(one for one in queries.duties() if one.code == "duty-office-resident-basics")
    assert (duty.fields, duty.items, duty.answer_days) == (("id-number", "name"), ("food-licence",), 3)
    assert (duty.basis.law, duty.basis.article) == ("上海市数据条例", "38")
    assert main(typed) == 0
    (newest,) = queries.versions(ListKind.DUTY, duty.code)  # the same list again has changed nothing
    assert (newest.origin, newest.by, newest.why) == (Origin.LIST, "王工", "部门报送")
    assert len(queries.duties()) == 3
    assert main(["city", "load", str(folder), "--again"]) == 0
    assert len(queries.duties()) == 3


@pytest.mark.slow
@pytest.mark.django_db
def test_demands_and_the_negative_list_come_from_tables_too(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["city", "load", str(folder)]) == 0
    demands = [
        ["部门", "事项", "材料", "资源", "要的信息", "用途", "依据"],
        ["市场监管局", "食品经营许可", "申请书", "户外招牌备案信息", "尺寸", "核对招牌", "《食品安全法》第三十五条"],
        ["市场监管局", "食品经营许可", "照片", "户外招牌备案信息", "尺寸", "核对招牌", "《食品安全法》第三十五条"],
        ["市场监管局", "没有的事项", "照片", "户外招牌备案信息", "尺寸", "核对招牌", "《食品安全法》第三十五条"],
        ["绿化市容局", "招牌备案", "申请书", "户外招牌备案信息", "尺寸", "核对招牌", "《食品安全法》第三十五条"],
    ]  # fmt: skip
    file = table(tmp_path / "需求.xlsx", demands)
    where = "department=部门,item=事项,material=材料,resource=资源,fields=要的信息,purpose=用途,law=依据"
    typed = ["data", "import", str(file), "--list", "demands", "--why", "报送", "--json"]
    capsys.readouterr()
    assert main([*typed, "--map", where]) == 0
    account = told(capsys)
    assert account["entries"] == ["demand-market-food-licence-form"]
    assert account["reasons"] == {"material-unknown": 2, "item-unknown": 1}
    negatives = [
        ["数据资源名称", "信息项", "不予共享依据", "不予共享理由"],
        ["户外招牌备案信息", "尺寸", "《某法》第一百零三条", "商业秘密"],
        ["户外招牌备案信息", "设置位置", "某通知", "商业秘密"],
    ]
    file = table(tmp_path / "负面.csv", negatives)
    typed = ["data", "import", str(file), "--list", "negatives", "--json"]
    assert main(typed) == 1
    assert told(capsys)["reasons"] == {"rule": 1, "article-missing": 1}
    assert main([*typed, "--why", "沪府办〔2026〕1号"]) == 0
    assert told(capsys)["entries"] == ["negative-outdoor-signs"]
    (negative,) = queries.negatives(resource="outdoor-signs")
    assert negative.words == "某法 103"


CATALOGUE = [
    ["资源代码", "数据资源名称", "提供方", "所属信息系统", "数据主题", "摘要", "共享方式", "数据主体", "共享类型",
     "依据", "共享条件", "更新周期", "信息项代码", "信息项名称", "级别", "是否个人信息", "查询条件"],
    ["residence-permit", "居住证信息", "市政府办公厅", "人口综合库", "人口", "居住证的持有人和期限。", "服务接口", "自然人",
     "有条件共享", "《居住证暂行条例》第四条", "只用于核验", "每日", "id-number", "证件号码", "3", "是", "是"],
    ["", "", "", "", "", "", "", "", "", "", "", "", "valid-until", "有效期", "2", "是", ""],
    ["trees", "古树名木", "绿化市容局", "市容业务系统", "人口", "古树的位置。", "服务接口", "地点",
     "无条件共享", "", "", "每年", "place", "位置", "1", "否", "是"],
    ["trees", "", "", "", "", "", "", "", "", "", "", "", "age", "树龄", "1", "也许", ""],
    ["birds", "鸟类", "绿化市容局", "没有的系统", "人口", "鸟。", "服务接口", "地点",
     "无条件共享", "", "", "每年", "place", "位置", "1", "否", "是"],
]  # fmt: skip


@pytest.mark.django_db
def test_the_catalogue_comes_from_a_table_of_fields(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = table(tmp_path / "目录.xlsx", CATALOGUE)
    typed = ["data", "import", str(file), "--list", "resources", "--why", "编目", "--json"]
    assert main([*typed, "--dry-run"]) == 0
    tried = told(capsys)
    assert (tried["rows"], tried["accepted"], tried["rejected"]) == (5, 2, 3)
    assert tried["reasons"] == {"value": 2, "system-unknown": 1}
    assert main(["city", "load", str(folder)]) == 0
    capsys.readouterr()
    assert main(typed) == 0
    assert told(capsys)["entries"] == ["residence-permit"]
    found = queries.get_resource("residence-permit")
    assert [one.code for one in found.fields] == ["id-number", "valid-until"]
    assert (found.level, found.department, found.sharing, found.kind) == (
        3,
        "office",
        "conditional",
        "department",
    )
    assert found.basis is not None
    assert found.basis.words == "居住证暂行条例 4"
    assert found.fields[0].key
    assert not found.fields[1].key


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("", "缺少列"),
        ("nothing=部门", "--map 要写成"),
        ("no-such-file.yaml", "无法读取 --map"),
    ],
)
def test_a_list_that_can_not_be_read_says_why(
    folder: Path, tmp_path: Path, said: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = table(tmp_path / "x.csv", [["甲", "乙"], ["1", "2"]])
    assert main(["data", "import", str(file), "--list", "duties", "--dry-run", "--map", said]) == 1
    assert sentence in capsys.readouterr().err


def test_a_folder_says_what_its_lists_are_worth(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "coverage", "--city", str(folder), "--json"]) == 0
    found = told(capsys)
    assert (found["materials"], found["counts"]["owed"]) == (1, 1)
    assert found["list"][0]["duty"] == "office-health-checks"
    assert main(["data", "coverage", "--city", str(folder)]) == 0
    assert "提出需求即可免交" in capsys.readouterr().out
    assert main(["data", "unused", "--city", str(folder)]) == 0
    assert "没有。" in capsys.readouterr().out
    assert main(["data", "repeated", "--city", str(folder), "--json"]) == 0
    assert told(capsys) == []
    assert main(["data", "themes", "--city", str(folder), "--json"]) == 0
    assert told(capsys)[0]["sharing"] == {"unconditional": 2, "conditional": 1, "never": 0}


@pytest.mark.slow
@pytest.mark.django_db
def test_demands_are_stated_and_the_city_says_what_they_spare(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["city", "load", str(folder)])
    capsys.readouterr()
    assert main(["data", "state"]) == 1
    assert "要承诺其真实性" in capsys.readouterr().out
    assert main(["data", "state", "--promise", "--json"]) == 0
    found = told(capsys)
    assert (found["stated"], found["queued"], found["answers"]) == (1, 1, {"market-health": "queued"})
    assert main(["data", "state", "--promise"]) == 0
    assert "0 项需求已提出" in capsys.readouterr().out
    assert main(["data", "state", "none", "--promise"]) == 1
    assert "清单里没有条目“none”" in capsys.readouterr().out
    assert main(["data", "overdue", "--json"]) == 0
    assert told(capsys) == []
    assert main(["data", "coverage", "--json"]) == 0
    assert told(capsys)["counts"]["owed"] == 1
    for action in ("unused", "repeated", "themes"):
        assert main(["data", action]) == 0
