"""Integrity has a name in the database: each constraint refuses what it is named after."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories.cases import Cast, start
from tests.factories.obtaining import Register, state
from tongban.kernel.ids import new_id
from tongban.services.obtaining.models import Want


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("obtaining_state_known", {"state": "lost"}),
        ("obtaining_obtained_has_exchange", {"state": "obtained"}),
        ("obtaining_by_form_has_digest", {"asked_by": ["vehicle-vin"]}),
    ],
)
def test_a_want(cast: Cast, register: Register, name: str, change: dict[str, Any]) -> None:
    state()
    start(cast)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Want.objects.update(**change)


def test_a_case_uses_a_grant_once(cast: Cast, register: Register) -> None:
    state()
    start(cast)
    again = Want.objects.get()
    again.id = new_id()
    with pytest.raises(IntegrityError, match="obtaining_once"), transaction.atomic():
        again.save(force_insert=True)
