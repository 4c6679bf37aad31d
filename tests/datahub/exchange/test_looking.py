"""What a subsystem sees of itself over the gateway; of others, nothing."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, CONSUMER, NUMBER, PROVIDER, SERVICE, Caller
from tongban.datahub.exchange import models, operations
from tongban.datahub.exchange.operations import admitting, metadata
from tongban.foundation.ledger import models as ledger
from tongban.foundation.statements import queries as statements
from tongban.kernel import clock


def look(caller: Caller, what: str, of: str = CONSUMER) -> Any:
    return json.loads(caller.call(f"/r1/{of}/{what}").body)


def test_ones_own_calls(caller: Caller) -> None:
    caller.call(f"{ADDRESS}?number={NUMBER}", headers={"x-road-issue": "SH2026-1", "x-road-userid": "CN1"})
    caller.call(ADDRESS)
    wrong, right = look(caller, "getCalls")["calls"]
    assert (right["service"], right["status"], right["problem"]) == (f"{PROVIDER}/{SERVICE}", 200, "")
    assert (right["issue"], right["user"], right["id"]) == ("SH2026-1", "CN1", "fa2e18a5")
    assert right["seconds"] > 0
    assert (wrong["status"], wrong["problem"]) == (400, "Client.InvalidRequest")
    assert look(caller, "getCalls?limit=1")["calls"] == [wrong]
    assert look(caller, f"getCalls?before={exchange.encoded(wrong['at'])}")["calls"] == [right]
    assert NUMBER not in json.dumps([wrong, right]), "whose data it was is not in it"


def test_how_they_went_on_both_sides(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange.count_from_here(monkeypatch)
    caller.call(f"{ADDRESS}?number={NUMBER}")
    caller.call(ADDRESS)
    operations.count_exchanges(at=clock.now())
    (whole,) = look(caller, "getStatistics")["statistics"]
    assert (whole["other"], whole["service"], whole["calls"], whole["failed"]) == (PROVIDER, SERVICE, 2, 1)
    assert whole["problems"] == {"Client.InvalidRequest": 1}
    assert len(look(caller, f"getStatistics?hourly=yes&hours=2&service={SERVICE}")["statistics"]) > 1
    provider = exchange.make_caller(PROVIDER)
    (whole,) = look(provider, "getStatistics?as=provider", PROVIDER)["statistics"]
    assert (whole["other"], whole["calls"]) == (CONSUMER, 2)


def test_of_others_nothing(caller: Caller) -> None:
    for what in ("getCalls", "getStatistics", "getStatistics?as=provider"):
        assert look(caller, what, PROVIDER)["type"] == "Server.ServerProxy.AccessDenied"


@pytest.mark.parametrize(
    "what",
    [
        "getCalls?limit=0", "getCalls?limit=1001", "getCalls?limit=x", "getCalls?limit=٣", "getCalls?more=1",
        "getCalls?limit=1&limit=2", "getCalls?before=yesterday", "getCalls?before=2026-01-01", "getCalls/x",
        "getStatistics?hourly=maybe", "getStatistics?service=\0", "getStatistics?\0=1",
        "getStatistics?as=god", "getStatistics?hours=745", "getStatistics?hours=-1", "getStatistics?hours=169&hourly=yes",
    ],
)  # fmt: skip
def test_what_is_not_asked_so(caller: Caller, what: str) -> None:
    answer = look(
        caller,
        exchange.encoded(what)
        .replace("%3F", "?")
        .replace("%3D", "=")
        .replace("%26", "&")
        .replace("%2F", "/"),
    )
    assert (answer["type"], answer["code"]) == ("Client.InvalidRequest", "wrong-parameters")


@pytest.mark.parametrize("address", [f"/r1/{CONSUMER}/getCalls", f"/r1/{PROVIDER}/listMethods"])
def test_a_signature_is_of_use_once(caller: Caller, address: str) -> None:
    """exchange_metadata_once."""
    signed = caller.environ(address)
    assert caller.send(signed).status == 200
    again = caller.send(signed)
    assert (again.status, json.loads(again.body)["code"]) == (400, "replayed")


def test_who_asks_is_on_record_refused_too(caller: Caller) -> None:
    look(caller, "listMethods", PROVIDER)
    look(caller, "getCalls", PROVIDER)
    said = ledger.Record.objects.filter(act="exchange.metadata").order_by("at")
    assert [(one.actor_id, one.detail["service"], one.detail["outcome"]) for one in said] == [
        (CONSUMER, f"{PROVIDER}/listMethods", ""),
        (CONSUMER, f"{PROVIDER}/getCalls", "AccessDenied"),
    ]


def test_so_many_a_day_and_no_more(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admitting, "CALLS_A_DAY", 2)
    assert [look(caller, "getCalls").get("code") for _ in range(3)] == [None, None, "quota-exceeded"]
    assert "calls" in look(exchange.make_caller(PROVIDER), "getCalls", PROVIDER), "each has its own"
    models.MetadataCall.objects.update(at=clock.now() - dt.timedelta(days=31))
    assert "calls" in look(caller, "getCalls")
    assert operations.forget_metadata_calls(at=clock.now()) == 3


def test_nothing_is_looked_for_without_end(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "PATIENCE", "SET LOCAL statement_timeout = '1ms'")
    monkeypatch.setattr(
        "tongban.datahub.exchange.operations.looking.exchanges_of",
        lambda *_, **__: statements.rows("SELECT pg_sleep(10)", []),
    )
    assert look(caller, "getCalls")["type"] == "Server.ServerProxy.ServiceFailed.Timeout"
