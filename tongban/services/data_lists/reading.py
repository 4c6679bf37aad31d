"""Read a list and judge its rows; the refused ones go to a report."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tongban.datahub.resources.queries import importing
from tongban.datahub.resources.types import ListKind
from tongban.foundation.government.types import Department
from tongban.kernel.errors import N_, Failure, Invalid
from tongban.kernel.language import translate
from tongban.services.catalogue.imports.queries import fold, guarded, open_table
from tongban.services.catalogue.imports.types import REASONS as UNREADABLE
from tongban.services.catalogue.imports.types import Row, Table
from tongban.services.data_lists.types import Account, Entry, Refused

HEADER = (N_("行号"), N_("列"), N_("理由代码"), N_("理由"))
BESIDE = {"article": "law"}
"""Field → where it is said as well, in a list without a column for it."""
TOO_LONG = N_("文件超过 {most} 行；这样长的清单请由系统管理员用命令行导入，或者分几次导入。")
SHOWN = 50
"""Refused rows that an account carries, to be shown at once; the report has all."""


def read(
    path: Path,
    kind: ListKind,
    columns: Mapping[str, str],
    around: importing.Around,
    refused: Report,
    most: int | None = None,
) -> tuple[Account, Iterator[tuple[list[Row], Entry]]]:
    """Return the account of a list and its good rows, judged while they are taken; raise Invalid for no list at all.

    Args: ``columns`` say field → header; without any they are guessed. More rows than ``most`` raise Invalid, too.
    """

    def fits(header: tuple[str, ...]) -> bool:
        return not importing.missing(kind, importing.place(kind, header, columns, fold))

    table = open_table(path, fits)
    places = importing.place(kind, table.header, columns, fold)
    absent = importing.missing(kind, places)
    if absent:
        raise Invalid(
            "list-unreadable",
            N_("缺少列：{missing}。文件里的列是：{found}。"),
            missing="、".join(f"{name}（{importing.COLUMNS[kind][name][1]}）" for name in absent),
            found="、".join(name[:30] for name in table.header if name),
        )
    account = Account(kind=table.kind, columns={name: table.header[at] for name, at in places.items()})
    account.absent = [
        names[1]
        for name, names in importing.COLUMNS[kind].items()
        if not {name, BESIDE.get(name)} & places.keys()
    ]
    refused.header, refused.places = table.header, places
    return account, _judged(table, kind, places, around, account, refused, most)


def _judged(
    table: Table,
    kind: ListKind,
    places: Mapping[str, int],
    around: importing.Around,
    account: Account,
    refused: Report,
    most: int | None,
) -> Iterator[tuple[list[Row], Entry]]:
    seen: dict[str, int] = {}
    for rows in (
        _together(table.rows, places["code"]) if kind is ListKind.RESOURCE else map(_alone, table.rows)
    ):
        account.rows += len(rows)
        if most is not None and account.rows > most:
            raise Invalid("list-too-long", TOO_LONG, most=most)
        found = _entry(kind, rows, places, around)
        if not isinstance(found, importing.Fault) and found.code in seen:
            found = importing.Fault("twice", str(seen[found.code]), "code")
        if isinstance(found, importing.Fault):
            refuse(rows, found, account, refused)
        else:
            seen[found.code] = rows[0].number
            yield rows, found


def _alone(row: Row) -> list[Row]:
    return [row]


def _together(rows: Iterable[Row], code: int) -> Iterator[list[Row]]:
    """Yield the rows of one resource after the other: those with its code, and those below without one."""
    group: list[Row] = []
    said = ""
    for row in rows:
        own = row.cells[code].strip() if code < len(row.cells) else ""
        if group and own and own != said:
            yield group
            group = []
        group.append(row)
        said = own or said
    if group:
        yield group


def _entry(
    kind: ListKind, rows: list[Row], places: Mapping[str, int], around: importing.Around
) -> Entry | importing.Fault:
    faults = [fault for row in rows for fault in row.faults]
    if faults:
        return importing.Fault(faults[0].code, faults[0].detail, column=faults[0].column)
    cells = [
        {name: row.cells[at] if at < len(row.cells) else "" for name, at in places.items()} for row in rows
    ]
    if kind is ListKind.RESOURCE:
        return importing.judge_resource(cells, around)
    return importing.judge(kind, cells[0], around)


def refuse(rows: list[Row], fault: importing.Fault, account: Account, refused: Report) -> None:
    """Count rows as rejected, and write them to the report."""
    if fault.failure is not None:
        fault = replace(fault, detail=refused.said(fault.failure))
    account.rejected += len(rows)
    account.reasons[fault.code] = account.reasons.get(fault.code, 0) + len(rows)
    column = refused.column(fault)
    for row in rows:
        refused.add(row, column, fault)
    if len(account.refused) < SHOWN:
        account.refused.append(Refused(rows[0].number, column, fault.code, fault.detail))


def finished(account: Account, refused: Report) -> Account:
    """Return the account with its report."""
    account.report = refused.path if refused.is_written else None
    return account


class Report:
    """The report of refused rows: the file comes into being with the first one; the cells stand behind the reasons."""

    def __init__(self, path: Path, language: str, departments: Iterable[Department]) -> None:
        self.path = path
        self.header: tuple[str, ...] = ()
        self.places: Mapping[str, int] = {}
        self._language = language
        self._names = {one.code: one for one in departments}
        self._file: Any = None

    @property
    def is_written(self) -> bool:
        """Return whether there is anything in it."""
        return self._file is not None

    def said(self, failure: Failure) -> str:
        """Return what a failure says; departments that it names by their codes are called by their names."""
        found = {name: self._names.get(str(failure.values.get(name, ""))) for name in ("department", "owner")}
        named = {
            name: one.short if self._language == "zh" else one.english or one.short
            for name, one in found.items()
            if one
        }
        return translate(failure.sentence, self._language, **{**failure.values, **named})

    def column(self, fault: importing.Fault) -> str:
        """Return which column a fault is of, by its letter and its header; empty where it is of the whole row."""
        at = (
            fault.column
            if fault.column is not None
            else self.places.get(fault.field, self.places.get(BESIDE.get(fault.field, "")))
        )
        if at is None:
            return ""
        return f"{importing.letter(at)} {self.header[at] if at < len(self.header) else ''}".strip()

    def add(self, row: Row, column: str, fault: importing.Fault) -> None:
        """Write one refused row."""
        sentences = importing.REASONS | UNREADABLE
        reason = translate(sentences[fault.code], self._language, detail=fault.detail)
        self._writer().writerow(
            [row.number, guarded(column), fault.code, guarded(reason), *map(guarded, row.cells)]
        )

    def _writer(self) -> Any:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # With a byte order mark, or Excel takes the Chinese for another encoding.
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            named = [translate(name, self._language) for name in HEADER]
            csv.writer(self._file).writerow([*named, *map(guarded, self.header)])
        return csv.writer(self._file)

    def __enter__(self) -> Report:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
