"""Excel as it comes: merged cells, formulas, errors, dates, bombs."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.services.catalogue.imports.test_delimited import faults, judged, opened
from tongban.services.catalogue.errors import ListUnreadable
from tongban.services.catalogue.imports import workbook

HEADER = ("实施主体", "事项名称", "事项类型", "实施编码")
ROWS = (
    ("市场监管局", "食品许可", 1, "A1"),
    ("市场监管局", "酒类许可", "01", "A2"),
    ("公安局", "特行许可", 1, "A3"),
)


def sheet(folder: Path, change: Callable[[Any], None] = lambda _: None, rows: Any = ROWS) -> Path:
    book = Workbook()
    book.active.append(HEADER)
    for row in rows:
        book.active.append(row)
    change(book.active)
    book.save(folder / "list.xlsx")
    return folder / "list.xlsx"


def test_plain_sheet(tmp_path: Path) -> None:
    reading = opened(sheet(tmp_path))
    rows = list(reading.judged)
    assert reading.table.kind == "xlsx"
    assert [row.document["type"] for row in rows if row.document] == ["01", "01", "01"]
    assert [row.row.number for row in rows] == [2, 3, 4]


def test_cells_merged_downwards_are_filled(tmp_path: Path) -> None:
    path = sheet(tmp_path, lambda one: one.merge_cells("A2:A3"))
    rows = judged(path)
    assert [row.department_said for row in rows] == ["市场监管局", "市场监管局", "公安局"]
    assert [("filled_down" in row.warnings) for row in rows] == [False, True, False]


def test_merged_names_and_cells_merged_across_are_refused(tmp_path: Path) -> None:
    assert faults(judged(sheet(tmp_path, lambda one: one.merge_cells("B2:B3")))) == [[], ["merged"], []]
    assert faults(judged(sheet(tmp_path, lambda one: one.merge_cells("A3:B3")))) == [[], ["merged"], []]
    assert faults(judged(sheet(tmp_path, lambda one: one.merge_cells("A2:B3")))) == [
        ["merged"],
        ["merged"],
        [],
    ]


def test_title_merged_above_the_header_harms_nobody(tmp_path: Path) -> None:
    def title(one: Any) -> None:
        one.insert_rows(1)
        one["A1"] = "某区事项清单"
        one.merge_cells("A1:D1")

    reading = opened(sheet(tmp_path, title))
    assert reading.table.header_row == 2
    assert [row.is_accepted for row in reading.judged] == [True, True, True]


def test_formula_is_never_evaluated(tmp_path: Path) -> None:
    """openpyxl writes no computed value, as programs other than Excel do."""

    def formula(one: Any) -> None:
        one["B2"] = '="食品"&"许可"'
        one["D3"] = "=A1"

    rows = judged(sheet(tmp_path, formula))
    assert faults(rows) == [["formula"], ["formula"], []]
    assert "食品" in rows[0].faults[0].detail


def test_error_value_is_refused_and_long_number_is_doubtful(tmp_path: Path) -> None:
    rows = judged(sheet(tmp_path, rows=[("局", "#REF!", 1, "A1"), ("局", "许可", 1, 115113010833722043)]))
    assert faults(rows) == [["cell_error"], []]
    assert "digits_lost" in rows[1].warnings


def test_empty_rows_and_columns_are_passed_over(tmp_path: Path) -> None:
    rows = judged(sheet(tmp_path, rows=[(), ("局", "许可", 1, "A1", None, None), (None, None)]))
    assert [(row.row.number, row.is_accepted) for row in rows] == [(3, True)]


@pytest.mark.parametrize(
    ("value", "text"),
    [(20.0, "20"), (2.5, "2.5"), (True, "True"), (date(2026, 1, 2), "2026-01-02"), (None, "")],
)
def test_values_as_they_would_be_typed(value: object, text: str) -> None:
    assert workbook.text_of(value) == text


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.slow
def test_bomb_is_not_unpacked(tmp_path: Path) -> None:
    parts = {"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b"0" * (50 << 20)}
    with pytest.raises(ListUnreadable, match="解压后有 50 MB"):
        judged(zipped(tmp_path / "bomb.xlsx", parts))


def test_archive_that_is_no_workbook(tmp_path: Path) -> None:
    with pytest.raises(ListUnreadable, match="不是 \\.xlsx 工作簿"):
        judged(zipped(tmp_path / "a.xlsx", {"a.txt": b"x"}))
    with pytest.raises(ListUnreadable, match="损坏"):
        judged(zipped(tmp_path / "b.xlsx", {"xl/workbook.xml": b"<x/>"}))


def test_sheet_with_entities_is_refused(tmp_path: Path) -> None:
    path = sheet(tmp_path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]>' + parts[name]
    with pytest.raises(ListUnreadable, match="XML"):
        judged(zipped(tmp_path / "x.xlsx", parts))
