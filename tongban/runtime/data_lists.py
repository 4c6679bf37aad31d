"""Take a department's list of data in, or only try it: on the folder alone, without any database."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tongban.datahub.resources.rules import cataloguing, importing
from tongban.datahub.resources.types import DataDuty, Demand, ListKind, Lists, Negative, Origin, Resource
from tongban.foundation.government.rules import finder
from tongban.kernel.errors import N_, Failure, Invalid
from tongban.kernel.language import translate
from tongban.kernel.types import Actor
from tongban.runtime.city import CityPack, read_city
from tongban.services.catalogue.imports.queries import fold, guarded, open_table
from tongban.services.catalogue.imports.types import REASONS as UNREADABLE
from tongban.services.catalogue.imports.types import Row, Table
from tongban.services.catalogue.types import Item

Entry = DataDuty | Demand | Negative | Resource
MOST_MAP = 1 << 16
HEADER = (N_("行号"), N_("理由代码"), N_("理由"))


@dataclass(slots=True)
class Account:
    """What became of a list: every row is either accepted or rejected."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    entries: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    report: Path | None = None

    def document(self) -> dict[str, object]:
        """Return the account as plain data."""
        return {
            "rows": self.rows,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "reasons": self.reasons,
            "entries": self.entries,
            "columns": self.columns,
            "kind": self.kind,
            "report": str(self.report) if self.report else None,
        }


def try_list(path: Path, kind: ListKind, said: str, report: Path, folder: Path, language: str) -> Account:
    """Judge every row against the folder; nothing is kept but the report."""
    pack, _ = read_city(folder)
    with _Report(report, language) as refused:
        account, entries = _read(path, kind, said, around_of(pack), refused)
        for rows, entry in entries:
            account.accepted += len(rows)
            account.entries.append(entry.code)
    return _finished(account, refused)


def take_list(
    path: Path,
    kind: ListKind,
    said: str,
    report: Path,
    language: str,
    why: str,
    by: Actor,
    at: datetime,
) -> Account:
    """Write the good rows into their list, all in one transaction, and the bad ones to the report."""
    from django.db import transaction

    with _Report(report, language) as refused, transaction.atomic():
        account, entries = _read(path, kind, said, around_now(), refused)
        for rows, entry in entries:
            try:
                _write(entry, why, by, at)
            except Failure as failure:
                _refuse(rows, importing.Fault("rule", str(failure)), account, refused)
            else:
                account.accepted += len(rows)
                account.entries.append(entry.code)
    return _finished(account, refused)


def _write(entry: Entry, why: str, by: Actor, at: datetime) -> None:
    from tongban.datahub.resources import operations

    if isinstance(entry, Resource):
        operations.register_resource(resource=entry, why=why, by=by, at=at, origin=Origin.LIST)
    elif isinstance(entry, DataDuty):
        operations.write_duty(duty=entry, why=why, by=by, at=at, origin=Origin.LIST)
    elif isinstance(entry, Demand):
        operations.list_demand(demand=entry, why=why, by=by, at=at, origin=Origin.LIST)
    else:
        operations.write_negative(negative=entry, review=why, by=by, at=at, origin=Origin.LIST)


def _read(
    path: Path, kind: ListKind, said: str, around: importing.Around, refused: _Report
) -> tuple[Account, Iterator[tuple[list[Row], Entry]]]:
    columns = read_map(said, kind)

    def fits(header: tuple[str, ...]) -> bool:
        return not importing.missing(kind, importing.place(kind, header, columns, fold))

    table = open_table(path, fits)
    places = importing.place(kind, table.header, columns, fold)
    absent = importing.missing(kind, places)
    if absent:
        raise Invalid(
            "list-unreadable",
            N_("缺少列：{missing}。文件里的列是：{found}。可以用 --map 指明。"),
            missing="、".join(f"{name}（{importing.COLUMNS[kind][name][1]}）" for name in absent),
            found="、".join(name[:30] for name in table.header if name),
        )
    account = Account(kind=table.kind, columns={name: table.header[at] for name, at in places.items()})
    refused.header = table.header
    return account, _judged(table, kind, places, around, account, refused)


def _judged(
    table: Table,
    kind: ListKind,
    places: Mapping[str, int],
    around: importing.Around,
    account: Account,
    refused: _Report,
) -> Iterator[tuple[list[Row], Entry]]:
    seen: dict[str, int] = {}
    for rows in (
        _together(table.rows, places["code"]) if kind is ListKind.RESOURCE else map(_alone, table.rows)
    ):
        account.rows += len(rows)
        found = _entry(kind, rows, places, around)
        if not isinstance(found, importing.Fault) and found.code in seen:
            found = importing.Fault("twice", str(seen[found.code]))
        if isinstance(found, importing.Fault):
            _refuse(rows, found, account, refused)
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
        return importing.Fault(faults[0].code, faults[0].detail)
    cells = [{name: row.cells[at] for name, at in places.items() if at < len(row.cells)} for row in rows]
    return (
        cataloguing.judge(cells, around)
        if kind is ListKind.RESOURCE
        else importing.judge(kind, cells[0], around)
    )


def _refuse(rows: list[Row], fault: importing.Fault, account: Account, refused: _Report) -> None:
    account.rejected += len(rows)
    account.reasons[fault.code] = account.reasons.get(fault.code, 0) + len(rows)
    for row in rows:
        refused.add(row, fault)


def _finished(account: Account, refused: _Report) -> Account:
    account.report = refused.path if refused.is_written else None
    return account


def read_map(said: str, kind: ListKind) -> dict[str, str]:
    """Return field → column of a YAML file, or as written ``field=column,…``; raise Invalid."""
    if not said:
        return {}
    if "=" in said and not Path(said).is_file():
        pairs = (pair.partition("=") for pair in said.split(",") if pair.strip())
        columns = {name.strip(): column.strip() for name, _, column in pairs}
    else:
        columns = _from_yaml(Path(said))
    unknown = [name for name in columns if name not in importing.COLUMNS[kind]]
    if unknown or not all(columns.values()):
        raise Invalid(
            "map-unusable",
            N_("--map 要写成 字段=列名,字段=列名，或给出一个 YAML 文件；可用的字段是：{known}。"),
            known="、".join(importing.COLUMNS[kind]),
        )
    return columns


def _from_yaml(path: Path) -> dict[str, str]:
    import yaml

    try:
        with path.open("rb") as file:
            content = yaml.load(file.read(MOST_MAP), Loader=yaml.BaseLoader)  # noqa: S506  plain data only
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid("map-unreadable", N_("无法读取 --map 的文件“{file}”。"), file=path.name) from error
    return (
        {str(name): str(column) for name, column in content.items()}
        if isinstance(content, dict)
        else {"": ""}
    )


def around_of(pack: CityPack) -> importing.Around:
    """Return what a folder knows."""
    lists = Lists(pack.resources, negatives=tuple(pack.negatives.values()))
    find = finder(pack.departments.values(), pack.districts.values())
    systems = {one.code: one.name for one in pack.systems.values()}
    themes = {one.code: one.name for one in pack.data_themes.values()}
    return _around(lists, find, pack.items.values(), systems, themes)


def around_now() -> importing.Around:
    """Return what is published at this moment."""
    from tongban.datahub.resources import queries as resources
    from tongban.foundation.government import queries as government
    from tongban.services.catalogue import queries as catalogue

    find = finder(government.departments(), government.districts())
    systems = {one.code: one.name for one in resources.systems()}
    themes = {one.code: one.name for one in resources.themes()}
    return _around(resources.lists(), find, catalogue.all_items().values(), systems, themes)


def _around(
    lists: Lists, find: Any, items: Iterable[Item], systems: Mapping[str, str], themes: Mapping[str, str]
) -> importing.Around:
    items = tuple(items)
    return importing.Around(
        find_department=find,
        resources=lists.resources,
        negatives=lists.negatives,
        items={item.code: item.name for item in items},
        materials={item.code: {one.code: one.name for one in item.materials} for item in items},
        systems=systems,
        themes=themes,
    )


def asked_of_people(items: Iterable[Item]) -> list[tuple[str, str]]:
    """Return the (item, material) that people are asked for: of items in use, without forms."""
    return [
        (item.code, material.code)
        for item in items
        if item.state == "in_use"
        for material in item.materials
        if not material.is_form
    ]


class _Report:
    """The report of refused rows: the file comes into being with the first one; the cells stand behind the reasons."""

    def __init__(self, path: Path, language: str) -> None:
        self.path = path
        self.header: tuple[str, ...] = ()
        self._language = language
        self._file: Any = None

    @property
    def is_written(self) -> bool:
        """Return whether there is anything in it."""
        return self._file is not None

    def add(self, row: Row, fault: importing.Fault) -> None:
        """Write one refused row."""
        sentences = importing.REASONS | UNREADABLE
        reason = translate(sentences[fault.code], self._language, detail=fault.detail)
        self._writer().writerow([row.number, fault.code, guarded(reason), *map(guarded, row.cells)])

    def _writer(self) -> Any:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # With a byte order mark, or Excel takes the Chinese for another encoding.
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            named = [translate(name, self._language) for name in HEADER]
            csv.writer(self._file).writerow([*named, *map(guarded, self.header)])
        return csv.writer(self._file)

    def __enter__(self) -> _Report:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
