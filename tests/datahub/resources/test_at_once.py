"""Several who ask for the same at one moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from tests.factories.resources import MARKET, MORNING, data_city, load, wish
from tongban.datahub.resources import models, operations
from tongban.kernel.errors import Conflict


@pytest.mark.django_db(transaction=True)
def test_two_that_state_the_same_at_once_have_one_grant(tmp_path: Path) -> None:
    load(data_city(tmp_path))

    def state(_: int) -> str:
        try:
            return str(
                operations.state_demand(
                    promised=True, wish=wish("resident-basics", "name"), by=MARKET, at=MORNING
                )
            )
        except Conflict as conflict:
            return conflict.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(state, range(4), timeout=60))
    assert answers.count("data-granted-already") == 3
    assert models.Grant.objects.filter(state="active").count() == 1
