"""What districts' nodes have on record: in the account once and in its order, named when silent, secret where the city says."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories import readings
from tests.factories.cases import Cast
from tests.factories.districts import THEIRS, Districts, row, stand
from tests.factories.exchange import OFFICER
from tests.factories.readings import ASKING, Register, number_of
from tongban.datahub.exchange import known as exchange_known
from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange import queries as calls
from tongban.datahub.exchange.models import Elsewhere, Record
from tongban.datahub.exchange.models import Service as ServiceRow
from tongban.datahub.exchange.types import Service, ServiceKind
from tongban.datahub.nodes import known
from tongban.datahub.nodes.operations import accounts
from tongban.foundation.ledger import queries as ledger
from tongban.kernel.ids import new_id
from tongban.kernel.types import Subject
from tongban.services.disclosures import operations, queries
from tongban.services.disclosures.errors import ReadingNotThere
from tongban.services.disclosures.types import Kind, Period, Reading, Wanted

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def districts(register: Register, monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> Iterator[Districts]:
    yield stand(monkeypatch, now)
    known.forget()


def ask(cast: Cast, now: dt.datetime) -> int:
    return operations.ask_districts(subject=cast.subject, by=cast.applicant, at=now)


def account(cast: Cast, now: dt.datetime, **wanted: Any) -> tuple[Reading, ...]:
    scope = queries.opened(cast.subject, by=cast.applicant, at=now)
    return queries.account(scope, Wanted(**wanted), at=now).readings


@pytest.mark.law("account-of-all-nodes")
def test_one_list_with_what_the_grant_says(
    districts: Districts, register: Register, people: Cast, now: dt.datetime
) -> None:
    grant = readings.make_grant(provider=THEIRS, consumer="SH/GOV/pudong-market-regulation/cases")
    register.asks(number_of("p001"), now - 3 * MINUTE, issue="7382049165503821")
    districts.rows = [row(now - 2 * MINUTE, outcome="AccessDenied"), row(now - 4 * MINUTE, grant=str(grant))]

    assert ask(people, now) == 2
    refused, own, theirs = account(people, now)

    assert [one.kind for one in (refused, own, theirs)] == [Kind.REFUSED, Kind.EXCHANGE, Kind.EXCHANGE]
    assert [one.node for one in (refused, own, theirs)] == ["pudong", "", "pudong"]
    assert (theirs.fields, theirs.basis, theirs.is_answered) == (("number", "name"), own.basis, True)
    assert [one.id for one in account(people, now, kind=Kind.REFUSED)] == [refused.id]
    assert account(people, now, limit=2) == (refused, own)
    scope = queries.opened(people.subject, by=people.applicant, at=now)
    assert queries.summary(scope, Wanted(), at=now).counts == {Kind.EXCHANGE: 2, Kind.REFUSED: 1}
    assert queries.find_reading(scope, theirs.id, at=now) == theirs


def test_what_a_district_asked_for_in_vain_is_counted_as_such(
    districts: Districts, people: Cast, now: dt.datetime
) -> None:
    districts.rows = [row(now - 2 * MINUTE, status=503), row(now - 4 * MINUTE)]
    ask(people, now)
    assert [one.kind for one in account(people, now)] == [Kind.FAILED, Kind.EXCHANGE]
    scope = queries.opened(people.subject, by=people.applicant, at=now)
    assert queries.summary(scope, Wanted(), at=now).counts == {Kind.EXCHANGE: 1, Kind.FAILED: 1}


def test_nobody_elses(districts: Districts, people: Cast, now: dt.datetime) -> None:
    districts.rows = [row(now - MINUTE)]
    with pytest.raises(ReadingNotThere):
        operations.ask_districts(subject=people.subject, by=people.stranger, at=now)
    assert ask(people, now) == 1
    (mine,) = account(people, now)
    other = queries.opened(Subject("person", people.stranger.id), by=people.stranger, at=now)
    with pytest.raises(ReadingNotThere):
        queries.find_reading(other, mine.id, at=now)


@pytest.mark.law("exchange-named-recorded")
def test_whom_an_answer_named_is_told_beside_whom_was_asked_about(
    districts: Districts, people: Cast, now: dt.datetime
) -> None:
    named = Subject("person", people.stranger.id)
    districts.rows = [row(now - MINUTE, issue="202611220001")]
    assert ask(people, now) == 1
    districts.of, districts.rows = number_of("p006"), [districts.rows[0] | {"is_named": True}]
    assert operations.ask_districts(subject=named, by=people.stranger, at=now) == 1
    (own,) = account(people, now)
    (others,) = queries.account(queries.opened(named, by=people.stranger, at=now), Wanted(), at=now).readings
    assert own.id == others.id
    assert [(one.is_named, one.number, one.operator) for one in (own, others)] == [
        (False, "202611220001", "li"), (True, "", ""),
    ]  # fmt: skip


def test_told_again_it_is_the_same_and_an_answer_that_came_later_is_kept(
    districts: Districts, people: Cast, now: dt.datetime
) -> None:
    districts.rows = [row(now - 5 * MINUTE, status=None)]
    assert ask(people, now) == 1
    assert [one.is_answered for one in account(people, now)] == [None]
    districts.rows[0]["status"] = 200
    assert ask(people, now + 2 * MINUTE) == 0
    assert [one.is_answered for one in account(people, now)] == [True]
    districts.rows = []
    ask(people, now + 4 * MINUTE)
    assert len(account(people, now)) == 1  # what was told once stays


def test_who_is_silent_is_named_and_asked_again(districts: Districts, people: Cast, now: dt.datetime) -> None:
    districts.silent = {"pudong"}
    ask(people, now)
    scope = queries.opened(people.subject, by=people.applicant, at=now)
    assert [(one.name, one.heard_at) for one in queries.districts(scope)] == [
        ("浦东新区", None),
        ("徐汇区", now),
    ]
    districts.asked, districts.silent, districts.rows = [], set(), [row(now - MINUTE)]
    assert ask(people, now + MINUTE / 2) == 1
    assert districts.asked == ["pudong"]  # the other was heard within the minute
    districts.asked = []
    assert ask(people, now + MINUTE) == 0 and not districts.asked
    told = [one for one in ledger.entries(people.subject) if one.act == "disclosures.districts_asked"]
    assert [one.detail["silent"] for one in told] == [[], ["pudong"]]


def test_a_call_that_was_handed_on_is_one_line(
    districts: Districts, register: Register, people: Cast, now: dt.datetime
) -> None:
    service = Service(
        THEIRS, "person", 0, ServiceKind.REGISTER, "people", "resident-identity", ("number",), "number"
    )
    exchange.publish_service(service=service, by=OFFICER, at=now)
    ServiceRow.objects.filter(provider_id=THEIRS).update(kind=ServiceKind.NODE.value, target="pudong")
    exchange_known.forget()
    grant = readings.make_grant(provider=THEIRS)
    with readings.on(now - 3 * MINUTE):
        register.caller.call(f"/r1/{THEIRS}/person?number={number_of('p001')}")  # nobody carries it: it fails
    (before,) = account(people, now)
    assert (before.outcome, before.fields) == ("Relayed", ())
    kept = Record.objects.get(id=before.id)
    same = {
        "signed_at": kept.signed_at.isoformat(),
        "key": register.caller.key,
        "nonce": kept.nonce,
        "consumer": ASKING,
    }
    districts.rows = [
        row(now - 3 * MINUTE, grant=str(grant), **same),
        row(now - 2 * MINUTE, **same | {"nonce": "else"}),
    ]

    assert ask(people, now) == 2
    elsewhere, after = account(people, now)

    assert (after.id, after.node, after.outcome, after.fields) == (before.id, "", "", ("number", "name"))
    assert elsewhere.node == "pudong"
    scope = queries.opened(people.subject, by=people.applicant, at=now)
    assert queries.summary(scope, Wanted(), at=now).total == 2


def test_what_the_city_keeps_secret_a_district_does_not_tell(
    districts: Districts, people: Cast, now: dt.datetime
) -> None:
    consumer = "SH/GOV/pudong-market-regulation/cases"
    grant = readings.make_grant(provider=THEIRS, consumer=consumer)
    exchange.keep_secret(
        grant=grant, law=next(iter(calls.SECRECY_LAWS)), reason="案件调查", until=now.date() + dt.timedelta(days=30), by=OFFICER,
        at=now - 9 * MINUTE,
    )  # fmt: skip
    districts.rows = [row(now - MINUTE, grant=str(grant)), row(now - 2 * MINUTE, outcome="AccessDenied")]
    ask(people, now)
    assert account(people, now) == ()
    later = now + dt.timedelta(days=31)
    assert [one.node for one in account(people, later, period=Period.YEAR)] == ["pudong", "pudong"]


@pytest.mark.parametrize(
    "told",
    [
        {"provider": "SH/GOV/police/people"},  # lives at the city
        {"outcome": "Relayed"},
        {"outcome": "Anything"},
        {"at": "2999-01-01T00:00:00+00:00"},
    ],
)
def test_a_node_tells_only_what_it_decided_itself(
    districts: Districts, people: Cast, now: dt.datetime, told: dict[str, str]
) -> None:
    districts.rows = [row(now - MINUTE) | told]
    assert ask(people, now) == 0
    assert account(people, now) == ()


@pytest.mark.parametrize("rows", [[{}], ["x"], [{"id": "no"}], None])
def test_who_tells_nonsense_was_not_heard(
    districts: Districts, people: Cast, now: dt.datetime, rows: Any
) -> None:
    districts.rows = rows
    assert ask(people, now) == 0
    scope = queries.opened(people.subject, by=people.applicant, at=now)
    assert [one.heard_at for one in queries.districts(scope)] == [None, now]


@pytest.mark.parametrize("said", [{}, {"proof": {}}, {"proof": "x"}, {"proof": {"leaf": "zz"}}, None])
def test_a_proof_that_is_none_is_not_had(
    districts: Districts, people: Cast, now: dt.datetime, monkeypatch: pytest.MonkeyPatch, said: Any
) -> None:
    districts.rows = [row(now - MINUTE)]
    ask(people, now)
    (one,) = account(people, now)
    monkeypatch.setattr(accounts, "asked", lambda *_, **__: json.dumps(said).encode())
    assert not operations.prove_elsewhere(subject=people.subject, reading=one).is_reached
    monkeypatch.setattr(accounts, "asked", lambda *_, **__: b'{"proof": null}')
    assert operations.prove_elsewhere(subject=people.subject, reading=one).is_reached  # not sealed yet


def test_constraints_of_what_was_told(districts: Districts, people: Cast, now: dt.datetime) -> None:
    said = {"node": "pudong", "subject": b"s", "signed_at": now, "at": now, "here": new_id()}
    Elsewhere.objects.create(id=new_id(), **said)
    with pytest.raises(IntegrityError, match="exchange_elsewhere_once_here"), transaction.atomic():
        Elsewhere.objects.create(id=new_id(), **said)
    with pytest.raises(IntegrityError, match="exchange_elsewhere_decided"), transaction.atomic():
        Elsewhere.objects.create(id=new_id(), **said | {"here": None, "outcome": "Relayed"})
