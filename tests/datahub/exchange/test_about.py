"""What was asked about one person: found by months, page by page; what the law keeps from them leaves no trace."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from django.db import connection

from tests.factories import exchange
from tests.factories.exchange import CONSUMER, OFFICER, Caller
from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.errors import KeptAlready, SecrecyUnknown
from tongban.datahub.exchange.types import About, AboutWanted, Committed, Outcome
from tongban.datahub.resources import models
from tongban.datahub.resources import operations as resources
from tongban.foundation.ledger import operations as ledger
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, Invalid, NotAllowed
from tongban.kernel.types import Actor, Subject

pytestmark = pytest.mark.django_db
PERSON, OTHER = "310101199001010014", "310101198506152346"
SECRET = "SH/GOV/gaj-case/desk"
REASON = "侦查阶段，告知会妨碍办案"
LATEST = (1 << 63) - 1
LONG = dt.timedelta(days=3660)


@contextmanager
def on(moment: dt.datetime) -> Iterator[None]:
    """Have it be this moment."""
    with patch.object(clock, "now", lambda: moment):
        yield


@pytest.fixture
def wide(db: None) -> Caller:
    """A consumer whose grant has held for three years."""
    exchange.make_service()
    today = clock.today()
    exchange.make_grant(valid_from=today - LONG, until=today + LONG)
    return exchange.make_caller()


def ask(caller: Caller, at: dt.datetime, number: str = PERSON, issue: str = "TB-1") -> None:
    """Ask for somebody's data at a moment."""
    with on(at):
        caller.call(f"{exchange.ADDRESS}?number={number}", headers={"x-road-issue": issue})


def seen(**wanted: object) -> tuple[About, ...]:
    """Return what PERSON sees of three years."""
    now = clock.now()
    period = AboutWanted(now - LONG, now + dt.timedelta(days=1), **wanted)  # type: ignore[arg-type]
    return queries.readings_about(queries.digest_of(PERSON), period, at=now)


def whole_view() -> object:
    """Return everything that PERSON can learn: lists, filters, every page of any size, counts."""
    now, subject = clock.now(), queries.digest_of(PERSON)
    pages = []
    for limit in (1, 3, 7):
        before: tuple[dt.datetime, uuid.UUID] | None = None
        while rows := seen(limit=limit, before=before):
            before = (rows[-1].at, rows[-1].id)
            pages.append(rows)
    filters = [seen(limit=99, **one) for one in ({"refused": True}, {"refused": False}, {"issue": "TB-1"})]
    counts = [
        sorted(
            queries.tally_about(subject, AboutWanted(now - past, now + dt.timedelta(days=1)), at=now), key=str
        )
        for past in (dt.timedelta(days=30), LONG)
    ]
    news = queries.new_about([subject], Committed(-1, LATEST, now - LONG), at=now)
    return pages, filters, counts, news, queries.exchanges_about(PERSON)


def test_a_reading_says_who_what_for_which_case_by_which_law(wide: Caller) -> None:
    ask(wide, clock.now(), issue="7382049165503821")
    ask(wide, clock.now(), number=OTHER)
    (one,) = seen()
    assert (one.consumer, one.issue, one.status) == (CONSUMER, "7382049165503821", 200)
    assert (one.fields, one.resource, one.basis) == (
        ("number", "name"),
        "resident-identity",
        "上海市数据条例 38",
    )
    assert one.outcome is Outcome.AUTHORISED and one.secret_until is None
    subject = queries.digest_of(PERSON)
    assert queries.find_about(subject, one.id, at=clock.now()) == one
    assert queries.find_about(queries.digest_of(OTHER), one.id, at=clock.now()) is None


def test_the_fields_are_those_that_could_leave_at_that_moment(wide: Caller) -> None:
    now, grant = clock.now(), _grant()
    hours = dt.timedelta(hours=1)
    for act, fields, ago in (("given", ["number", "name"], 3), ("narrowed", ["name"], 1)):
        ledger.record(
            act=f"data.grant_{act}", subject=Subject("data-grant", str(grant)), by=OFFICER, at=now - ago * hours,
            detail={"fields": fields},
        )  # fmt: skip
    ask(wide, now - 2 * hours)
    ask(wide, now - hours / 2)
    assert [one.fields for one in seen()] == [("name",), ("number", "name")]


def test_pages_go_back_over_years_without_doubling_or_losing(wide: Caller) -> None:
    now = clock.now()
    moments = [now - dt.timedelta(days=days) for days in (0, 1, 30, 31, 32, 90, 186, 187, 400, 800, 1000)]
    for moment in moments:
        ask(wide, moment)
    found: list[About] = []
    while rows := seen(limit=3, before=(found[-1].at, found[-1].id) if found else None):
        found += rows
    assert [one.at for one in found] == moments


@pytest.mark.slow
def test_the_newest_are_found_without_reading_old_months(wide: Caller) -> None:
    for days in range(5):
        ask(wide, clock.now() - dt.timedelta(days=days))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT exchange_make_month((now() - make_interval(months => n))::date) FROM generate_series(2, 36) n"
        )
    before = scans()
    assert len(seen(limit=5)) == 5
    assert 1 <= len({name for name, count in scans().items() if count > before.get(name, 0)}) <= 4


def scans() -> dict[str, int]:
    """Return how often each month was read in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, coalesce(idx_scan, 0) + seq_scan FROM pg_stat_xact_user_tables"
            " WHERE relname LIKE 'exchange_record_%%' AND coalesce(idx_scan, 0) + seq_scan > 0", []
        )  # fmt: skip
        return dict(cursor.fetchall())


@pytest.mark.law("exchange-secret-by-law")
@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_secret_leaves_no_trace_until_the_law_lets_it(wide: Caller, seed: int) -> None:
    draw, now = random.Random(seed), clock.now()
    secret = exchange.make_caller(SECRET)
    began, last = now - dt.timedelta(days=100), clock.today() + dt.timedelta(days=5)
    grant = exchange.make_grant(consumer=SECRET, valid_from=clock.today() - LONG, until=clock.today() + LONG)
    for _ in range(12):
        ask(
            wide, now - dt.timedelta(minutes=draw.randrange(150_000)), issue=draw.choice(["TB-1", "", "TB-2"])
        )
    before = whole_view()

    with on(began):
        id = operations.keep_secret(
            grant=grant, law="criminal-procedure", reason=REASON, until=last,
            by=OFFICER, at=began,
        )  # fmt: skip
    for _ in range(8):
        ask(secret, now - dt.timedelta(minutes=draw.randrange(140_000)), issue=draw.choice(["TB-1", ""]))
    resources.revoke_grant(grant_id=grant, why="案件办结", by=OFFICER, at=now)
    ask(secret, now)  # refused, without a grant now: it would tell who was asking
    assert whole_view() == before

    operations.lift_secrecy(id=id, reason="案件已经公开", by=OFFICER, at=now)
    shown = [one for one in seen(limit=99) if one.consumer == SECRET]
    assert len(shown) == 9 and {one.secret_until for one in shown if one.grant} == {clock.today()}
    assert whole_view() != before


def test_it_ends_by_itself_on_the_day_after_the_last(wide: Caller) -> None:
    now = clock.now()
    operations.keep_secret(
        grant=_grant(), law="duty-hindered", reason=REASON, until=clock.today(), by=OFFICER, at=now
    )
    ask(wide, now + dt.timedelta(seconds=1))
    assert seen() == ()
    with on(now + dt.timedelta(days=1)):  # the secrecy was to the end of yesterday
        (one,) = seen()
    assert one.secret_until == clock.today() + dt.timedelta(days=1)


def test_what_was_visible_before_stays_visible(wide: Caller) -> None:
    now = clock.now()
    ask(wide, now - dt.timedelta(hours=1))
    operations.keep_secret(
        grant=_grant(), law="duty-hindered", reason=REASON, until=clock.today(), by=OFFICER, at=now
    )
    ask(wide, now + dt.timedelta(seconds=1))
    assert len(seen()) == 1


def test_longer_than_the_longest_period_a_supervisor_confirms(wide: Caller) -> None:
    now, today = clock.now(), clock.today()
    said = {"grant": _grant(), "law": "supervision", "reason": REASON, "by": OFFICER, "at": now}
    with pytest.raises(Invalid):
        operations.keep_secret(**said, until=today + dt.timedelta(days=181))
    with pytest.raises(Invalid):
        operations.keep_secret(**(said | {"law": "none"}), until=today)
    id = operations.keep_secret(**said, until=today + dt.timedelta(days=30))
    with pytest.raises(KeptAlready):
        operations.keep_secret(**said, until=today + dt.timedelta(days=30))
    late = {"id": id, "by": OFFICER, "at": now, "until": today + dt.timedelta(days=200)}
    with pytest.raises(Invalid):
        operations.extend_secrecy(**late, reason=REASON)
    operations.confirm_secrecy(id=id, reason="确有必要", by=OFFICER, at=now)
    with pytest.raises(Invalid):
        operations.extend_secrecy(**late, reason="")
    operations.extend_secrecy(**late, reason=REASON)
    (found,) = queries.secrecies()
    assert found.until == late["until"] and found.confirmed_until == today + dt.timedelta(days=360)
    with on(now + dt.timedelta(days=201)), pytest.raises(Conflict):
        operations.extend_secrecy(
            **(late | {"at": clock.now(), "until": today + dt.timedelta(days=300)}), reason=REASON
        )


def test_who_may_keep_extend_confirm_and_lift(wide: Caller) -> None:
    now, today = clock.now(), clock.today()
    somebody = Actor("person", str(uuid.uuid4()))
    said = {"law": "supervision", "reason": REASON, "at": now}
    with pytest.raises(NotAllowed):
        operations.keep_secret(grant=_grant(), until=today, by=somebody, **said)
    id = operations.keep_secret(grant=_grant(), until=today, by=OFFICER, **said)
    for act in (operations.lift_secrecy, operations.confirm_secrecy):
        with pytest.raises(NotAllowed):
            act(id=id, reason=REASON, by=somebody, at=now)
    with pytest.raises(SecrecyUnknown):
        operations.lift_secrecy(id=uuid.uuid4(), reason=REASON, by=OFFICER, at=now)


def _grant() -> uuid.UUID:
    return models.Grant.objects.get().id
