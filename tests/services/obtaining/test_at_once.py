"""A provider that takes its time: the page does not wait for it, nobody asks twice, and what comes late is used."""

from __future__ import annotations

import threading
import time
import uuid
from typing import Any

import pytest

from tests.factories.cases import MONDAY, Cast, get, load_city_of_cases, settle_cast, start
from tests.factories.obtaining import Register, holder, list_data, publish, state
from tongban.datahub.exchange import known
from tongban.datahub.exchange.types import Asked, Row
from tongban.kernel.types import Subject
from tongban.services.cases import operations
from tongban.services.obtaining import queries
from tongban.services.obtaining.types import State

PATIENCE = 60
AT_ONCE = 0.05


def standing(case_id: uuid.UUID, cast: Cast) -> str:
    obtained = next(one for one in get(case_id, cast.applicant).materials if one.code == "id-copy").obtained
    return obtained.standing if obtained else ""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_slow_provider_is_not_waited_for_and_heard_when_it_answers(settings: Any) -> None:
    settings.DEMONSTRATION = True
    load_city_of_cases()
    list_data()
    cast, gate = settle_cast(), threading.Event()

    def slow(asked: Asked) -> list[Row]:
        assert gate.wait(PATIENCE)
        return holder(asked)

    register = Register(slow)
    publish(register)
    state()
    case_id = start(cast)
    for _ in range(2):  # two pages: the second finds it asked for already
        operations.obtain_papers(case_id=case_id, within=AT_ONCE, at=MONDAY)
        assert standing(case_id, cast) == "under_way"
    gate.set()
    until = time.monotonic() + PATIENCE
    while queries.wants(Subject("case", str(case_id)))[0].state is State.WANTED:
        assert time.monotonic() < until
        time.sleep(0.02)
    assert operations.obtain_papers(case_id=case_id, within=AT_ONCE, at=MONDAY)
    assert (standing(case_id, cast), len(register.asked)) == ("found", 1)
    known.forget()
