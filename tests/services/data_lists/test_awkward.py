"""Lists as officers really send them: what can be understood is, the rest says row, column and why, and nothing is half in."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.factories.resources import MARKET, MORNING, OFFICE, data_city, load
from tongban.datahub.resources import queries
from tongban.datahub.resources.rules import cells
from tongban.datahub.resources.types import DataDuty, ListKind
from tongban.foundation.government import queries as government
from tongban.kernel.errors import Invalid
from tongban.kernel.types import SYSTEM
from tongban.services.catalogue.errors import ListUnreadable
from tongban.services.data_lists import operations
from tongban.services.data_lists.types import Account

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
HEADER = ("责任编码", "责任部门", "资源代码", "信息项", "法律依据", "答复期限", "备注")
GOOD = ("duty-good", "office", "居民基本信息", "姓名", "《上海市数据条例》第三十八条", "7", "")
NEGATIVES = ("编码", "资源代码", "信息项", "法律依据", "不予共享理由", "有效期")


@pytest.fixture(scope="module")
def loaded(standing: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    load(data_city(tmp_path_factory.mktemp("city")))


@pytest.fixture(autouse=True)
def city(loaded: None, db: None) -> None:
    """Have the small city with data, which stands for the module."""


def book(folder: Path, *rows: tuple[object, ...], change: Callable[[Any], None] = lambda sheet: None) -> Path:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    change(sheet)
    made.save(folder / "list.xlsx")
    return folder / "list.xlsx"


def take(path: Path, kind: ListKind = ListKind.DUTY) -> Account:
    by = OFFICE if kind is ListKind.DUTY else SYSTEM
    return operations.take_list(
        path=path, kind=kind, columns={}, report=path.parent / "rejected.csv", language="zh", why="二季度", by=by, at=MORNING,
    )  # fmt: skip


def duty(code: str) -> DataDuty:
    return next(one for one in queries.duties() if one.code == code)


def told(account: Account) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.code) for one in account.refused]


def test_spaces_widths_and_units_are_understood(tmp_path: Path) -> None:
    row = (
        " duty-ｗｉｄｅ\u200b",
        "office\u3000",
        "居民 基本信息",
        " 姓名 ；证件号码",
        "《上海市数据条例》第３８条",
        "７个工作日",
        None,
    )
    account = take(book(tmp_path, HEADER, row))
    if account.refused:
        pytest.fail(str(account.refused))
    found = duty("duty-wide")
    assert (found.answer_days, found.basis.article, len(found.fields)) == (7, "38", 2)


@pytest.mark.parametrize(
    "until",
    [
        dt.date(2026, 12, 31),
        dt.datetime(2026, 12, 31),
        46387,
        "2026/12/31",
        "2026年12月31日",
        "２０２６．１２．３１",
        "20261231",
    ],
)
def test_a_day_is_a_day_however_it_was_kept(tmp_path: Path, until: object) -> None:
    row = ("no-shop", "health-checks", "单位名称", "某法 3", "商业秘密", until)
    account = take(book(tmp_path, NEGATIVES, row), ListKind.NEGATIVE)
    assert account.refused == []
    (found,) = [one for one in queries.negatives() if one.code == "no-shop"]
    assert found.until == dt.date(2026, 12, 31)


@pytest.mark.parametrize(
    ("row", "where"),
    [
        (("d", "没有这个局", *GOOD[2:]), (2, "B 责任部门", "department-unknown")),
        (("d", "office", "没有", *GOOD[3:]), (2, "C 资源代码", "resource-unknown")),
        (("d", "office", "居民基本信息", "血型", *GOOD[4:]), (2, "D 信息项", "field-unknown")),
        (("d", *GOOD[1:5], "很快", ""), (2, "F 答复期限", "number")),
        (("d", *GOOD[1:5], "30", ""), (2, "F 答复期限", "value")),
        (("d", *GOOD[1:4], "", "7", ""), (2, "E 法律依据", "missing")),
        (("不 行!", *GOOD[1:]), (2, "A 责任编码", "value")),
        (("d", *GOOD[1:4], "#REF!", "7", ""), (2, "E 法律依据", "cell_error")),
        (("d", *GOOD[1:5], "=1+6", ""), (2, "F 答复期限", "formula")),
    ],
)
def test_a_row_that_can_not_be_used_says_where_and_why(
    tmp_path: Path, row: tuple[object, ...], where: tuple[int, str, str]
) -> None:
    account = take(book(tmp_path, HEADER, row, GOOD))
    assert told(account) == [where]
    assert (account.accepted, account.rejected) == (1, 1)
    with (tmp_path / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        header, refused = csv.reader(file)
    assert header[:4] == ["行号", "列", "理由代码", "理由"]
    assert (refused[0], refused[1], refused[2]) == (str(where[0]), where[1], where[2])


def test_who_has_to_write_it_is_called_by_its_name(tmp_path: Path) -> None:
    office = government.get_department("office")
    for language, said in (
        ("zh", f"由“{office.short}”的数据专员来做。"),
        ("en", office.english or office.short),
    ):
        path = book(tmp_path, HEADER, GOOD)
        account = operations.take_list(
            path=path, kind=ListKind.DUTY, columns={}, report=tmp_path / "rejected.csv", language=language, why="二季度",
            by=MARKET, at=MORNING,
        )  # fmt: skip
        (refused,) = account.refused
        assert refused.code == "rule" and said in refused.detail and "“office”" not in refused.detail


def test_a_rule_that_a_row_breaks_is_told_with_names_too(tmp_path: Path) -> None:
    account = take(book(tmp_path, HEADER, ("duty-other", "market", *GOOD[2:])))
    office = government.get_department("office").short
    assert f"resident-basics 是 {office} 的数据" in account.refused[0].detail


def test_cells_merged_down_hold_for_all_and_across_for_none(tmp_path: Path) -> None:
    second = ("duty-two", None, "health-checks", "is-fit", *GOOD[4:])
    account = take(book(tmp_path, HEADER, GOOD, second, change=lambda sheet: sheet.merge_cells("B2:B3")))
    assert account.refused == [] and duty("duty-two").department == "office"
    account = take(book(tmp_path, HEADER, GOOD, second, change=lambda sheet: sheet.merge_cells("C3:D3")))
    assert (3, "C 资源代码", "merged") in told(account)


def test_a_title_above_the_header_is_passed_over_and_a_code_twice_is_told(tmp_path: Path) -> None:
    account = take(book(tmp_path, ("市政府办公厅责任清单",), (), HEADER, GOOD, GOOD))
    assert account.accepted == 1
    assert told(account) == [(5, "A 责任编码", "twice")]
    assert account.refused[0].detail == "4"


def test_wrong_headings_say_which_are_missing_and_which_are_there(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as failure:
        take(book(tmp_path, ("部门", "名称", "说明"), ("office", "x", "y")))
    assert "法律依据" in str(failure.value) and "名称" in str(failure.value)


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/bomb.bin"])
def test_macros_and_bombs_are_not_opened(tmp_path: Path, part: str) -> None:
    path = book(tmp_path, HEADER, GOOD)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, b"\0" * (1 if part.endswith("vbaProject.bin") else 16 << 20))
    with pytest.raises(ListUnreadable) as failure:
        take(path)
    assert ("宏" in str(failure.value)) == part.endswith("vbaProject.bin")
    assert not [one for one in queries.duties() if one.code == "duty-good"]


def test_a_file_that_breaks_off_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    rows = [(f"duty-{n}", *GOOD[1:]) for n in range(300)]
    path = book(tmp_path, HEADER, *rows)
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet[: len(sheet) // 2]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    with pytest.raises(ListUnreadable):
        take(path)
    assert not [one for one in queries.duties() if one.code.startswith("duty-")]


@given(st.text(max_size=12))
def test_whatever_a_cell_says_it_is_a_day_or_none(said: str) -> None:
    assert cells.day(said) is None or isinstance(cells.day(said), dt.date)
    found = cells.whole(said)
    assert found is None or found >= 0
    assert cells.clean(said) == cells.clean(cells.clean(said))


@given(st.dates(dt.date(1960, 1, 1), dt.date(2100, 12, 31)))
def test_every_way_of_writing_a_day_is_read_alike(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    ways = [
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        str(serial),
    ]
    assert {cells.day(one) for one in ways} == {day}


def test_columns_have_the_letters_of_a_spreadsheet() -> None:
    assert [cells.letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]
