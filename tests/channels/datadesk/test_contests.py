"""Answering what persons ask about readings, and what is kept from them by law, at the desk of data."""

from __future__ import annotations

import datetime as dt
import uuid
from types import SimpleNamespace

import pytest

from tests.channels.datadesk.conftest import AUTHORITY, OWNING, WANTING, AtDesk
from tests.factories import readings
from tests.factories.resources import MARKET, MORNING, OFFICE, wish
from tongban.datahub.exchange import queries as exchange
from tongban.datahub.resources import operations as resources
from tongban.datahub.resources import queries as lists
from tongban.foundation.messages.models import Message as Sent
from tongban.foundation.outbox import operations as outbox
from tongban.services.cases import queries as cases
from tongban.services.disclosures import queries

pytestmark = pytest.mark.django_db
LAST = (MORNING + dt.timedelta(days=30)).date()


def grant() -> uuid.UUID:
    """Give the market a grant and return it."""
    request = resources.state_demand(wish=wish(), promised=True, by=MARKET, at=MORNING)
    return resources.grant_request(request_id=request, by=OFFICE, at=MORNING)


@pytest.mark.slow
def test_a_department_sees_and_answers_its_own(at_desk: AtDesk) -> None:
    id = readings.make_contest("market", MORNING)
    page = at_desk(WANTING).get("/data/contests")
    assert "不认识这次查询" in page.content.decode()
    assert "不认识这次查询" not in at_desk(OWNING).get("/data/contests").content.decode()
    assert at_desk(OWNING).get(f"/data/contests/{id}").status_code == 403
    assert at_desk(OWNING).post(f"/data/contests/{id}", {"verdict": "lawful"}).status_code == 403
    desk, address = at_desk(WANTING), f"/data/contests/{id}"
    assert "没去过那里" in desk.get(address).content.decode()
    refused = desk.post(address, {"verdict": "mistake", "answer": "输错了号码", "measure": ""})
    assert refused.status_code == 422 and "输错了号码" in refused.content.decode()
    answered = {"verdict": "mistake", "answer": "输错了号码", "measure": "已经删除了"}
    assert desk.post(address, answered).status_code == 303
    assert queries.waiting(None) == ()
    assert "查错了" in desk.get("/data/contests?view=answered&done=answer").content.decode()
    for path in ("", f"/{id}", "?view=answered"):
        assert desk.get(f"/en/data/contests{path}").status_code == 200


@pytest.mark.slow
def test_who_read_and_for_which_case_is_said_by_name(
    at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = uuid.uuid4()
    id = readings.make_contest("market", MORNING, reader="s-market", reading_kind="staff", number=str(case))
    readings.make_contest("market", MORNING, reader=lists.systems()[0].subsystem)
    card = SimpleNamespace(number="8401325457718306", service_name="x")
    monkeypatch.setattr(cases, "names_and_numbers", lambda ids: dict.fromkeys(ids, card))
    desk = at_desk(WANTING)
    for address in ("/data/contests", f"/data/contests/{id}"):
        said = desk.get(address).content.decode()
        assert "陈明（演示）" in said and "8401 3254 5771 8306" in said and str(case) not in said
    assert lists.systems()[0].name in desk.get("/data/contests").content.decode()


def test_a_mistake_under_a_grant_can_end_it(at_desk: AtDesk) -> None:
    found = grant()
    id = readings.make_contest("market", MORNING, grant=found, resource="health-checks")
    desk = at_desk(WANTING)
    assert "终止这项授权" in desk.get(f"/data/contests/{id}").content.decode()
    sent = {"verdict": "mistake", "answer": "输错了号码", "measure": "已经删除了", "end_grant": "1"}
    assert desk.post(f"/data/contests/{id}", sent).status_code == 303
    assert lists.get_grant(found).state == "revoked"


def test_the_authority_answers_in_any_place(at_desk: AtDesk) -> None:
    id = readings.make_contest("market", MORNING)
    sent = {"verdict": "lawful", "answer": "依法核验"}
    assert at_desk(AUTHORITY).post(f"/data/contests/{id}", sent).status_code == 303


@pytest.mark.slow
def test_secrecy_is_kept_by_the_authority_and_lifted_by_who_calls(at_desk: AtDesk) -> None:
    sent = {"grant": str(grant()), "law": "supervision", "reason": "调查阶段", "until": LAST.isoformat()}
    assert at_desk(WANTING).post("/data/secrecy", sent).status_code == 403
    authority = at_desk(AUTHORITY)
    assert authority.post("/data/secrecy", sent | {"grant": "x"}).status_code == 404
    assert authority.post("/data/secrecy", sent | {"until": "2027-12-31"}).status_code == 422
    assert authority.post("/data/secrecy", sent).status_code == 303
    (found,) = exchange.secrecies()
    market, office = at_desk(WANTING), at_desk(OWNING)
    assert str(found.id) in market.get("/data/secrecy").content.decode()
    assert str(found.id) not in office.get("/data/secrecy").content.decode()
    address = f"/data/secrecy/{found.id}"
    assert (
        office.get(address).status_code
        == office.post(address, {"act": "lift", "reason": "不用了吧"}).status_code
        == 403
    )
    later = {"act": "extend", "until": (LAST + dt.timedelta(days=9)).isoformat(), "reason": ""}
    assert market.post(address, later).status_code == 422
    assert market.post(address, later | {"reason": "还在调查"}).status_code == 303
    assert market.get(address).status_code == market.get(f"/en{address}").status_code == 200
    assert market.post(address, {"act": "lift", "reason": "已经公开"}).status_code == 303
    assert exchange.secrecies() == ()


def test_the_authority_keeps_a_grant_secret_from_its_page(at_desk: AtDesk) -> None:
    id = grant()
    authority, holder = at_desk(AUTHORITY), at_desk(WANTING)
    way = f"/data/secrecy?grant={id}#keep"
    page = authority.get(f"/data/grants/{id}").content.decode()
    assert way in page and f"<code>{id}</code>" in page
    assert way not in holder.get(f"/data/grants/{id}").content.decode()
    page = authority.get(f"/data/secrecy?grant={id}").content.decode()
    assert f'value="{id}"' in page and f"/data/grants/{id}" in page, "it is carried, and one sees which it is"
    assert authority.get("/data/secrecy?grant=x").status_code == 200
    assert f'value="{id}"' not in holder.get(f"/data/secrecy?grant={id}").content.decode()


def test_a_grant_beside_one_that_is_kept_is_told_to_the_authority(at_desk: AtDesk) -> None:
    old = grant()
    sent = {"grant": str(old), "law": "supervision", "reason": "调查阶段", "until": LAST.isoformat()}
    authority = at_desk(AUTHORITY)
    assert authority.post("/data/secrecy", sent).status_code == 303
    assert "也设为保密" not in authority.get("/data/secrecy").content.decode()
    resources.revoke_grant(grant_id=old, why="用途变了", by=OFFICE, at=MORNING)
    request = resources.state_demand(wish=wish(), promised=True, by=MARKET, at=MORNING)
    new = resources.grant_request(request_id=request, by=OFFICE, at=MORNING)
    outbox.deliver(at=MORNING)
    (told,) = Sent.objects.filter(template="exchange.granted_openly")
    assert told.to_id == "s-authority" and str(new) == told.about_id
    page = authority.get(f"/data/secrecy?grant={new}").content.decode()
    assert f'value="{new}"' in page and "调查阶段" in page and "也设为保密" in page
    assert "也设为保密" not in at_desk(WANTING).get(f"/data/secrecy?grant={new}").content.decode()
    assert authority.post("/data/secrecy", sent | {"grant": str(new)}).status_code == 303
    assert "也设为保密" not in authority.get("/data/secrecy").content.decode()


def test_who_answers_is_warned_where_who_asks_was_only_named(at_desk: AtDesk) -> None:
    warned = "不要写出查的是谁"
    for is_named in (True, False):
        id = readings.make_contest("market", MORNING, is_named=is_named)
        assert (warned in at_desk(WANTING).get(f"/data/contests/{id}").content.decode()) is is_named


@pytest.mark.slow
def test_the_authority_sees_which_districts_office_it_is_about_and_hands_it_on(at_desk: AtDesk) -> None:
    id = readings.make_contest("office", MORNING, office="somewhere-archives")
    desk, address = at_desk(AUTHORITY), f"/data/contests/{id}"
    for page in ("/data/contests", address, f"/en{address}"):
        assert "somewhere-archives" in desk.get(page).content.decode()
    assert desk.post(address, {"act": "hand_on", "says": ""}).status_code == 422
    assert desk.post(address, {"act": "hand_on", "says": "发函给该局"}).status_code == 303
    said = desk.get(f"{address}?done=hand_on").content.decode()
    assert "仍由您按期答复" in said and "转过" in said
    assert (
        "转请查明"
        not in desk.get(f"/data/contests/{readings.make_contest('office', MORNING)}").content.decode()
    )
