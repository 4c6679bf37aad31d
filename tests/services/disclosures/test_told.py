"""What a feed tells a department of a person stands in the person's account too, with a proof, unless the law keeps it."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.factories import readings
from tests.factories.cases import Cast
from tests.factories.exchange import OFFICER
from tests.factories.readings import ASKING, KEEPING, Register, number_of
from tongban.channels.gateway.feeds.application import respond
from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange.models import Record
from tongban.datahub.exchange.operations.naming import record_named
from tongban.datahub.subscriptions import operations as feeds
from tongban.datahub.subscriptions.types import Change, Kind
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.messages import queries as messages
from tongban.services.disclosures import operations, queries
from tongban.services.disclosures.errors import EvidenceOfAnother, ReadingNotThere
from tongban.services.disclosures.types import Kind as ReadingKind
from tongban.services.disclosures.types import Period, Wanted

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def told(register: Register, persona: str, at: dt.datetime, name: str = "新名") -> None:
    """Have the market's system pull a change about somebody."""
    feeds.declare_feed(
        provider=KEEPING, code="people", resource="resident-identity", subject="number", by=OFFICER, at=at
    )
    change = Change(
        at.isoformat(), Kind.CHANGED, {"number": number_of(persona), "name": name, "address": "新址"}
    )
    feeds.publish_changes(provider=KEEPING, feed="people", changes=[change], by=OFFICER, at=at)
    feeds.place_pending(at=at)
    with readings.on(at):
        given = respond(register.caller.environ(f"/feeds/{KEEPING}/people/changes?after=0"))
    assert given.status == 200


def test_what_was_told_is_in_the_account_with_its_proof(
    register: Register, people: Cast, now: dt.datetime
) -> None:
    told(register, "p001", now - 2 * MINUTE)
    register.asks(number_of("p001"), now - MINUTE)
    scope = queries.opened(people.subject, by=people.applicant, at=now)
    asked, pushed = queries.account(scope, Wanted(), at=now).readings
    assert (pushed.reader, pushed.kind, pushed.fields) == (ASKING, ReadingKind.EXCHANGE, ("number", "name"))
    assert pushed.about is not None and asked.about is None
    assert queries.find_reading(scope, pushed.id, at=now) == pushed
    assert queries.account(scope, Wanted(kind=ReadingKind.STAFF), at=now).readings == ()
    assert len(queries.account(scope, Wanted(resource="resident-identity"), at=now).readings) == 2
    found = queries.summary(scope, Wanted(), at=now)
    assert found.total == 2 and found.resources == {"resident-identity": 2}
    first = queries.account(scope, Wanted(limit=1), at=now)
    assert queries.account(scope, Wanted(limit=1, before=first.after), at=now).readings == (pushed,)
    ledger.link_pending()
    proof = queries.proof_of(pushed)
    assert proof.holds and proof.number is not None
    attestation.sign_head(at=now)
    file = operations.take_evidence(subject=people.subject, reading=pushed.id, by=people.applicant, at=now)
    assert file.name == f"{pushed.id}.json" and b"feed.pull" in file.data


def test_nobody_elses_account_has_it(register: Register, people: Cast, now: dt.datetime) -> None:
    told(register, "p003", now - MINUTE)
    scope = queries.opened(people.subject, by=people.applicant, at=now)
    assert queries.account(scope, Wanted(), at=now).readings == ()
    assert queries.summary(scope, Wanted(), at=now).total == 0


@pytest.mark.law("exchange-secret-by-law")
def test_what_the_law_keeps_secret_changes_nothing_that_can_be_seen(
    register: Register, people: Cast, now: dt.datetime
) -> None:
    scope = queries.opened(people.subject, by=people.applicant, at=now)
    exchange.keep_secret(
        grant=register.grant, law="counter-terrorism", reason="侦查阶段", until=now.date(), by=OFFICER,
        at=now - 3 * MINUTE,
    )  # fmt: skip
    told(register, "p001", now - MINUTE)
    assert queries.account(scope, Wanted(), at=now).readings == ()
    assert queries.summary(scope, Wanted(), at=now).total == 0
    tomorrow = now + dt.timedelta(days=1)
    (seen,) = queries.account(scope, Wanted(), at=tomorrow).readings
    with pytest.raises(ReadingNotThere):
        queries.find_reading(scope, seen.id, at=now)


@pytest.mark.law("feed-named-recorded")
@pytest.mark.law("feed-readers-kept")
def test_whoever_is_named_in_a_change_has_it_too_for_years(
    register: Register, people: Cast, now: dt.datetime
) -> None:
    told(register, "p003", now - MINUTE, name=number_of("p001"))
    scope = queries.opened(people.subject, by=people.applicant, at=now)
    (found,) = queries.account(scope, Wanted(), at=now).readings
    assert (found.is_named, found.is_answered, found.reader) == (True, True, ASKING)
    with pytest.raises(EvidenceOfAnother):
        operations.take_evidence(subject=people.subject, reading=found.id, by=people.applicant, at=now)
    after = now + dt.timedelta(days=2 * 366)
    assert feeds.forget_due(at=after) == 1
    assert queries.account(scope, Wanted(period=Period.ALL), at=after).readings == (found,)
    assert queries.summary(scope, Wanted(period=Period.ALL), at=after).total == 1
    assert queries.find_reading(scope, found.id, at=after) == found


def test_who_wishes_it_is_told_of_what_a_feed_told(
    register: Register, people: Cast, now: dt.datetime
) -> None:
    operations.wish_to_be_told(subject=people.subject, tell=True, by=people.applicant, at=now - 4 * MINUTE)
    operations.tell_readings(at=now - 3 * MINUTE)
    told(register, "p003", now - 2 * MINUTE, name=number_of("p001"))
    readings.commit()
    assert operations.tell_readings(at=now - MINUTE) == 0, "not before it is known whether it was sent"
    assert operations.tell_readings(at=now - MINUTE) == 1
    (one,) = [one for one in messages.inbox(people.subject) if one.template == "disclosures.read"]
    assert "Market" in one.body or "市场" in one.body
    assert operations.tell_readings(at=now) == 0


def test_what_comes_on_record_late_is_told_too(register: Register, people: Cast, now: dt.datetime) -> None:
    operations.wish_to_be_told(subject=people.subject, tell=True, by=people.applicant, at=now - 4 * MINUTE)
    operations.tell_readings(at=now)
    register.asks(number_of("p001"), now - 2 * MINUTE, issue="7382049165503821")
    told(register, "p001", now - MINUTE)
    assert operations.tell_readings(at=now + MINUTE) == 0, "not before it is certain that it is there to stay"
    readings.commit()
    assert [operations.tell_readings(at=now + 2 * MINUTE) for _ in range(3)] == [1, 1, 0]
    assert len([one for one in messages.inbox(people.subject) if one.template == "disclosures.read"]) == 2


def test_whom_an_answer_names_long_after_the_call_was_made_is_told(
    register: Register, people: Cast, now: dt.datetime
) -> None:
    operations.wish_to_be_told(subject=people.subject, tell=True, by=people.applicant, at=now - 4 * MINUTE)
    register.asks(number_of("p003"), now - MINUTE, issue="7382049165503821")
    readings.commit()
    operations.tell_readings(at=now)
    row = Record.objects.get()
    record_named(row.id, [number_of("p001")], at=row.at)
    readings.commit()
    assert operations.tell_readings(at=now + MINUTE) == 1
