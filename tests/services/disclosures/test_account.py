"""The account of readings: one list of calls, looks and showings; nobody else's; nothing of what is kept secret."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
import uuid

import pytest

from tests.factories import cases, readings
from tests.factories.cases import CLERK, Cast
from tests.factories.exchange import OFFICER
from tests.factories.readings import ASKING, SECRET, Register, number_of
from tongban.datahub.exchange import operations as exchange
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.attestation import queries as attestation_queries
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger import queries as ledger_queries
from tongban.kernel.types import Actor, Subject
from tongban.services.cases import operations as operations_of_cases
from tongban.services.disclosures import operations, queries
from tongban.services.disclosures.errors import ReadingNotThere
from tongban.services.disclosures.queries import readings as queries_of_readings
from tongban.services.disclosures.types import ContestKind, Kind, Period, Reading, Wanted

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def account(cast: Cast, now: dt.datetime, **wanted: object) -> tuple[Reading, ...]:
    """Return what the applicant's account shows."""
    scope = queries.opened(cast.subject, by=cast.applicant, at=now)
    return queries.account(scope, Wanted(**wanted), at=now).readings  # type: ignore[arg-type]


def test_calls_looks_and_refusals_are_one_list(register: Register, people: Cast, now: dt.datetime) -> None:
    receipt = cases.submit(people, at=now - 5 * MINUTE)
    register.asks(number_of("p001"), now - 4 * MINUTE, issue=receipt.number)
    operations_of_cases.read_case(case_id=receipt.case_id, purpose="受理", by=CLERK, at=now - 3 * MINUTE)
    register.asks(number_of("p003"), now - 2 * MINUTE)
    readings.make_secret(per_day=1, until=now.date() - dt.timedelta(days=1)).asks(
        number_of("p001"), now - MINUTE
    )

    refused, look, call = account(people, now)

    assert [refused.kind, look.kind, call.kind] == [Kind.REFUSED, Kind.STAFF, Kind.EXCHANGE]
    assert (call.reader, call.department, call.operator, call.fields) == (
        ASKING,
        "market",
        "wang",
        ("number", "name"),
    )
    assert call.case_id == look.case_id == receipt.case_id and call.is_answered
    assert (refused.reader, refused.outcome) == (SECRET, "AccessDenied")
    assert [one.kind for one in account(people, now, kind=Kind.STAFF)] == [Kind.STAFF]
    assert [one.id for one in account(people, now, case=receipt.number)] == [look.id, call.id]
    assert [one.kind for one in account(people, now, resource="resident-identity")] == [
        Kind.REFUSED,
        Kind.EXCHANGE,
    ]


def test_who_was_looked_at_is_shown_in_their_own_evidence_and_nowhere_else(
    register: Register, people: Cast, now: dt.datetime
) -> None:
    detail = {"field": "number", "purpose": "核对身份", "law": "行政许可法 34"}
    ledger.record(act="identity.unmasked", subject=people.subject, by=CLERK, at=now - MINUTE, detail=detail)
    (look,) = account(people, now)
    assert (look.kind, look.operator, look.purpose) == (Kind.STAFF, CLERK.name, "核对身份")
    assert look.about == ledger_queries.called(people.subject) != people.subject
    ledger.link_pending()
    attestation.sign_head(at=now)
    taken = operations.take_evidence(subject=people.subject, reading=look.id, by=people.applicant, at=now)
    evidence, _ = attestation_queries.from_file(taken.data)
    assert [one.id for one in evidence.openings] == [people.subject.id]
    plain = attestation_queries.to_file(attestation_queries.evidence(look.id), b"")
    assert people.subject.id not in str(plain), "nobody else is told"


def test_figures_are_those_of_the_list(register: Register, people: Cast, now: dt.datetime) -> None:
    for days in (0, 0, 3, 29, 30, 200):
        register.asks(number_of("p001"), now - dt.timedelta(days=days), issue="7382049165503821")
    scope = queries.opened(people.subject, by=people.applicant, at=now)
    for period, count in ((Period.MONTH, 4), (Period.YEAR, 6)):
        found = queries.summary(scope, Wanted(period=period), at=now)
        listed = queries.account(scope, Wanted(period=period, limit=99), at=now).readings
        assert found.total == len(listed) == count
        assert found.resources == {"resident-identity": count} and found.cases == {"7382049165503821": count}
    assert found.readers == 1
    assert queries.summary(scope, Wanted(), at=now).days[-1].counts == {Kind.EXCHANGE: 2}


def test_what_was_asked_for_in_vain_is_of_a_kind_of_its_own(
    register: Register, people: Cast, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.asks(number_of("p001"), now - 9 * MINUTE, issue="7382049165503821")
    for minute in range(1, 4):
        register.asks(
            number_of("p001"), now - minute * MINUTE
        )  # without the number of a case nothing is given
    scope = queries.opened(people.subject, by=people.applicant, at=now)
    found = queries.summary(scope, Wanted(), at=now)
    assert found.counts == {Kind.EXCHANGE: 1, Kind.FAILED: 3} and (found.total, found.in_vain) == (4, 3)
    assert found.readers == 1
    assert [one.kind for one in account(people, now)] == [*[Kind.FAILED] * 3, Kind.EXCHANGE]
    monkeypatch.setattr(queries_of_readings, "A_LOOK", 2)
    for kind, count in ((Kind.EXCHANGE, 1), (Kind.FAILED, 3), (Kind.REFUSED, 0)):
        for limit in (1, 9):
            shown = queries.account(scope, Wanted(kind=kind, limit=limit), at=now)
            assert [one.kind for one in shown.readings] == [kind] * min(count, limit)
            assert (shown.after is not None) == (count > limit)
    operations.contest_reading(
        subject=people.subject, reading=account(people, now)[0].id, kind=ContestKind.UNKNOWN, by=people.applicant, at=now
    )  # fmt: skip
    assert queries.waiting(("market",))[0].reading_kind is Kind.EXCHANGE


def test_pages_neither_lose_nor_double(register: Register, people: Cast, now: dt.datetime) -> None:
    receipt = cases.submit(people, at=now - 60 * MINUTE)
    for minute in range(1, 8):
        register.asks(number_of("p001"), now - minute * MINUTE)
        operations_of_cases.read_case(
            case_id=receipt.case_id, purpose="看", by=CLERK, at=now - minute * MINUTE
        )
    scope = queries.opened(people.subject, by=people.applicant, at=now)
    whole = queries.account(scope, Wanted(limit=99), at=now).readings
    found: list[Reading] = []
    after = None
    while True:
        part = queries.account(scope, Wanted(limit=3, before=after), at=now)
        found += part.readings
        if part.after is None:
            break
        after = queries.read_key(queries.key_text(part.after))
    assert tuple(found) == whole and len(whole) == 14


def test_nobody_opens_anothers_account(register: Register, people: Cast, now: dt.datetime) -> None:
    register.asks(number_of("p001"), now)
    (one,) = account(people, now)
    for by in (people.agent, people.stranger, CLERK, Actor("person", str(uuid.uuid4()))):
        with pytest.raises(ReadingNotThere):
            queries.opened(people.subject, by=by, at=now)
    agents = queries.opened(Subject("person", people.agent.id), by=people.agent, at=now)
    with pytest.raises(ReadingNotThere):
        queries.find_reading(agents, one.id, at=now)


def test_who_represents_a_company_sees_what_was_read_of_it(
    register: Register, people: Cast, now: dt.datetime
) -> None:
    from tongban.foundation.identity import queries as identity

    register.asks(identity.get_company(people.company.id).credit_code, now, issue="7382049165503821")
    scope = queries.opened(people.company, by=people.representative, at=now)
    assert [one.kind for one in queries.account(scope, Wanted(), at=now).readings] == [Kind.EXCHANGE]
    with pytest.raises(ReadingNotThere):
        queries.opened(people.company, by=people.applicant, at=now)


@pytest.mark.slow
@pytest.mark.law("exchange-secret-by-law")
@pytest.mark.parametrize("seed", range(3))
def test_secret_readings_change_nothing_that_can_be_seen(
    register: Register, people: Cast, now: dt.datetime, seed: int
) -> None:
    draw = random.Random(seed)
    secret = readings.make_secret()
    for _ in range(9):
        register.asks(
            number_of("p001"), now - draw.randrange(2, 60_000) * MINUTE, issue=draw.choice(["", "TB1"])
        )
    before = everything(people, now)
    began, last = now - dt.timedelta(days=60), now.date() + dt.timedelta(days=9)
    id = exchange.keep_secret(
        grant=secret.grant, law="counter-terrorism", reason="侦查阶段", until=last, by=OFFICER, at=began
    )
    for _ in range(7):
        secret.asks(
            number_of("p001"), now - draw.randrange(2, 60_000) * MINUTE, issue=draw.choice(["", "TB1"])
        )
    assert everything(people, now) == before
    exchange.lift_secrecy(id=id, reason="已经公开", by=OFFICER, at=now)
    shown = [one for one in account(people, now, period=Period.ALL, limit=99) if one.reader == SECRET]
    assert len(shown) == 7 and all(one.secret_until == now.date() for one in shown)


def everything(cast: Cast, now: dt.datetime) -> object:
    """Return all that the account can show: each period, each kind, pages of several sizes, every figure."""
    scope = queries.opened(cast.subject, by=cast.applicant, at=now)
    seen: list[object] = []
    for period in Period:
        seen.append(dataclasses.asdict(queries.summary(scope, Wanted(period=period), at=now)))
        for kind in (None, *Kind):
            for limit in (2, 5, 50):
                seen.append(queries.account(scope, Wanted(period=period, kind=kind, limit=limit), at=now))
    return seen
