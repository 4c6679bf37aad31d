"""Open a list: find out what the file is, and which row is its header."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path

from tongban.kernel.errors import N_
from tongban.services.catalogue.errors import ListUnreadable
from tongban.services.catalogue.imports import delimited, workbook
from tongban.services.catalogue.imports.types import Row, Table

ZIP, OLD_OFFICE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
LOOK = 10  # rows in which the header is looked for; above it stand titles
csv.field_size_limit(delimited.LONGEST_LINE * delimited.MOST_LINES)


def open_table(path: Path, fits: Callable[[tuple[str, ...]], bool]) -> Table:
    """Return the list in the file; ``fits`` says whether a row is a header that can be used.

    When no row fits, the first is taken for the header, so that a sentence can say what was found in it.
    Raise ListUnreadable.
    """
    kind, encoding, rows = _rows(path)
    first = list(islice(rows, LOOK))
    if not any(row.cells for row in first):
        raise ListUnreadable(N_("文件“{file}”里没有内容。"), file=path.name)
    at = next((i for i, row in enumerate(first) if fits(_header(row))), None)
    if at is None:
        at = next(i for i, row in enumerate(first) if row.cells)
    following = (row for row in chain(first[at + 1 :], rows) if row.cells or row.faults)
    return Table(kind, encoding, _header(first[at]), first[at].number, following)


def _header(row: Row) -> tuple[str, ...]:
    return tuple(" ".join(cell.split()) for cell in row.cells)


def _rows(path: Path) -> tuple[str, str, Iterator[Row]]:
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise ListUnreadable(
            N_("无法读取文件“{file}”：{reason}。"), file=path.name, reason=error.strerror or str(error)
        ) from error
    if head.startswith(ZIP):
        return "xlsx", "", workbook.rows(path)
    if head.startswith(OLD_OFFICE):
        raise ListUnreadable(N_("文件是旧版 Excel（.xls）或加了密码；请另存为不加密的 .xlsx 或 CSV。"))
    if head.startswith(PDF):
        raise ListUnreadable(N_("文件是 PDF，读不出表格；请用原来的 Excel 或 CSV。"))
    encoding, delimiter = delimited.sniff(path)
    return "csv", encoding, delimited.rows(path, encoding, delimiter)
