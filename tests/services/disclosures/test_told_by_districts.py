"""Who wishes to be told hears of readings at districts' nodes: once, within a day, and nobody else is asked for."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import readings
from tests.factories.cases import Cast
from tests.factories.districts import THEIRS, Districts, row, stand
from tests.factories.exchange import OFFICER
from tests.factories.readings import Register, number_of
from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange import queries as calls
from tongban.datahub.nodes import known
from tongban.datahub.nodes.operations import accounts
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.messages import queries as messages
from tongban.kernel.types import Subject
from tongban.services.disclosures import models, operations, queries
from tongban.services.disclosures.types import Wanted

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
CONSUMER = "SH/GOV/xuhui-market/cases"


@pytest.fixture
def districts(register: Register, monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> Iterator[Districts]:
    yield stand(monkeypatch, now)
    known.forget()


@pytest.fixture
def wish(districts: Districts, people: Cast, now: dt.datetime) -> models.Wish:
    """Have the applicant wish to be told, an hour ago."""
    operations.wish_to_be_told(subject=people.subject, tell=True, by=people.applicant, at=now - 60 * MINUTE)
    return models.Wish.objects.get()


def told(cast: Cast) -> list[str]:
    """Return what the applicant was told, the newest first."""
    return [one.body for one in messages.inbox(cast.subject) if one.template == "disclosures.read"]


@pytest.mark.law("told-of-all-nodes")
def test_who_wishes_it_is_told_once_and_finds_the_line(
    wish: models.Wish, districts: Districts, people: Cast, now: dt.datetime
) -> None:
    districts.rows = [row(now - MINUTE, consumer=CONSUMER), row(now - 2 * MINUTE, outcome="AccessDenied")]
    assert operations.tell_districts(at=now) == 1
    assert districts.named == {number_of("p001")}, "of nobody else the number leaves the city"
    assert ["共 1 次" in one for one in told(people)] == [True]
    scope = queries.opened(people.subject, by=people.applicant, at=now)
    assert len(queries.account(scope, Wanted(), at=now).readings) == 2
    districts.asked = []
    assert operations.tell_districts(at=now + MINUTE) == 0 and not districts.asked, "once a day"
    assert operations.tell_districts(at=now + DAY) == 0 and sorted(districts.asked) == ["pudong", "xuhui"]
    districts.rows.append(row(now + DAY + MINUTE, consumer=CONSUMER))
    assert operations.tell_districts(at=now + 2 * DAY) == 1 and len(told(people)) == 2


def test_what_was_seen_on_the_page_is_not_told_again_and_the_page_asks_all_the_same(
    wish: models.Wish, districts: Districts, people: Cast, now: dt.datetime
) -> None:
    districts.rows = [row(now - MINUTE)]
    assert operations.ask_districts(subject=people.subject, by=people.applicant, at=now) == 1
    assert operations.tell_districts(at=now) == 0 and not told(people)
    models.Wish.objects.update(asked_at=None)
    districts.rows.append(row(now - 2 * MINUTE))
    assert operations.tell_districts(at=now + 2 * MINUTE) == 1
    scope = queries.opened(people.subject, by=people.applicant, at=now)
    heard = {one.code: one.heard_at for one in queries.districts(scope)}
    assert heard == {"pudong": now, "xuhui": now}, "only the whole account was heard of them"


def test_nobody_is_asked_for_who_does_not_wish_it_any_more(
    wish: models.Wish, districts: Districts, people: Cast, now: dt.datetime
) -> None:
    operations.wish_to_be_told(subject=people.subject, tell=False, by=people.applicant, at=now)
    districts.rows = [row(now - MINUTE)]
    assert operations.tell_districts(at=now) == 0 and not districts.asked


def test_a_silent_node_is_asked_from_where_it_was_heard_last(
    wish: models.Wish, districts: Districts, people: Cast, now: dt.datetime
) -> None:
    districts.rows, districts.silent = [row(now - MINUTE)], {"xuhui"}
    assert operations.tell_districts(at=now) == 1
    (kept,) = models.Wish.objects.all()
    assert (kept.asked_at, kept.heard_at) == (now, None)
    districts.silent = set()
    assert operations.tell_districts(at=now + DAY) == 0
    assert models.Wish.objects.get().heard_at == now + DAY
    noted = [
        one for one in ledger.entries(Subject("readings", "told")) if one.act == "disclosures.districts_told"
    ]
    assert [one.detail["silent"] for one in noted] == [[], ["xuhui"]]
    assert all(number_of("p001") not in json.dumps(dict(one.detail)) for one in noted)


def test_what_the_law_keeps_secret_is_not_told(
    wish: models.Wish, districts: Districts, people: Cast, now: dt.datetime
) -> None:
    grant = readings.make_grant(provider=THEIRS, consumer=CONSUMER)
    exchange.keep_secret(
        grant=grant, law=next(iter(calls.SECRECY_LAWS)), reason="案件调查", until=now.date(), by=OFFICER,
        at=now - 60 * MINUTE,
    )  # fmt: skip
    districts.rows = [row(now - MINUTE, grant=str(grant), consumer=CONSUMER)]
    assert operations.tell_districts(at=now) == 0 and not told(people)


def test_what_was_read_before_the_wish_is_not_told(
    wish: models.Wish, districts: Districts, people: Cast, now: dt.datetime
) -> None:
    districts.rows = [row(now - 70 * MINUTE)]
    assert operations.tell_districts(at=now) == 0 and not told(people)


@pytest.mark.parametrize(
    "said", [None, [], {}, {"news": []}, {"news": {"7": []}}, {"news": {"x": []}}, {"news": {"0": [{}]}}]
)
def test_who_tells_nonsense_was_not_reached(
    wish: models.Wish, people: Cast, now: dt.datetime, monkeypatch: pytest.MonkeyPatch, said: Any
) -> None:
    monkeypatch.setattr(accounts, "asked", lambda *_, **__: json.dumps(said).encode())
    assert operations.tell_districts(at=now) == 0
    assert models.Wish.objects.get().heard_at is None


def test_a_city_without_districts_asks_nobody(register: Register, people: Cast, now: dt.datetime) -> None:
    known.forget()
    operations.wish_to_be_told(subject=people.subject, tell=True, by=people.applicant, at=now)
    assert operations.tell_districts(at=now) == 0
    assert models.Wish.objects.get().asked_at is None
