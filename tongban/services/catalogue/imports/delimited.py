"""Rows of a CSV file, byte by byte: which encoding it is in, and which rows are in another.

In UTF-8, GBK and GB18030 alike the bytes of comma, quotation mark and line end never occur inside another
character. So the file is cut into cells as bytes, and each row is decoded by itself: one row in another
encoding does not spoil the rest.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from tongban.kernel.errors import N_
from tongban.services.catalogue.errors import ListUnreadable
from tongban.services.catalogue.imports.types import Fault, Row

UTF8, GB = "utf-8", "gb18030"
BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
SAMPLE = 1 << 20
MOST_NULS = 50  # one in so many bytes: more is a program or a picture; a few are dirt in some row
LONGEST_LINE = 1 << 18
MOST_LINES = 100  # of one record: more means that a quotation mark was never closed
FIRST_HAN = "\u2e80"


def sniff(path: Path) -> tuple[str, str]:
    """Return the encoding that most of the file is in, and its delimiter."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    if sample.startswith(UTF16):
        raise ListUnreadable(N_("文件是 UTF-16 编码；请另存为“CSV UTF-8”。"))
    if sample[:4096].count(b"\0") * MOST_NULS > len(sample[:4096]):
        raise ListUnreadable(N_("文件不是 CSV 也不是 .xlsx；请另存为其中一种。"))
    lines = sample.removeprefix(BOM).splitlines()
    return _majority(lines), _delimiter(lines[:10])


def _majority(lines: list[bytes]) -> str:
    telling = [line for line in lines if not line.isascii()]
    utf8 = sum(_decodes(line, UTF8) for line in telling)
    return GB if len(telling) > 2 * utf8 else UTF8


def _delimiter(lines: list[bytes]) -> str:
    return max(",\t;", key=lambda mark: max((line.count(mark.encode()) for line in lines), default=0))


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def rows(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    """Yield the rows of the file in order; blank ones have no cells."""
    with path.open(encoding="latin-1", newline="") as file:
        start = len(BOM) if file.read(len(BOM)).encode("latin-1") == BOM else 0
        file.seek(start)
        for number, (position, raw) in enumerate(_records(file, start, delimiter), start=1):
            yield _row(number, position, raw, encoding)


Cells = list[str] | str
"""The cells of a record, each still bytes read as Latin-1; or the code of what is wrong with it."""


def _records(text: TextIO, position: int, delimiter: str) -> Iterator[tuple[int, Cells]]:
    waiting: deque[str] = deque()

    def next_line() -> str:
        return waiting.popleft() if waiting else text.readline(LONGEST_LINE)

    while line := next_line():
        record, cells = [line], None
        if len(line) >= LONGEST_LINE:
            cells = _skip_line(text, record)
        elif line.count('"') % 2:
            cells = _complete(record, next_line, waiting, delimiter)
        if cells is None:
            cells = next(csv.reader(record, delimiter=delimiter), [])
        yield position, cells
        position += sum(map(len, record))


def _skip_line(text: TextIO, record: list[str]) -> Cells:
    while not record[-1].endswith(("\n", "\r")):
        more = text.readline(LONGEST_LINE)
        if not more:
            break
        # Only lengths are needed from here on; the text of an endless line is not kept.
        record.append(more)
        record[:] = [" " * sum(map(len, record[:-1])), more] if len(record) > 8 else record
    return "too_long"


def _complete(
    record: list[str], next_line: Callable[[], str], waiting: deque[str], delimiter: str
) -> Cells | None:
    """Add the lines that a quoted cell runs over; give them back when its quotation mark never closes."""
    quotes = record[0].count('"')
    while quotes % 2 and len(record) < MOST_LINES and (line := next_line()):
        record.append(line)
        quotes += line.count('"')
    found = [] if quotes % 2 else list(csv.reader(record, delimiter=delimiter))
    if len(found) == 1:
        return found[0]
    waiting.extendleft(reversed(record[1:]))
    del record[1:]
    alone = list(csv.reader(record, delimiter=delimiter))
    # A stray mark inside an unquoted cell harms nobody; one that opens a cell swallows what follows.
    return alone[0] if alone and not _opens(record[0], delimiter) else "unclosed_quote"


def _opens(line: str, delimiter: str) -> bool:
    """Return whether an odd quotation mark stands at the start of a cell."""
    cells = line.split(delimiter)
    return any(cell.startswith('"') and cell.rstrip("\r\n").count('"') % 2 for cell in cells)


def _row(number: int, position: int, raw: Cells, encoding: str) -> Row:
    if isinstance(raw, str):
        return Row(number, position, [], [Fault(raw)])
    joined = "".join(raw)
    if joined.isascii():
        return Row(number, position, raw if joined.strip() else [])
    try:
        cells = [cell.encode("latin-1").decode(encoding) for cell in raw]
    except UnicodeDecodeError:
        return Row(number, position, _as_well_as_possible(raw), [_bad_byte(position, raw, encoding)])
    if encoding == GB and _is_utf8(joined):
        return Row(number, position, _as_well_as_possible(raw), [Fault("encoding", str(position))])
    return Row(number, position, cells)


def _is_utf8(text: str) -> bool:
    """Return whether a row of a GB file is UTF-8 after all.

    GB text that happens to decode as UTF-8 gives Latin, Greek or Arabic letters, hardly ever Han.
    """
    try:
        return any(c >= FIRST_HAN for c in text.encode("latin-1").decode(UTF8))
    except UnicodeDecodeError:
        return False


def _bad_byte(position: int, raw: list[str], encoding: str) -> Fault:
    """Return the fault, naming the byte of the file that can not be read (exact unless cells are quoted)."""
    offset = 0
    for cell in raw:
        try:
            cell.encode("latin-1").decode(encoding)
        except UnicodeDecodeError as error:
            return Fault("encoding", str(position + offset + error.start))
        offset += len(cell) + 1
    return Fault("encoding", str(position))


def _as_well_as_possible(raw: list[str]) -> list[str]:
    """Return the cells for the report: in whichever encoding they can be read."""
    for encoding in (UTF8, GB):
        if all(_decodes(cell.encode("latin-1"), encoding) for cell in raw):
            return [cell.encode("latin-1").decode(encoding) for cell in raw]
    return [cell.encode("latin-1").decode(UTF8, errors="replace") for cell in raw]
