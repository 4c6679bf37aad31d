"""Two decide at once, from two connections. A module of its own: nothing here stands in a transaction."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from tests.factories.approvals import accepted, branch, load_city_of_approvals, settle_cast
from tests.services.approvals.test_deciding import decide
from tongban.kernel.errors import Failure
from tongban.services.approvals import models
from tongban.services.approvals.types import Outcome


@pytest.mark.django_db(transaction=True)
def test_two_decide_at_once_and_one_is_told(settings: Any) -> None:
    settings.DEMONSTRATION = True
    load_city_of_approvals()
    one = branch(accepted(settle_cast()))
    start, won, lost = threading.Barrier(2), [], []

    def run(outcome: Outcome) -> None:
        try:
            start.wait()
            won.append(decide(one.id, outcome))
        except Failure as failure:
            lost.append(failure)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(outcome,)) for outcome in (Outcome.GRANTED, Outcome.REFUSED)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(won) == 1
    assert [failure.code for failure in lost] == ["branch-decided-once"]
    assert models.Decision.objects.count() == 1
