"""The catalogue and the lists are what was written last: else ``ledger verify`` names the entry."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.factories.resources import AUTHORITY, MORNING, OFFICE, data_city, load
from tongban.datahub.resources import operations, queries
from tongban.datahub.resources.types import ListKind
from tongban.foundation.ledger.types import Change

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WORDS = """UPDATE {} SET document = jsonb_set(document, '{{purpose}}', '"other"')"""
ALTERED = {
    "what a duty says": ("data-duty", WORDS.format("resources_duty")),
    "and its digest": ("data-duty", "UPDATE resources_duty SET digest = repeat('0', 64)"),
    "a negative taken off": ("data-negative", "UPDATE resources_negative SET is_current = false"),
}


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


def test_what_was_taken_away_or_slipped_in_is_named() -> None:
    assert after("DELETE FROM resources_negative") == [("data-negative", Change.MISSING)]
    slipped = (
        "INSERT INTO resources_duty (id, code, document, digest, position, is_current, resource, department) "
        "SELECT gen_random_uuid(), 'slipped-in', document, digest, 99, true, resource, department FROM resources_duty LIMIT 1"
    )
    assert after(slipped) == [("data-duty", Change.INSERTED)]
