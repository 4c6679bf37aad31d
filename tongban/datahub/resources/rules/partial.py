"""Tables that do not say all of an entry: what they have no column for stays as it was, an empty cell clears. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import BaseModel

Document = dict[str, Any]
SAID = {"law": "basis"}
"""Column → what of an entry it says, where that is called otherwise; whoever has a basis has it whole."""
COMPUTED = frozenset({"code", "level"})
"""What follows from the row: of a resource its level from its fields."""
OF_ROW = frozenset({"code", "name", "level"})
"""What each row of a resource says of its field."""
OF_LAW = ("article", "says", "sure", "source")
HANGS_ON = {"fields": ("resource",), "sure": ("law", "article"), "source": ("law", "article")}
"""What an entry says only of something else: of another resource or law it stays not."""


def completed(document: Document, columns: Collection[str], before: BaseModel | None) -> Document:
    """Return what a row says of an entry, with what the table has no column for as it stands.

    Args: ``columns`` are the fields for which the table has a column, whatever stands in this row's cells.
    """
    if before is None:
        return document
    stood = before.model_dump(mode="json", exclude_defaults=True)
    said = {SAID.get(name, name) for name in columns} | COMPUTED
    kept = {name: value for name, value in stood.items() if name not in said}
    whole = document | {name: value for name, value in kept.items() if name not in HANGS_ON}
    whole |= {name: value for name, value in kept.items() if _is_same(name, whole, stood)}
    if "law" in columns and "basis" in document and "basis" in stood:
        whole["basis"] = _basis(document["basis"], columns, stood["basis"])
    if "field_code" in columns:
        whole["fields"] = _fields(document["fields"], columns, stood["fields"])
    return whole


def _is_same(name: str, whole: Document, stood: Document) -> bool:
    return all(whole.get(one) == stood.get(one) for one in HANGS_ON.get(name, ()))


def _basis(said: Document, columns: Collection[str], stood: Document) -> Document:
    """Return the law with what is known of it, where it is still the same law and article."""
    if said["law"] != stood["law"] or said.get("article", stood.get("article")) != stood.get("article"):
        return said
    return {name: stood[name] for name in OF_LAW if name in stood and name not in columns} | said


def _fields(said: list[Document], columns: Collection[str], stood: list[Document]) -> list[Document]:
    """Return the fields of a resource, each with what stands of it and the table has no column for."""
    known: Mapping[str, Document] = {one["code"]: one for one in stood}
    return [
        one
        | {
            name: value
            for name, value in known.get(one["code"], {}).items()
            if name not in columns and name not in OF_ROW
        }
        for one in said
    ]
