"""The catalogue and the lists are what was written last: else ``ledger verify`` names the entry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from tests.factories.resources import AUTHORITY, MORNING, OFFICE, data_city, load
from tongban.datahub.resources import operations, queries, standing
from tongban.datahub.resources.rules.columns import COLUMNS
from tongban.datahub.resources.types import ListKind
from tongban.foundation.ledger.types import Change

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WORDS = """UPDATE {} SET document = jsonb_set(document, '{{purpose}}', '"other"')"""
ALTERED = {
    "what a duty says": ("data-duty", WORDS.format("resources_duty")),
    "and its digest": ("data-duty", "UPDATE resources_duty SET digest = repeat('0', 64)"),
    "a negative taken off": ("data-negative", "UPDATE resources_negative SET is_current = false"),
}

BESIDE = {"id", "document", "digest", "position", "is_current"}
CONSTRAINED = {
    "level": "level % 4 + 1",
    "sharing": "CASE sharing WHEN 'never' THEN 'unconditional' ELSE 'never' END",
    "opening": "CASE opening WHEN 'closed' THEN 'unconditional' ELSE 'closed' END",
}
"""Columns in which not everything may stand."""


@pytest.fixture(autouse=True)
def city(tmp_path: Path) -> None:
    load(data_city(tmp_path))


def drifts() -> list[tuple[str, Change]]:
    return [(one.kind, one.change) for one in queries.audit_lists()]


def after(statement: str) -> list[tuple[str, Change]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 1
        found = drifts()
        transaction.set_rollback(True)
    return found


def test_what_was_written_stands() -> None:
    assert drifts() == []
    found = queries.get_resource("health-checks").model_copy(update={"name": "另一个名称"})
    operations.register_resource(resource=found, why="系统升级", by=OFFICE, at=MORNING)
    (negative,) = queries.negatives()
    operations.take_off(kind=ListKind.NEGATIVE, code=negative.code, why="不再适用", by=AUTHORITY, at=MORNING)
    assert drifts() == []


def test_what_was_altered_is_named() -> None:
    for what, (kind, statement) in ALTERED.items():
        assert after(statement) == [(kind, Change.ALTERED)], what


def test_every_column_by_which_an_entry_is_found_is_held() -> None:
    """A field that is searched and not held would lift what the negative list forbids; of ``position`` only the order depends."""
    for kind, (table, _) in standing.TABLES.items():
        columns = {field.column for field in table._meta.fields} - BESIDE
        assert columns == {"code", *COLUMNS[kind](_entry(kind))}, kind
        for column in columns:
            name = table._meta.db_table
            value = CONSTRAINED.get(column) or f"{column} || 'x'"
            one = f"UPDATE {name} SET {column} = {value} WHERE id = (SELECT min(id::text)::uuid FROM {name})"
            found = set(after(one))
            assert (f"data-{kind.value}", Change.ALTERED) in found or column == "code", (kind, column)
            assert found, (kind, column)


def _entry(kind: ListKind) -> Any:
    table, record = standing.TABLES[kind]
    manager: Any = table._default_manager
    return record.model_validate(manager.values_list("document", flat=True)[0])


def test_what_was_taken_away_or_slipped_in_is_named() -> None:
    assert after("DELETE FROM resources_negative") == [("data-negative", Change.MISSING)]
    slipped = (
        "INSERT INTO resources_duty (id, code, document, digest, position, is_current, resource, department) "
        "SELECT gen_random_uuid(), 'slipped-in', document, digest, 99, true, resource, department FROM resources_duty LIMIT 1"
    )
    assert after(slipped) == [("data-duty", Change.INSERTED)]
