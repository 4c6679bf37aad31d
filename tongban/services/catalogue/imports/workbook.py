"""Rows of an Excel file (.xlsx), streamed. Formulas are never evaluated; what Excel computed last is read."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import repeat
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from tongban.kernel.errors import N_
from tongban.services.catalogue.errors import ListUnreadable
from tongban.services.catalogue.imports.types import Fault, Row

MOST_UNPACKED = 512 << 20
MOST_STRINGS = 96 << 20
MOST_RATIO = 200  # unpacked to packed: real sheets reach about 30
SMALL = 8 << 20
MOST_PARTS = 2000
CHUNK = 1 << 20
ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!"})
EXACT = 10**15  # Excel keeps 15 digits of a number
MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
OVERLAP = 200  # bytes kept between chunks, so that nothing is missed at their border


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range: columns from 0, rows from 1, ends included."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(slots=True)
class Features:
    """What a streamed sheet does not tell by itself."""

    merged: list[Merged]
    has_formulas: bool


def rows(path: Path) -> Iterator[Row]:
    """Yield the rows of the first sheet that is visible and has any; blank ones have no cells."""
    _refuse_bombs(path)
    try:
        yield from _rows(path)
    except (KeyError, ValueError, ParseError, zipfile.BadZipFile, TypeError, OSError) as error:
        raise ListUnreadable(
            N_("Excel 文件已损坏，无法读取：{reason}。"), reason=str(error)[:200] or type(error).__name__
        ) from error


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise ListUnreadable(N_("Excel 文件已损坏，无法读取：{reason}。"), reason=str(error)) from error
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    strings = sum(part.file_size for part in parts if part.filename.endswith("sharedStrings.xml"))
    if (
        unpacked > MOST_UNPACKED
        or strings > MOST_STRINGS
        or len(parts) > MOST_PARTS
        or (unpacked > SMALL and unpacked / packed > MOST_RATIO)
    ):
        raise ListUnreadable(
            N_("Excel 文件解压后有 {size} MB，是压缩包的 {ratio} 倍，不予读取；请另存为 CSV。"),
            size=unpacked >> 20,
            ratio=unpacked // packed,
        )
    if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        raise ListUnreadable(N_("Excel 文件里有宏，不予读取；请另存为不含宏的 .xlsx 或 CSV。"))
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise ListUnreadable(N_("文件是压缩包，但不是 .xlsx 工作簿；请另存为 .xlsx 或 CSV。"))


def _rows(path: Path) -> Iterator[Row]:
    import openpyxl

    workbook = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    sheet = next((one for one in workbook.worksheets if one.sheet_state == "visible"), None)
    if sheet is None:
        raise ListUnreadable(N_("Excel 文件里没有可见的工作表。"))
    # A sheet may claim to end earlier or later than it does.
    sheet.reset_dimensions()
    features = _features(path, sheet._worksheet_path)
    formulas: Iterator[Any] = repeat(())
    if features.has_formulas:
        twin = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
        twin_sheet = twin[sheet.title]
        twin_sheet.reset_dimensions()
        formulas = twin_sheet.iter_rows(values_only=True)
    merging = _Merging(features.merged)
    for number, (cells, written) in enumerate(
        zip(sheet.iter_rows(values_only=True), formulas, strict=False), start=1
    ):
        row = _row(number, cells, written)
        merging.apply(row)
        yield row


def _features(path: Path, part: str) -> Features:
    """Return what is merged and whether there are formulas, by one pass over the sheet's bytes."""
    features = Features([], False)
    with zipfile.ZipFile(path) as archive, archive.open(part.lstrip("/")) as file:
        _refuse_entities(file.read(CHUNK))
        file.seek(0)
        seen: set[tuple[bytes, ...]] = set()
        for block in _blocks(file):
            features.has_formulas = features.has_formulas or FORMULA.search(block) is not None
            seen.update(match.groups() for match in MERGE.finditer(block))
    features.merged = [
        Merged(_column(left), int(top), _column(right), int(bottom)) for left, top, right, bottom in seen
    ]
    return features


def _refuse_entities(head: bytes) -> None:
    """No sheet declares a document type; one that does wants to unfold into something else."""
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise ListUnreadable(N_("Excel 文件里有不该有的 XML 声明，不予读取。"))


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    tail = b""
    while chunk := file.read(CHUNK):
        yield tail + chunk
        tail = chunk[-OVERLAP:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _row(number: int, values: tuple[Any, ...], written: tuple[Any, ...]) -> Row:
    row = Row(number, 0, [value if type(value) is str else text_of(value) for value in values])
    for index, value in enumerate(values):
        if type(value) is str:
            if value in ERRORS:
                row.faults.append(Fault("cell_error", value, index))
        elif value is None:
            if index < len(written) and written[index] is not None:
                row.faults.append(Fault("formula", _formula(written[index]), index))
        elif isinstance(value, int | float) and abs(value) >= EXACT:
            row.warnings.append("digits_lost")
    while row.cells and not row.cells[-1]:
        row.cells.pop()
    return row


def _formula(written: Any) -> str:
    """Return a formula as it was written; array formulas and data tables are objects of their own."""
    return str(getattr(written, "text", None) or written)[:60]


def text_of(value: Any) -> str:
    """Return a cell's value as it would be typed."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


class _Merging:
    """What merged ranges mean, row by row: down one column a value holds for all; across columns it is lost."""

    def __init__(self, merged: list[Merged]) -> None:
        self._waiting = sorted(merged, key=lambda one: one.top, reverse=True)
        self._open: list[tuple[Merged, str]] = []

    def apply(self, row: Row) -> None:
        """Fill the row's cells from the ranges that reach into it."""
        self._open = [(one, value) for one, value in self._open if one.bottom >= row.number]
        for one, value in self._open:
            if one.left == one.right:
                _fill(row, one.left, value)
        while self._waiting and self._waiting[-1].top <= row.number:
            one = self._waiting.pop()
            value = row.cells[one.left] if one.left < len(row.cells) else ""
            if one.bottom >= row.number:
                self._open.append((one, value))
        for one, value in self._open:
            if one.right > one.left:
                row.faults.append(Fault("merged", value[:60], one.left))


def _fill(row: Row, column: int, value: str) -> None:
    row.cells.extend("" for _ in range(column + 1 - len(row.cells)))
    row.cells[column] = value
    row.warnings.append(f"filled_down:{column}")
