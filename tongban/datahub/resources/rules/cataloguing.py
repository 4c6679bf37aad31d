"""The catalogue as departments keep it in tables: one row a field, what is said of the resource in its first. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from tongban.datahub.resources.labels import VALUES
from tongban.datahub.resources.rules import entries
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
    """Return the resource that rows are, one a field, or the first reason why they are none."""
    said = [{name: cell for name, one in row.items() if (cell := clean(one))} for row in rows]
    try:
        resource = Resource.model_validate(_document(said, around))
        entries.refuse(entries.of_resource(resource))
    except Wrong as wrong:
        return wrong.fault
    except ValidationError as error:
        return _fault(error, said)
    except Invalid as error:
        return Fault("rule", str(error))
    return resource


def _fault(error: ValidationError, rows: Sequence[Mapping[str, str]]) -> Fault:
    place = error.errors()[0]["loc"]
    of_field = len(place) > 2 and place[0] == "fields"
    name = str(place[2] if of_field else place[0])
    field = {"code": "field_code", "name": "field_name"}.get(name, name) if of_field else name
    field = "law" if field == "basis" else field
    row = rows[int(place[1])] if of_field else next((one for one in rows if field in one), {})
    return Fault("value", row.get(field, field)[:60], field)


def _document(rows: list[dict[str, str]], around: Around) -> dict[str, Any]:
    first: dict[str, str] = {}
    for row in rows:
        for name, cell in row.items():
            first.setdefault(name, cell)
    absent = [name for name in ("code", *NEEDED) if name not in first]
    if absent:
        raise Wrong("missing", "、".join(COLUMNS[ListKind.RESOURCE][name][1] for name in absent), absent[0])
    department = around.find_department(first["department"])
    if department is None:
        raise Wrong("department-unknown", first["department"], "department")
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
    return document | {
        "department": department,
        "system": named(first["system"], around.systems, "system-unknown", "system"),
        "theme": named(first["theme"], around.themes, "theme-unknown", "theme"),
        "fields": fields,
        "level": max(field["level"] for field in fields),
    }


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
