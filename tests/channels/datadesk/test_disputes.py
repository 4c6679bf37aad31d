"""A refusal is disputed on its page, answered again by its owner, decided by the authority."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from tests.channels.datadesk.conftest import AUTHORITY, OWNING, WANTING, AtDesk
from tests.factories.resources import MARKET, MORNING, OFFICE, wish
from tongban.datahub.resources import operations, queries
from tongban.datahub.resources.types import DisputeState, RequestState

pytestmark = pytest.mark.slow


@pytest.fixture
def refused(at_desk: AtDesk) -> uuid.UUID:
    wanted = wish("health-checks", "is-fit", "shop", per_day=200)
    id = operations.state_demand(wish=wanted, promised=True, by=MARKET, at=MORNING)
    operations.refuse_request(
        request_id=id, legal_basis="个人信息保护法 28", reason="不必要", by=OFFICE, at=MORNING
    )
    return id


def sent(client: Client, id: uuid.UUID, act: str, **form: Any) -> Any:
    return client.post(f"/data/requests/{id}/{act}", form)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_both_sides_and_the_authority_see_whose_turn_it_is(at_desk: AtDesk, refused: uuid.UUID) -> None:
    wanting, owning, authority = at_desk(WANTING), at_desk(OWNING), at_desk(AUTHORITY)
    here = f"/data/requests/{refused}"
    assert "提出异议" in page(wanting, here) and "/dispute" not in page(owning, here)
    assert sent(wanting, refused, "dispute", reason=" ").status_code == 422
    assert sent(wanting, refused, "dispute", reason="发证必须核对").status_code == 303
    assert "发证必须核对" in page(owning, here)
    assert f"/data/requests/{refused}" in page(owning, "/data?view=disputed")
    assert "/overturn" not in page(authority, here), "it is not the authority's turn"
    assert "is-fit" in page(owning, f"{here}/overturn")
    answer = sent(owning, refused, "uphold", law="", reason="已有替代")
    assert answer.status_code == 422 and "已有替代" in answer.content.decode()
    assert sent(owning, refused, "uphold", law="个人信息保护法 28", reason="已有替代").status_code == 303
    assert "/overturn" not in page(owning, here)
    answer = sent(
        authority, refused, "overturn", fields=["is-fit"], until="2026-06-30", per_day="50", answer="应当共享"
    )
    assert answer.status_code == 303
    request = queries.get_request(refused)
    assert (request.state, request.fields) == (RequestState.GRANTED, ("is-fit",))
    said = page(wanting, answer["Location"])
    assert "应当共享" in said and "改为同意" in said


def test_a_refusal_by_law_shows_no_way_to_dispute_it(at_desk: AtDesk) -> None:
    id = operations.state_demand(
        wish=wish("resident-basics", "adopted"), promised=True, by=MARKET, at=MORNING
    )
    client = at_desk(WANTING)
    assert "/dispute" not in page(client, f"/data/requests/{id}")
    answer = sent(client, id, "dispute", reason="必须")
    assert answer.status_code == 409 and "办公厅" in answer.content.decode()


def test_who_disputed_takes_it_back(at_desk: AtDesk, refused: uuid.UUID) -> None:
    client = at_desk(WANTING)
    sent(client, refused, "dispute", reason="发证必须核对")
    assert sent(client, refused, "drop", reason="改用别的办法").status_code == 303
    found = queries.find_dispute(refused)
    assert found is not None and found.state is DisputeState.DROPPED
    assert f"/data/requests/{refused}" not in page(client, "/data?view=disputed")
