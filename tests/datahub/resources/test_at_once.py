"""Several who ask for the same at one moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.factories.resources import AUTHORITY, MARKET, MORNING, OFFICE, data_city, load, wish
from tongban.datahub.resources import models, operations, queries
from tongban.datahub.resources.types import GrantState, Negative
from tongban.kernel.errors import Conflict


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.law("data-negative-acts-at-once")
@pytest.mark.django_db(transaction=True)
def test_what_is_forbidden_while_it_is_being_given_is_taken_again(tmp_path: Path) -> None:
    """The officer answers; before it is done the authority forbids it, which waits for the answer and then takes the grant."""
    load(data_city(tmp_path))
    asked = operations.state_demand(promised=True, wish=wish(), by=MARKET, at=MORNING)
    is_given, may_end = threading.Event(), threading.Event()

    def give() -> None:
        try:
            with transaction.atomic():
                operations.grant_request(request_id=asked, by=OFFICE, at=MORNING)
                is_given.set()
                assert may_end.wait(30)
        finally:
            connection.close()

    def forbid() -> None:
        try:
            assert is_given.wait(30)
            request = queries.get_request(asked).wish
            negative = Negative(
                code="no-more", resource=request.resource, fields=request.fields, law="个人信息保护法",
                article="28", reason="不得共享",
            )  # fmt: skip
            operations.write_negative(negative=negative, review="会审", by=AUTHORITY, at=MORNING)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(give), threads.submit(forbid)]
        assert is_given.wait(30)
        with pytest.raises(TimeoutError):
            both[1].result(1)
        may_end.set()
        for one in both:
            one.result(30)
    given = queries.get_request(asked).grant
    assert given and queries.get_grant(given).state is GrantState.REVOKED
