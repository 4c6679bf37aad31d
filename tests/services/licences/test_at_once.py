"""The same decision told to several workers at once. A module of its own: nothing here stands in a transaction."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections, transaction

from tests.factories import approvals as offices
from tests.factories.cases import settle_cast
from tests.services.licences.restaurants import WEEKDAY, give_licences, opened
from tongban.foundation.ledger.models import Record
from tongban.services.approvals.events import BranchDecided
from tongban.services.licences import models, subscriptions

PATIENCE = 60


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_grant_told_four_times_at_once_gives_one_licence(settings: Any) -> None:
    settings.DEMONSTRATION = True
    offices.load_city_of_approvals()
    give_licences()
    case_id = opened(settle_cast(), "alone")
    one = offices.branch(case_id)
    said = BranchDecided(str(case_id), str(one.id), "alone", "market", "granted")
    gate = threading.Barrier(4)

    def work(_: int) -> None:
        try:
            gate.wait(PATIENCE)
            with transaction.atomic():
                subscriptions.branch_decided(said, at=WEEKDAY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4), timeout=PATIENCE))
    licence = models.Licence.objects.get(case_id=case_id)
    assert models.Series.objects.get().last == 1
    assert models.Signing.objects.get() == licence.signing
    assert Record.objects.filter(act="licence.issue").count() == 1
