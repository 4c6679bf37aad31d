"""What a node tells of a person: to the city only, what it decided itself, and that it was asked is on its ledger."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any

import pytest

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, CONSUMER, PROVIDER
from tongban.datahub.exchange import operations as exchange_operations
from tongban.datahub.exchange import queries as calls
from tongban.datahub.exchange.operations import sealing
from tongban.datahub.nodes import known, operations
from tongban.datahub.nodes.errors import MayNotAsk, NodeMalformed
from tongban.datahub.nodes.types import CITY, Node
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger import queries as entries
from tongban.foundation.trust import queries as trust
from tongban.kernel import clock
from tongban.kernel.types import Actor, Subject

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PERSON, OTHER = "310101199001010014", "310101199001010022"
BY = Actor("node", CITY, "市")
SINCE = "2020-01-01T00:00:00+00:00"


def node(code: str = CITY) -> Node:
    return Node(code, code, "http://127.0.0.1:1", (), b"x", trust.root() or b"", ())


@pytest.fixture(autouse=True)
def called() -> str:
    """Have a person's data asked for; return the call's number."""
    known.forget()
    exchange.make_service()
    exchange.make_grant()
    return dict(exchange.make_caller().call(f"{ADDRESS}?number={PERSON}").headers)["X-Road-Request-Id"]


def ask(answer: Any, of: str = PERSON, by: str = CITY, **said: Any) -> dict[str, Any]:
    request = json.dumps({"identifier": of, "since": SINCE, "before": None} | said).encode()
    return dict(json.loads(answer(node=node(by), request=request, by=BY, at=clock.now())))


def test_what_was_decided_here(called: str) -> None:
    (row,) = ask(operations.answer_account)["rows"]
    assert (row["id"], row["consumer"], row["provider"], row["outcome"]) == (called, CONSUMER, PROVIDER, "")
    assert ask(operations.answer_account, of=OTHER)["rows"] == []
    assert ask(operations.answer_account, before=[row["at"], row["id"]])["rows"] == []
    told = entries.entries(Subject("data-subject", calls.digest_of(PERSON).hex()))
    assert [(one.act, one.by.id, one.detail) for one in told] == [
        ("nodes.account_told", CITY, {"count": 0}),
        ("nodes.account_told", CITY, {"count": 1}),
    ]


@pytest.mark.parametrize(
    "answer", [operations.answer_account, operations.answer_proof, operations.answer_evidence]
)
def test_only_the_city_asks(answer: Any, called: str) -> None:
    with pytest.raises(MayNotAsk):
        ask(answer, by="xuhui", id=called)
    for request in (b"", b"[]", b"{}", b'{"identifier": "x"}', b"[" * 9999):
        with pytest.raises(NodeMalformed):
            answer(node=node(), request=request, by=BY, at=clock.now())


def test_a_proof_is_computed_anew_by_who_asked(called: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "horizon", lambda: 1 << 62)  # the test's own transaction is sealed, too
    assert ask(operations.answer_proof, id=called)["proof"] is None  # not sealed yet
    exchange_operations.seal(at=clock.now())
    ledger.link_pending()
    attestation.sign_head(at=clock.now())
    said = ask(operations.answer_proof, id=called)["proof"]
    roots = {"pudong": trust.root() or b""}

    found = calls.read_proof(said, roots, "pudong")

    assert found.holds and found.head_size >= found.number
    for name, value in (
        ("leaf", "00" * 32),
        ("root", "00" * 32),
        ("index", said["index"] + 1),
        ("is_intact", False),
    ):
        assert not calls.read_proof(said | {name: value}, roots, "pudong").holds, name
    assert not calls.read_proof(said, {"pudong": b"another"}, "pudong").holds
    container = ask(operations.answer_evidence, id=called)["container"]
    assert calls.check_evidence(base64.b64decode(container)).problem is None


def test_of_another_person_nothing_is_proved(called: str) -> None:
    for answer in (operations.answer_proof, operations.answer_evidence):
        with pytest.raises(NodeMalformed):
            ask(answer, of=OTHER, id=called)


def news(by: str = CITY, **said: Any) -> dict[str, Any]:
    request = json.dumps({"identifiers": [OTHER, PERSON], "since": SINCE} | said).encode()
    return dict(json.loads(operations.answer_news(node=node(by), request=request, by=BY, at=clock.now())))[
        "news"
    ]


@pytest.mark.law("told-of-all-nodes")
def test_of_many_it_tells_those_that_it_decided_about_and_each_of_these_is_on_its_ledger(called: str) -> None:
    found = news()
    assert [(place, [row["id"] for row in rows]) for place, rows in found.items()] == [("1", [called])]
    assert news(since=(clock.now() + dt.timedelta(hours=1)).isoformat()) == {}
    told = [entries.entries(Subject("data-subject", calls.digest_of(who).hex())) for who in (PERSON, OTHER)]
    assert [[one.act for one in of] for of in told] == [["nodes.account_told"], []]
    (last, first) = entries.entries(Subject("node", CITY))
    assert (first.act, first.detail, last.detail) == (
        "nodes.news_told", {"asked": 2, "told": 1}, {"asked": 2, "told": 0},
    )  # fmt: skip


def test_only_the_city_asks_for_news_and_of_so_many_at_once() -> None:
    with pytest.raises(MayNotAsk):
        news(by="xuhui")
    for said in (
        {"identifiers": [str(one) for one in range(operations.MOST_ASKED + 1)]},
        {"identifiers": None},
        {"since": "x"},
        {"since": "2020-01-01T00:00:00"},
    ):
        with pytest.raises(NodeMalformed):
            news(**said)
    for request in (b"", b"[]", b"{}", b"[" * 9999):
        with pytest.raises(NodeMalformed):
            operations.answer_news(node=node(), request=request, by=BY, at=clock.now())


def test_of_uses_it_tells_grants_and_cases_and_of_no_person(called: str) -> None:
    hour = dt.timedelta(hours=1)
    wish = {"since": (clock.now() - hour).isoformat(), "until": (clock.now() + hour).isoformat()}
    request = json.dumps(wish).encode()
    said = operations.answer_uses(node=node(), request=request, by=BY, at=clock.now())
    ((grant, consumer, issue, calls_, first),) = json.loads(said)["uses"]
    assert (consumer, issue, calls_, first) == (CONSUMER, exchange.ISSUE, 1, called)
    assert grant and PERSON not in said.decode()
    told = entries.entries(Subject("node", CITY))
    assert [(one.act, one.detail["count"]) for one in told] == [("nodes.uses_told", 1)]
    with pytest.raises(MayNotAsk):
        operations.answer_uses(node=node("xuhui"), request=request, by=BY, at=clock.now())
