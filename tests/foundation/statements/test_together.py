"""Reading several tables in one statement gives what reading each by itself gives."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import models

from tests.factories.cases import load_city_of_cases, settle_cast, submit
from tongban.foundation.statements import queries
from tongban.services.approvals import models as approvals
from tongban.services.cases import models as cases

pytestmark = pytest.mark.django_db


def plain(row: models.Model) -> dict[str, object]:
    """Return the columns of a row; bytes whichever way the driver gives them."""
    said = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in said.items()}


def test_every_kind_of_column_comes_back_as_django_reads_it(django_assert_num_queries: Any) -> None:
    load_city_of_cases()
    case_id = submit(settle_cast()).case_id
    wanted = (
        cases.Case.objects.filter(id=case_id),
        cases.Form.objects.filter(case_id=case_id),
        cases.Material.objects.filter(case_id=case_id).order_by("-position"),
        cases.Event.objects.filter(case_id=case_id).order_by("number"),
        cases.Commitment.objects.filter(case_id=case_id),
        approvals.Work.objects.filter(case_id=case_id),
    )
    with django_assert_num_queries(1):
        found = queries.together(*wanted)

    assert [len(rows) for rows in found[:2]] == [1, 1] and len(found[2]) > 2 and found[3] and found[4]
    for rows, one in zip(found, wanted, strict=True):
        assert [plain(row) for row in rows] == [plain(row) for row in one]
        assert all(row._state.db == "default" and not row._state.adding for row in rows)


def test_nothing_found_is_no_row() -> None:
    assert queries.together(cases.Case.objects.filter(id=uuid.uuid4())) == ([],)
