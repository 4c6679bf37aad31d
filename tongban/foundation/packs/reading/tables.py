"""CSV as rows of text: UTF-8, commas, a header that names the columns; an empty cell is absent."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from tongban.foundation.packs.reading.rules import RULES
from tongban.foundation.packs.reading.text import shown
from tongban.foundation.packs.types import Place, Problems

OTHER_SEPARATORS = {"\t": "Tab", ";": ";", "，": "，", "|": "|"}
LONGEST_CELL = 100_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by column, and the line it begins on."""

    cells: dict[str, str]
    line: int


def read(text: str, file: str, problems: Problems) -> tuple[tuple[str, ...], list[Row]]:
    """Return the columns and the rows of a CSV text; rows that can not be read are told and left out."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: tuple[str, ...] | None = None
    rows: list[Row] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            problems.add(RULES["csv-quotes"], Place(file, line, 1))
            return columns or (), rows
        if cells is None:
            return columns or (), rows
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = _header(cells, line, file, problems)
            if columns is None:
                return (), []
        elif len(cells) != len(columns):
            problems.add(RULES["csv-cells"], Place(file, line, 1), found=len(cells), wanted=len(columns))
        else:
            rows.append(Row({c: v.strip() for c, v in zip(columns, cells, strict=True) if v.strip()}, line))


def _header(cells: list[str], line: int, file: str, problems: Problems) -> tuple[str, ...] | None:
    columns = tuple(cell.strip() for cell in cells)
    if len(columns) == 1:
        for separator, name in OTHER_SEPARATORS.items():
            if separator in columns[0]:
                problems.add(RULES["csv-separator"], Place(file, line, 1), found=name)
                return None
    twice = {column for column in columns if columns.count(column) > 1}
    for column in sorted(twice):
        problems.add(RULES["csv-column-twice"], Place(file, line, 1), column=shown(column))
    return None if twice else columns


def column_of(text: str, line: int, index: int) -> int:
    """Return the column (from 1) at which the cell ``index`` of the row on ``line`` begins."""
    lines = text.split("\n")
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    commas, quoted = 0, False
    for column, character in enumerate(written):
        if commas == index:
            return column + 1
        if character == '"':
            quoted = not quoted
        commas += character == "," and not quoted
    return len(written) + 1 if commas == index and index else 1
