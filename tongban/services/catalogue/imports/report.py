"""What leaves as a table: the report of refused rows, and the published items. Safe to open in Excel."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from tongban.kernel.errors import N_
from tongban.kernel.language import translate
from tongban.services.catalogue.imports.types import REASONS, Fault, Judged

RISKY = ("=", "+", "-", "@", "\t", "\r")
HEADER = (N_("行号"), N_("字节"), N_("理由代码"), N_("理由"))


def guarded(value: Any) -> str:
    """Return a cell that a spreadsheet will show and not evaluate (a leading apostrophe)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(RISKY) else text


def in_words(fault: Fault, language: str) -> str:
    """Return the reason as a sentence."""
    return translate(REASONS[fault.code], language, detail=fault.detail)


class Report:
    """The report of refused rows: the file comes into being with the first one.

    The original cells stand behind the reasons, so that the report can be mended and imported again.
    """

    def __init__(self, path: Path, header: Iterable[str], language: str) -> None:
        self.path = path
        self._header = tuple(header)
        self._language = language
        self._file: IO[str] | None = None
        self._writer: Any = None

    @property
    def is_written(self) -> bool:
        """Return whether there is anything in it."""
        return self._file is not None

    def add(self, judged: Judged) -> None:
        """Write one refused row."""
        if self._file is None:
            self._open()
        reasons = "；".join(in_words(fault, self._language) for fault in judged.faults)
        codes = " ".join(fault.code for fault in judged.faults)
        row = judged.row
        self._writer.writerow(
            [row.number, row.position or "", codes, guarded(reasons), *map(guarded, row.cells)]
        )

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # With a byte order mark, or Excel takes the Chinese for another encoding.
        self._file = self.path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        named = [translate(name, self._language) for name in HEADER]
        self._writer.writerow([*named, *map(guarded, self._header)])

    def __enter__(self) -> Report:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()


def write_csv(file: IO[str], columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows as CSV with the titles given for the columns; return how many."""
    file.write("\ufeff")
    writer = csv.writer(file)
    writer.writerow(columns.values())
    count = 0
    for row in rows:
        writer.writerow([guarded(row[name]) for name in columns])
        count += 1
    return count


def write_xlsx(path: Path, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows as an Excel file, streamed; return how many. Text that looks like a formula stays text."""
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("items")
    sheet.append(list(columns.values()))
    count = 0
    for row in rows:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", guarded(row[name])) for name in columns])
        count += 1
    workbook.save(path)
    return count
