"""Six decide at the same moment. A module of its own: nothing here stands in a transaction."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.channels.desk.conftest import Moment, load_offices, seat
from tests.channels.desk.test_acts import GROUNDS, branch
from tests.factories.approvals import MONDAY
from tests.factories.cases import Cast


@pytest.fixture
def offices(transactional_db: None, settings: Any, moment: Moment) -> Cast:
    settings.DEMONSTRATION = True
    moment.at = MONDAY
    return load_offices()


@pytest.mark.slow
def test_of_two_who_decide_at_the_same_moment_one_wins_and_the_other_is_told(
    alone: uuid.UUID, moment: Moment
) -> None:
    clients = [seat("market-9") for _ in range(6)]
    acts = [
        ("grant", {"reasons": GROUNDS}),
        ("refuse", {"reasons": "不符合条件。", "remedies": "可以复议。"}),
    ] * 3

    def decide(client: Client, name: str, values: dict[str, str]) -> tuple[int, str]:
        try:
            answer = client.post(f"/desk/cases/{alone}/acts/{name}", values)
            return answer.status_code, answer.content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: decide(one[0], *one[1]), zip(clients, acts, strict=True)))

    assert sorted(status for status, _ in answers) == [303, 409, 409, 409, 409, 409]
    assert all("不能再决定一次" in said for status, said in answers if status == 409)
    assert branch(alone, moment).decision is not None
