"""From files to records: each entry validated, known by its code, and traceable to its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_origin

from pydantic import ValidationError

from tongban.foundation.packs.reading import tables
from tongban.foundation.packs.reading.explaining import Naming, annotation_at, explain
from tongban.foundation.packs.reading.folder import Document, Folder, Table
from tongban.foundation.packs.reading.plain import Path
from tongban.foundation.packs.reading.rules import RULES
from tongban.foundation.packs.reading.text import shown
from tongban.foundation.packs.types import Finding, Noun, Place, Problems, Rule, did_you_mean
from tongban.kernel.records import Record

R = TypeVar("R", bound=Record)
SEPARATOR = ";"
NO_NAMING = Naming()


@dataclass(frozen=True, slots=True)
class Found(Generic[R]):
    """A record and where it was read."""

    record: R
    document: Document | Table
    base: Path | tables.Row

    def place(self, path: Path = ()) -> Place:
        """Return where a field of the record stands, or the record itself."""
        if isinstance(self.document, Document) and isinstance(self.base, tuple):
            return self.document.place((*self.base, *path))
        if isinstance(self.document, Table) and isinstance(self.base, tables.Row):
            return self.document.place(self.base, str(path[0]) if path else None)
        raise TypeError("a record of a document has a path, one of a table a row")


class Entries(Generic[R]):
    """All entries of one kind by code. ``complete`` is False where some could not be read, so that
    a reference to one of those is not held against whoever refers to it.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self.found: dict[str, Found[R]] = {}
        self.complete = True
        self._broken: set[str] = set()

    @property
    def records(self) -> dict[str, R]:
        """Return the records by code, in the order in which they were read."""
        return {code: found.record for code, found in self.found.items()}

    def __iter__(self) -> Iterator[Found[R]]:
        return iter(self.found.values())

    def __contains__(self, code: object) -> bool:
        return code in self.found or code in self._broken or not self.complete

    def keep(self, found: Found[R], code: str, problems: Problems, field: str = "code") -> None:
        """Keep a record under its code; a second one with the same code is told and left out."""
        first = self.found.get(code)
        if first is None:
            self.found[code] = found
            return
        problems.add(
            RULES["duplicate-code"],
            found.place((field,)),
            what=Noun(self.what),
            code=code,
            other=str(first.place((field,))),
        )

    def note_broken(self, data: Any) -> None:
        """Remember the code of an entry that was refused, or that there is one without a code."""
        code = data.get("code") if isinstance(data, dict) else None
        if isinstance(code, str):
            self._broken.add(code)
        else:
            self.complete = False

    def tell_unknown(self, code: str, field: object, at: Place, problems: Problems) -> None:
        """Tell a reference to an entry that is not there; those to unreadable ones are passed over."""
        if code not in self:
            problems.add(
                RULES["unknown-reference"],
                at,
                field=field,
                what=Noun(self.what),
                code=shown(code),
                hint=did_you_mean(code, self.found),
            )


def read_one(folder: Folder, name: str, model: type[R], naming: Naming = NO_NAMING) -> Found[R] | None:
    """Return the one record that a YAML file is, or None with problems told."""
    document = folder.yaml(name)
    return (
        None if document is None else _validated(document, (), document.data, model, naming, folder.problems)
    )


def read_lists(
    folder: Folder, names: Iterable[str], key: str, model: type[R], what: str, naming: Naming = NO_NAMING
) -> Entries[R]:
    """Return the entries of YAML files that each have a list under ``key``, by code."""
    entries: Entries[R] = Entries(what)
    for name in names:
        document = folder.yaml(name)
        rows = None if document is None else _list_of(document, key, folder.problems)
        if document is None or rows is None:
            entries.complete = entries.complete and not folder.has(name)
            continue
        for position, data in enumerate(rows):
            base = (key, position)
            found = _validated(document, base, data, model, naming, folder.problems)
            if found is None:
                entries.note_broken(data)
            else:
                entries.keep(found, found.record.code, folder.problems)  # type: ignore[attr-defined]
    return entries


def read_files(
    folder: Folder, names: Iterable[str], model: type[R], what: str, naming: Naming = NO_NAMING
) -> Entries[R]:
    """Return the entries of YAML files that are one record each, by code."""
    entries: Entries[R] = Entries(what)
    for name in names:
        document = folder.yaml(name)
        if document is None:
            entries.complete = False
            continue
        found = _validated(document, (), document.data, model, naming, folder.problems)
        if found is None:
            entries.note_broken(document.data)
        else:
            entries.keep(found, found.record.code, folder.problems)  # type: ignore[attr-defined]
    return entries


def read_table(
    folder: Folder,
    name: str,
    model: type[R],
    what: str,
    naming: Naming = NO_NAMING,
    code: str | None = "code",
) -> Entries[R]:
    """Return the rows of a CSV file as records, by the column ``code`` (by line where it is None)."""
    entries: Entries[R] = Entries(what)
    table = folder.csv(name)
    if table is None or (name in folder.unread and not table.rows):
        entries.complete = not folder.has(name)
        return entries
    if not table.columns:
        columns = ", ".join(info.alias or field for field, info in model.model_fields.items())
        folder.problems.add(RULES["csv-no-header"], Place(name), columns=columns)
        entries.complete = False
        return entries
    entries.complete = name not in folder.unread
    _check_columns(table, model, folder.problems)
    for row in table.rows:
        data = cells(row, model)
        found = _row(table, row, data, model, naming, folder.problems)
        if found is None:
            entries.note_broken(data)
        else:
            key = str(getattr(found.record, code)) if code else f"{name}:{row.line}"
            entries.keep(found, key, folder.problems, code or "")
    return entries


def cells(row: tables.Row, model: type[Record]) -> dict[str, Any]:
    """Return a row's cells as plain data: cells of list fields split at “;”, unknown columns left out."""
    data: dict[str, Any] = {}
    for column, cell in row.cells.items():
        if column in model.model_fields:
            is_list = get_origin(annotation_at(model, (column,))) is tuple
            data[column] = [one.strip() for one in cell.split(SEPARATOR) if one.strip()] if is_list else cell
    return data


def tell(
    rules: Mapping[str, Rule], findings: Iterable[Finding], found: Found[Any], problems: Problems
) -> None:
    """Tell what rules found wrong with a record, each at its line."""
    for finding in findings:
        problems.add(rules[finding.rule], found.place(finding.path), **(finding.values or {}))


def _list_of(document: Document, key: str, problems: Problems) -> list[Any] | None:
    data = document.data
    if not isinstance(data, dict) or not (
        isinstance(data.get(key), list) or (key in data and data[key] is None)
    ):
        problems.add(
            RULES["not-a-list"],
            document.place((key,) if isinstance(data, dict) and key in data else ()),
            key=key,
        )
        return None
    for other in data:
        if other != key:
            problems.add(
                RULES["unknown-field"],
                document.place((other,), name=True),
                field=shown(other),
                hint=did_you_mean(other, [key]),
            )
    return data[key] or []


def _validated(
    document: Document, base: Path, data: Any, model: type[R], naming: Naming, problems: Problems
) -> Found[R] | None:
    try:
        return Found(model.model_validate(data), document, base)
    except ValidationError as error:
        explain(error, model, data, lambda path, name: document.place((*base, *path), name), naming, problems)
        return None


def _row(
    table: Table, row: tables.Row, data: dict[str, Any], model: type[R], naming: Naming, problems: Problems
) -> Found[R] | None:
    try:
        return Found(model.model_validate(data), table, row)
    except ValidationError as error:
        explain(
            error,
            model,
            data,
            lambda path, name: table.place(row, str(path[0]) if path else None),
            naming,
            problems,
        )
        return None


def _check_columns(table: Table, model: type[Record], problems: Problems) -> None:
    known = [info.alias or field for field, info in model.model_fields.items()]
    header = tables.Row({}, 1)
    for column in table.columns:
        if column not in known:
            hint = did_you_mean(column, known)
            problems.add(RULES["unknown-field"], table.place(header, column), field=shown(column), hint=hint)
