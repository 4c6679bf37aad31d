"""Handing in from sixteen connections at once. A module of its own: nothing here stands in a transaction."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from tests.factories.cases import MONDAY, fill, load_city_of_cases, settle_cast, start
from tongban.foundation.outbox.models import Happened
from tongban.services.cases import models, operations
from tongban.services.cases.types import Receipt


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_sixteen_clicks_at_once_make_one_case(settings: Any) -> None:
    settings.DEMONSTRATION = True
    load_city_of_cases()
    cast = settle_cast()
    drafts = [start(cast) for _ in range(4)]
    for draft in drafts:
        fill(cast, draft)
    gate = threading.Barrier(16)

    def click(number: int) -> Receipt:
        try:
            gate.wait()
            return operations.submit(
                case_id=drafts[number % 4], idempotency_key="one", by=cast.applicant, at=MONDAY
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        receipts = list(pool.map(click, range(16)))
    assert len({receipt.number for receipt in receipts}) == 1
    assert models.Case.objects.filter(state="received").count() == 1
    assert models.Event.objects.filter(act="submit").count() == 1
    assert Happened.objects.filter(name="case.submitted").count() == 1
