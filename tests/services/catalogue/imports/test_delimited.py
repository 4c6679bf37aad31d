"""CSV as it comes: encodings, marks, line ends, broken quotation; every row is accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.services.catalogue.errors import ListUnreadable
from tongban.services.catalogue.imports.headers import Said, read_said
from tongban.services.catalogue.imports.reading import Reading, read_list
from tongban.services.catalogue.imports.types import Judged, Known, Tally

HEADER = "department,name,task_type,item_code\n"
ROW = "市场监管局,食品经营许可,1,A{}\n"


def judged(path: Path, said: Said | None = None, known: Known | None = None) -> list[Judged]:
    return list(opened(path, said, known).judged)


def opened(path: Path, said: Said | None = None, known: Known | None = None) -> Reading:
    return read_list(path, said or Said(), lambda: known or Known())


def written(folder: Path, content: bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def faults(rows: list[Judged]) -> list[list[str]]:
    return [[fault.code for fault in row.faults] for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    text = HEADER + "".join(ROW.format(n) for n in range(5))
    rows = judged(written(tmp_path, text.replace("\n", end).encode(encoding)))
    assert len(rows) == 5
    assert all(row.is_accepted for row in rows)
    assert rows[0].document is not None
    assert rows[0].document["name"] == "食品经营许可"
    assert [row.row.number for row in rows] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(("own", "other"), [("utf-8", "gbk"), ("gbk", "utf-8")])
def test_rows_in_another_encoding_are_refused_with_their_place(tmp_path: Path, own: str, other: str) -> None:
    start = (HEADER + ROW.format(1)).encode(own)
    content = start + ROW.format(2).encode(other) + ROW.format(3).encode(own)
    rows = judged(written(tmp_path, content))
    assert faults(rows) == [[], ["encoding"], []]
    assert len(start) <= int(rows[1].faults[0].detail) < len(start) + 20
    assert rows[1].row.cells[1] == "食品经营许可", "the report shows what it can be read as"


def test_byte_that_is_in_no_encoding(tmp_path: Path) -> None:
    content = HEADER.encode() + "市场监管局,食品".encode() + b"\xff\xfe" + b",1,A1\n"
    (row,) = judged(written(tmp_path, content + ROW.format(2).encode()))[:1]
    assert row.faults[0].code == "encoding"
    assert int(row.faults[0].detail) == content.index(b"\xff")


def test_line_break_inside_a_quoted_cell_is_folded(tmp_path: Path) -> None:
    rows = judged(written(tmp_path, (HEADER + '市场监管局,"食品经营\r\n许可",1,A1\n').encode()))
    assert rows[0].document is not None
    assert rows[0].document["name"] == "食品经营许可"
    assert "line_break" in rows[0].warnings


def test_quotation_mark_that_never_closes_costs_one_row(tmp_path: Path) -> None:
    text = HEADER + ROW.format(1) + '市场监管局,"食品,1,A2\n' + "".join(ROW.format(n) for n in range(3, 300))
    rows = judged(written(tmp_path, text.encode()))
    assert [row.row.number for row in rows if row.faults] == [3]
    assert rows[1].faults[0].code == "unclosed_quote"
    assert len(rows) == 299


def test_stray_quotation_mark_harms_nobody(tmp_path: Path) -> None:
    text = HEADER + '市场监管局,5" 管道许可,1,A1\n' + ROW.format(2) + '市场监管局,6" 管道许可,1,A3\n'
    assert [row.is_accepted for row in judged(written(tmp_path, text.encode()))] == [True, True, True]


def test_blank_lines_count_as_rows_of_the_sheet_but_not_of_the_list(tmp_path: Path) -> None:
    rows = judged(written(tmp_path, (HEADER + "\n,,,\n" + ROW.format(1)).encode()))
    assert [row.row.number for row in rows] == [4]


def test_rows_of_another_width_are_refused(tmp_path: Path) -> None:
    text = HEADER + "市场监管局,食品经营,许可,1,A1\n市场监管局,食品\n"
    assert faults(judged(written(tmp_path, text.encode()))) == [["columns"], ["columns"]]


def test_endless_line_costs_one_row_and_no_memory(tmp_path: Path) -> None:
    text = HEADER + "x" * 3_000_000 + "\n" + ROW.format(1)
    assert faults(judged(written(tmp_path, text.encode()))) == [["too_long"], []]


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_other_delimiters(tmp_path: Path, delimiter: str) -> None:
    text = (HEADER + ROW.format(1)).replace(",", delimiter)
    assert judged(written(tmp_path, text.encode()))[0].is_accepted


def test_header_below_a_title(tmp_path: Path) -> None:
    reading = opened(written(tmp_path, ("某区事项清单,,,\n" + HEADER + ROW.format(1)).encode()))
    assert reading.table.header_row == 2
    assert len(list(reading.judged)) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "没有内容"),
        (b"\n\n\n", "没有内容"),
        ("名称\n许可\n".encode("utf-16"), "UTF-16"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "旧版 Excel"),
        (b"%PDF-1.7 rest", "PDF"),
        (b"\x7fELF\x00\x00\x00", "不是 CSV"),
        (b"PK\x03\x04 broken", "损坏"),
        (
            b"a,b,c\n1,2,3\n",
            "缺少列：name（事项名称）、type（事项类型）、department（实施主体）。文件里的列是：a、b、c",
        ),
        ("事项名称,类型\n许可,1\n".encode(), "缺少列：department（实施主体）"),
    ],
)
def test_file_that_can_not_be_read_is_refused_with_a_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(ListUnreadable, match=sentence):
        judged(written(tmp_path, content))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ListUnreadable, match=r"nothing\.csv"):
        judged(tmp_path / "nothing.csv")


def test_mapping_names_columns_of_any_name(tmp_path: Path) -> None:
    path = written(tmp_path, "谁,什么,哪类\n市场监管局,食品经营许可,许可\n".encode())
    (row,) = judged(path, read_said("department=谁,name=什么, type = 哪类"))
    assert row.document is not None
    assert (row.department_said, row.document["type"]) == ("市场监管局", "01")


def test_mapping_file_may_also_translate_values(tmp_path: Path) -> None:
    path = written(tmp_path, "谁,什么,哪类\n甲局,食品经营许可,XK\n".encode())
    said = tmp_path / "map.yaml"
    said.write_text(
        "columns:\n  department: 谁\n  name: 什么\n  type: 哪类\ntypes: {XK: 01}\ndepartments: {甲局: market}\n",
        encoding="utf-8",
    )
    known = Known(find_department={"market": "market"}.get)
    (row,) = judged(path, read_said(str(said)), known)
    assert row.document is not None
    assert (row.document["type"], row.document["department"]) == ("01", "market")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("colour=颜色", "没有“colour”这个字段"),
        ("name=没有这列,type=task_type,department=department", "没有这列"),
        ("name=name,type", "字段=列名"),
        ("missing.yaml", "无法读取"),
    ],
)
def test_mapping_that_does_not_fit(tmp_path: Path, said: str, sentence: str) -> None:
    path = written(tmp_path, (HEADER + ROW.format(1)).encode())
    with pytest.raises(ListUnreadable, match=sentence):
        judged(path, read_said(said))


@pytest.mark.parametrize(
    "content", ["- a\n- b\n", "a: [1, 2]\n", "a: 'b\n", "name: {x: y}\n", "!!python/object:x {}\n"]
)
def test_mapping_file_that_is_no_mapping(tmp_path: Path, content: str) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ListUnreadable):
        read_said(str(path))


def test_real_list_of_a_county(shared: Path) -> None:
    """794 real rows: codes made up, one name twice in a department, a county of another province."""
    reading = opened(shared / "data" / "county_items.csv", known=Known(area="310000"))
    tally = Tally()
    for row in reading.judged:
        tally.count(row)
    assert (tally.rows, tally.accepted, tally.rejected) == (794, 794, 0)
    assert reading.columns["number"] == "item_code"
    assert tally.warnings["same_name"] == 2
    assert tally.warnings["department_code_form"] == 212
    assert tally.warnings["area_elsewhere"] == 794


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.binary(max_size=100) | st.text(max_size=40).map(str.encode))
def test_whatever_the_bytes_every_row_is_accepted_or_refused(tmp_path: Path, body: bytes) -> None:
    good = HEADER.encode() + ROW.format(0).encode() * 100
    rows = judged(written(tmp_path, good + body))
    numbers = [row.row.number for row in rows]
    assert numbers == sorted(set(numbers))
    assert all((row.document is None) == bool(row.faults) for row in rows)
