"""A row that comes by a prepared statement is the row that Django's model gives."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from tests.factories.approvals import accepted, load_city_of_approvals, settle_cast
from tongban.foundation.statements import operations as writing
from tongban.foundation.statements import queries as statements
from tongban.services.approvals.models import Branch, Round
from tongban.services.cases.models import Case, Material


def values_of(row: models.Model) -> dict[str, Any]:
    plain = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: bytes(one) if isinstance(one, memoryview) else one for name, one in plain.items()}


@pytest.mark.slow
@pytest.mark.django_db
def test_rows_are_those_of_the_model_json_lists_and_bytes_too(settings: Any) -> None:
    settings.DEMONSTRATION = True
    load_city_of_approvals()
    case_id = accepted(settle_cast(), "restaurant")
    for model, name in ((Case, "id"), (Material, "case_id"), (Round, "case_id"), (Branch, "round_id")):
        expected = list(model.objects.filter(**{name: case_id}).order_by("pk"))
        found = statements.fetch(model, f"WHERE {name} = %s ORDER BY {model._meta.pk.column}", [case_id])
        assert expected and [values_of(row) for row in found] == [values_of(row) for row in expected]


@pytest.mark.django_db
def test_what_was_fetched_can_be_changed_and_saved(settings: Any) -> None:
    settings.DEMONSTRATION = True
    load_city_of_approvals()
    case_id = accepted(settle_cast())
    row = statements.fetch_one(Case, "WHERE id = %s FOR UPDATE", [case_id])
    assert row is not None
    row.district = "310104"
    with CaptureQueriesContext(connection) as captured:
        row.save(update_fields=["district"])
    assert [one["sql"].split()[0] for one in captured] == ["UPDATE"]
    assert Case.objects.get(id=case_id).district == "310104"


@pytest.mark.django_db
def test_nothing_found_is_nothing() -> None:
    assert statements.fetch_one(Case, "WHERE id = %s", [uuid.uuid4()]) is None
    assert statements.fetch(Case, "WHERE id = %s", [uuid.uuid4()]) == []


@pytest.mark.django_db
def test_a_row_is_inserted_as_the_model_says_and_only_what_is_named_is_changed(settings: Any) -> None:
    settings.DEMONSTRATION = True
    load_city_of_approvals()
    row = Case.objects.get(id=accepted(settle_cast(), "restaurant"))
    row.id, row.number, row.start_key, row.submission_key = uuid.uuid4(), None, None, None
    row.state, row.received_at = "draft", None
    written = writing.insert(row)
    assert values_of(Case.objects.get(id=row.id)) == values_of(written)
    before = row.service_name
    row.items, row.answers, row.closed_at, row.service_name = ["a", "b"], {"c": [1]}, None, "not written"
    assert writing.update(row, ("items", "answers", "closed_at")) == 1
    kept = Case.objects.get(id=row.id)
    assert (kept.items, kept.answers, kept.service_name) == (["a", "b"], {"c": [1]}, before)
    assert writing.update(Case(id=uuid.uuid4()), ("answers",)) == 0
