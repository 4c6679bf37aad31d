"""The catalogue as departments keep it in tables: one row a field, what is said of the resource in its first. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from tongban.datahub.resources.labels import VALUES
from tongban.datahub.resources.rules import entries
from tongban.datahub.resources.rules.importing import COLUMNS, Around, Fault, Wrong, cited, named
from tongban.datahub.resources.types import ListKind, Resource
from tongban.kernel.errors import Invalid

NEEDED = ("name", "department", "system", "theme", "summary", "format", "subject", "sharing", "update")
"""What the first row of a resource says, besides its code and its first field."""
CODED = ("kind", "format", "subject", "sharing", "opening", "update")
YES, NO = frozenset({"是", "true", "1", "y", "√"}), frozenset({"否", "false", "0", "n", ""})


def judge(rows: Sequence[Mapping[str, str]], around: Around) -> Resource | Fault:
    """Return the resource that rows are, one a field, or the first reason why they are none."""
    said = [{name: cell.strip() for name, cell in row.items() if cell.strip()} for row in rows]
    try:
        resource = Resource.model_validate(_document(said, around))
        entries.refuse(entries.of_resource(resource))
    except Wrong as wrong:
        return wrong.fault
    except ValidationError as error:
        return Fault("value", ".".join(str(step) for step in error.errors()[0]["loc"]))
    except Invalid as error:
        return Fault("rule", str(error))
    return resource


def _document(rows: list[dict[str, str]], around: Around) -> dict[str, Any]:
    first: dict[str, str] = {}
    for row in rows:
        for name, cell in row.items():
            first.setdefault(name, cell)
    absent = [name for name in ("code", *NEEDED) if name not in first]
    if absent:
        raise Wrong("missing", "、".join(COLUMNS[ListKind.RESOURCE][name][1] for name in absent))
    department = around.find_department(first["department"])
    if department is None:
        raise Wrong("department-unknown", first["department"])
    fields = [_field(row) for row in rows]
    document: dict[str, Any] = {name: first[name] for name in ("code", "name", "summary", "condition", "since") if name in first}  # fmt: skip
    document |= {name: _word(name, first[name]) for name in CODED if name in first}
    document.setdefault("kind", "department")
    if "law" in first:
        law, article = cited(first["law"], first.get("article", ""))
        document["basis"] = {"law": law} | ({"article": article} if article else {})
    return document | {
        "department": department,
        "system": named(first["system"], around.systems, "system-unknown"),
        "theme": named(first["theme"], around.themes, "theme-unknown"),
        "fields": fields,
        "level": max(field["level"] for field in fields),
    }


def _field(row: Mapping[str, str]) -> dict[str, Any]:
    absent = [name for name in ("field_code", "field_name", "level") if name not in row]
    if absent:
        raise Wrong("missing", "、".join(COLUMNS[ListKind.RESOURCE][name][1] for name in absent))
    if not row["level"].isascii() or not row["level"].isdigit():
        raise Wrong("value", row["level"])
    field: dict[str, Any] = {
        "code": row["field_code"],
        "name": row["field_name"],
        "level": int(row["level"][:9]),
        "personal": _is(row.get("personal", "")),
        "key": _is(row.get("key", "")),
    }
    field |= {name: row[name] for name in ("element", "length") if name in row}
    return field | ({"type": _word("type", row["type"])} if "type" in row else {})


def _word(name: str, said: str) -> str:
    known = VALUES[name]
    names = {official: code for code, (official, _) in known.items()}
    if said not in known and said not in names:
        raise Wrong("value", said)
    return names.get(said, said)


def _is(said: str) -> bool:
    if said.lower() not in YES | NO:
        raise Wrong("value", said)
    return said.lower() in YES
