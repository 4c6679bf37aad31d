"""The catalogue as departments keep it in tables: one row a field, what is said of the resource in its first. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from tongban.datahub.resources.labels import VALUES
from tongban.datahub.resources.rules import entries, partial
from tongban.datahub.resources.rules.cells import clean, day, plain, whole
from tongban.datahub.resources.rules.importing import (
    COLUMNS,
    Around,
    Fault,
    Wrong,
    basis,
    named,
    refuse,
    several,
)
from tongban.datahub.resources.types import ListKind, Resource
from tongban.kernel.errors import Invalid

NEEDED = ("name", "department", "system", "theme", "summary", "format", "subject", "sharing", "update")
"""What the first row of a resource says, besides its code and its first field."""
TEXTS = ("name", "english", "summary", "condition", "opened_as")
CODED = ("kind", "format", "subject", "sharing", "opening", "update")
YES, NO = frozenset({"是", "true", "1", "y", "√"}), frozenset({"否", "false", "0", "n", ""})


def judge(rows: Sequence[Mapping[str, str]], around: Around) -> Resource | Fault:
    """Return the resource that rows are, one a field, or the first reason why they are none.

    What the table has no column for stays as it is.
    """
    said = [{name: cell for name, one in row.items() if (cell := clean(one))} for row in rows]
    try:
        resource = Resource.model_validate(_document(said, around, rows[0]))
        entries.refuse(entries.of_resource(resource))
    except Wrong as wrong:
        return wrong.fault
    except ValidationError as error:
        return _fault(error, said)
    except Invalid as error:
        return Fault("rule", failure=error)
    return resource


def _fault(error: ValidationError, rows: Sequence[Mapping[str, str]]) -> Fault:
    place = error.errors()[0]["loc"]
    of_field = len(place) > 2 and place[0] == "fields"
    name = str(place[2] if of_field else place[0])
    field = {"code": "field_code", "name": "field_name"}.get(name, name) if of_field else name
    field = "law" if field == "basis" else field
    row = rows[int(place[1])] if of_field else next((one for one in rows if field in one), {})
    return Fault("value", row.get(field, field)[:60], field)


def _document(rows: list[dict[str, str]], around: Around, columns: Collection[str]) -> dict[str, Any]:
    first: dict[str, str] = {}
    for row in rows:
        for name, cell in row.items():
            first.setdefault(name, cell)
    before = around.standing_entry(ListKind.RESOURCE, plain(first.get("code", "")))
    needed = ("code", *(name for name in NEEDED if before is None or name in columns))
    absent = [name for name in needed if name not in first]
    if absent:
        raise Wrong("missing", "、".join(COLUMNS[ListKind.RESOURCE][name][1] for name in absent), absent[0])
    fields = [_field(row) for row in rows]
    document: dict[str, Any] = {name: first[name] for name in TEXTS if name in first}
    document["code"] = plain(first["code"])
    if "since" in first:
        document["since"] = day(first["since"]) or refuse("day", first["since"], "since")
    document |= {name: _word(name, first[name]) for name in CODED if name in first}
    document.setdefault("kind", "department")
    document |= {name: plain(first[name]) for name in ("service", "category") if name in first}
    if "law" in first:
        document["basis"] = basis(first)
    if "related" in first:
        document["related"] = several(first["related"])
    document |= _where(first, around)
    document |= {"fields": fields, "level": max(field["level"] for field in fields)}
    return partial.completed(document, columns, before)


def _where(first: Mapping[str, str], around: Around) -> dict[str, str]:
    """Return whose a resource is, in which system, of which theme, as far as it is said."""
    found = {}
    if "department" in first:
        department = around.find_department(first["department"])
        found["department"] = department or refuse("department-unknown", first["department"], "department")
    for name, known in (("system", around.systems), ("theme", around.themes)):
        if name in first:
            found[name] = named(first[name], known, f"{name}-unknown", name)
    return found


def _field(row: Mapping[str, str]) -> dict[str, Any]:
    absent = [name for name in ("field_code", "field_name", "level") if name not in row]
    if absent:
        raise Wrong("missing", "、".join(COLUMNS[ListKind.RESOURCE][name][1] for name in absent), absent[0])
    level = whole(row["level"])
    if level is None:
        raise Wrong("number", row["level"], "level")
    field: dict[str, Any] = {
        "code": plain(row["field_code"]),
        "name": row["field_name"],
        "level": level,
        "personal": _is(row.get("personal", ""), "personal"),
        "key": _is(row.get("key", ""), "key"),
        "owner": _is(row.get("owner", ""), "owner"),
    }
    if "description" in row:
        field["description"] = row["description"]
    if "element" in row:
        field["element"] = plain(row["element"])
    if "length" in row:
        field["length"] = whole(row["length"]) or refuse("number", row["length"], "length")
    return field | ({"type": _word("type", row["type"])} if "type" in row else {})


def _word(name: str, said: str) -> str:
    known = VALUES[name]
    names = {official: code for code, (official, _) in known.items()}
    if said not in known and said not in names:
        raise Wrong("value", said, name)
    return names.get(said, said)


def _is(said: str, field: str) -> bool:
    if said.lower() not in YES | NO:
        raise Wrong("value", said, field)
    return said.lower() in YES
