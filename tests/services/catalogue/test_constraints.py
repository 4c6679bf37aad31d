"""Integrity has a name in the database; each name is shown to hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.catalogue import NOW, load_frame, make_item, publish
from tongban.services.catalogue import models

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def item() -> models.Item:
    load_frame()
    publish(make_item())
    return models.Item.objects.get()


@transaction.atomic
def write_and_check(write: Callable[[], object]) -> None:
    """Write, and let the database check now what it would check at commit."""
    write()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(name: str, write: Callable[[], object]) -> None:
    """Assert that the database refuses the write by the constraint of this name."""
    with pytest.raises(IntegrityError) as caught:
        write_and_check(write)
    assert caught.value.__cause__.diag.constraint_name == name  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("item_type_known", {"type": "99"}),
        ("item_level_known", {"level": "9"}),
        ("item_state_known", {"state": "lost"}),
        ("item_depth_known", {"depth": "deep"}),
        ("item_case_kind_known", {"case_kind": "7"}),
        ("item_sure_known", {"sure": "X"}),
        ("item_has_audience", {"audience": []}),
        ("item_has_theme", {"themes": []}),
        ("item_promise_within_statutory", {"promise_days": 21}),
    ],
)
def test_item_columns(name: str, change: dict[str, Any]) -> None:
    refused(name, lambda: models.Item.objects.update(**change))


def test_item_code_once(item: models.Item) -> None:
    item.pk = None
    item.id = models.new_id()
    refused("item_code_once", lambda: item.save(force_insert=True))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("item_version_number_once", {"number": 1}),
        ("item_version_counts_from_one", {"number": 0}),
        ("item_version_digest_is_sha256", {"digest": "x"}),
        ("item_version_act_known", {"act": "lost"}),
        ("item_version_going_back_says_why", {"act": "went_back", "went_back_to": 1, "why": ""}),
        ("item_version_going_back_says_why", {"act": "went_back", "went_back_to": 2, "why": "x"}),
    ],
)
def test_item_version(name: str, change: dict[str, Any]) -> None:
    version = models.ItemVersion.objects.get()
    version.id, version.number = models.new_id(), 2
    for field, value in change.items():
        setattr(version, field, value)
    refused(name, lambda: version.save(force_insert=True))


def test_city_one_is_current() -> None:
    row = models.City.objects.get()
    row.id, row.code = models.new_id(), "110000"
    refused("city_one_is_current", lambda: row.save(force_insert=True))


def batch(**changes: Any) -> models.ImportBatch:
    fields = {
        "file": "a.csv",
        "sha256": "",
        "at": NOW,
        "by_kind": "staff",
        "by_id": "wang",
        "columns": {},
        "rows": 2,
        "accepted": 2,
        "rejected": 0,
    }
    return models.ImportBatch.objects.create(**(fields | changes))


def test_import_accounts_for_every_row() -> None:
    refused("import_accounts_for_every_row", lambda: batch(rejected=1))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("draft_row_once", {"row": 2}),
        ("draft_number_once", {"number": "A1"}),
        ("draft_has_name", {"name": ""}),
        ("draft_type_known", {"type": "30"}),
    ],
)
def test_drafts(name: str, change: dict[str, Any]) -> None:
    fields: dict[str, Any] = {
        "batch": batch(),
        "name": "许可",
        "type": "01",
        "department_said": "区商务局",
        "document": {},
        "warnings": [],
    }
    models.DraftItem.objects.create(row=2, number="A1", **fields)
    refused(name, lambda: models.DraftItem.objects.create(**({"row": 3, "number": "A2"} | fields | change)))


def test_equality_report_once_a_day() -> None:
    def keep() -> models.EqualityReport:
        counts = dict.fromkeys(("revision", "items", "differing", "better", "worse"), 0)
        return models.EqualityReport.objects.create(day=NOW.date(), at=NOW, document={}, **counts)

    keep()
    refused("equality_report_once_a_day", keep)
