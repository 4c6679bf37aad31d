"""What becomes of a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.catalogue.imports.test_delimited import faults, judged, written
from tongban.services.catalogue.imports.numbers import body_code_holds, code_warning, credit_code_holds
from tongban.services.catalogue.imports.rules import coded, level_of
from tongban.services.catalogue.imports.types import Judged, Known

FULL = "部门,事项名称,事项类型,编码,统一社会信用代码,行政区划,行使层级,服务对象,办件类型,法定办结时限,承诺办结时限,主项名称\n"


def one(folder: Path, row: str, known: Known | None = None, header: str = FULL) -> Judged:
    """Judge one row; cells left out at the end are empty."""
    cells = row + "," * (header.count(",") - row.count(","))
    return judged(written(folder, (header + cells + "\n").encode()), known=known)[0]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("市场监管局,,1,A1", "name_missing"),
        ("市场监管局,   ,1,A1", "name_missing"),
        (f"市场监管局,{'长' * 201},1,A1", "name_too_long"),
        ("市场监管局,许可,,A1", "type_missing"),
        ("市场监管局,许可,99,A1", "type_unknown"),
        ("市场监管局,许可,11,A1", "type_unknown"),
        ("市场监管局,许可,XK,A1", "type_unknown"),
        (",许可,1,A1", "department_missing"),
        (f"{'局' * 301},许可,1,A1", "department_too_long"),
        (f"市场监管局,许可,1,{'9' * 81}", "number_unusable"),
        ("市场监管局,许可,1,A 1", "number_unusable"),
        ("市场监管局,许可,1,Ａ１", "number_unusable"),
        ("市场监管局,许\x00可,1,A1", "control_characters"),
        ("市场监管局,许\x07可,1,A1", "control_characters"),
        ("市场监管局,许\ue000可,1,A1", "control_characters"),
        ("市场监管局,许\ufffd可,1,A1", "encoding"),
        ("市场监管局,=1+1,1,A1", "formula"),
        ("市场监管局,@SUM(A1),1,A1", "formula"),
        ("市场监管局,许可,1,+86", "formula"),
    ],
)
def test_row_is_refused(tmp_path: Path, row: str, fault: str) -> None:
    assert [f.code for f in one(tmp_path, row).faults] == [fault]


def test_all_reasons_are_told_at_once(tmp_path: Path) -> None:
    found = {fault.code for fault in one(tmp_path, ",,77,A 1").faults}
    assert found == {"name_missing", "type_unknown", "department_missing", "number_unusable"}


def test_good_row_speaks_the_words_of_the_pack(tmp_path: Path) -> None:
    known = Known(find_department={"市场监管局": "market"}.get, area="310000")
    row = one(
        tmp_path,
        "市场监管局,食品经营许可,行政许可,A1,,310105,4,自然人;企业法人,即办件,20个工作日,10,食品类",
        known,
    )
    assert row.warnings == ()
    assert row.document == {
        "name": "食品经营许可",
        "plain": "食品经营许可",
        "type": "01",
        "state": "draft",
        "depth": "summary",
        "department": "market",
        "implementation_code": "A1",
        "level": "4",
        "audience": ["1", "2"],
        "case_kind": "1",
        "statutory": {"days": 20, "unit": "working"},
        "promise": {"days": 10, "unit": "working"},
        "aliases": ["食品类"],
    }


@pytest.mark.parametrize(
    ("row", "warning"),
    [
        ("不知道的局,许可,1,A1", "department_unknown"),
        ("市场监管局,许可,1,", "number_missing"),
        ("市场监管局,许可,1,A1,11736", "department_code_form"),
        ("市场监管局,许可,1,A1,083372205", "department_code_check"),
        ("市场监管局,许可,1,A1,,511602", "area_elsewhere"),
        ("市场监管局,许\u200b可,1,A1", "invisible"),
        ("市场监管局,许\t可,1,A1", "line_break"),
        ("市场监管局,许可,1,A1,,,宇宙级", "level_unknown"),
        ("市场监管局,许可,1,A1,,,,火星人", "audience_unknown"),
        ("市场监管局,许可,1,A1,,,,,慢办件", "case_kind_unknown"),
        ("市场监管局,许可,1,A1,,,,,,尽快", "days_unreadable"),
        ("市场监管局,许可,1,A1,,,,,,9999", "days_unreadable"),
        ("市场监管局,许可,1,A1,,,,,,10,20", "promise_over_statutory"),
    ],
)
def test_doubtful_row_becomes_a_draft_with_a_warning(tmp_path: Path, row: str, warning: str) -> None:
    known = Known(find_department={"市场监管局": "market"}.get, area="310000")
    found = one(tmp_path, row, known)
    assert found.is_accepted
    assert found.warnings == (warning,)


def test_number_that_is_in_use_is_refused(tmp_path: Path) -> None:
    known = Known(published=frozenset({"A1"}), drafts=frozenset({"A2"}))
    text = FULL + "".join(f"局,许可{n},1,{n},,,,,,,,\n" for n in ("A1", "A2", "A3", "A3"))
    rows = judged(written(tmp_path, text.encode()), known=known)
    assert faults(rows) == [["duplicate_published"], ["duplicate_draft"], [], ["duplicate_row"]]
    assert rows[3].faults[0].detail == "4"


def test_refused_row_does_not_take_its_number(tmp_path: Path) -> None:
    text = FULL + "局,,1,A1,,,,,,,,\n局,许可,1,A1,,,,,,,,\n"
    assert faults(judged(written(tmp_path, text.encode()))) == [["name_missing"], []]


def test_same_name_in_one_department_is_doubtful(tmp_path: Path) -> None:
    text = FULL + "局,许可,1,A1,,,,,,,,\n局,许可,1,A2,,,,,,,,\n别局,许可,1,A3,,,,,,,,\n"
    rows = judged(written(tmp_path, text.encode()))
    assert ["same_name" in row.warnings for row in rows] == [False, True, False]


@pytest.mark.parametrize(
    ("written_", "code"),
    [
        ("1", "01"), ("01", "01"), ("２０", "20"), ("行政许可", "01"), ("行政许可事项", "01"), ("许可", "01"),
        ("公共服务", "20"), ("其他", "10"), ("001", None), ("", None), ("-1", None), ("贰", None),
    ],
)  # fmt: skip
def test_type_as_people_write_it(written_: str, code: str | None) -> None:
    from tongban.services.catalogue.imports.rules import TYPES

    assert coded(written_, TYPES, width=2) == code


@pytest.mark.parametrize(
    ("area", "level"),
    [
        ("310000", "2"), ("310100", "3"), ("310105", "4"), ("511602000000", "4"), ("310105001", "5"),
        ("310105001003", "6"), ("31", None), ("x", None), ("", None),
    ],
)  # fmt: skip
def test_area_code_tells_the_level(area: str, level: str | None) -> None:
    assert level_of(area) == level


def test_check_characters_of_real_public_bodies(shared: Path) -> None:
    """Codes of bodies read in public lists; two of them are written with the hyphen of the old form."""
    import csv

    with (shared / "data" / "county_items.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["dept_code"] for row in csv.DictReader(file)}
    credit = [code for code in codes if len(code) == 18 and "_" not in code]
    assert sum(credit_code_holds(code.upper()) for code in credit) >= len(credit) - 2
    assert body_code_holds("083372204")
    assert code_warning("68236467-9") in (None, "department_code_check")
    assert code_warning("4148481895459659776") == "department_code_form"
