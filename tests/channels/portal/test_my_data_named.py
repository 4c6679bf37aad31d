"""Who was only named in an answer learns that a department asked, when, by which service and law; of the other, nothing.

Each way out is looked at: the line, the proof, the table, the filters, the evidence, the question, what is told.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.channels.portal.test_apply import cast, enter, mine, words
from tests.channels.portal.test_my_data import PAGE, ids, now, register, shown
from tests.factories import districts, readings
from tests.factories.cases import Cast
from tests.factories.districts import Districts
from tests.factories.exchange import OFFICER
from tests.factories.readings import Register, number_of
from tongban.datahub.exchange import models as calls
from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange.operations import sealing
from tongban.datahub.exchange.operations.naming import record_named
from tongban.datahub.nodes import known
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.identity.adapters.demonstration import population
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.messages import queries as messages
from tongban.foundation.outbox import operations as outbox
from tongban.services.disclosures import models, operations, queries
from tongban.services.disclosures.errors import EvidenceOfAnother
from tongban.services.disclosures.types import Reading, Wanted

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
__all__ = [
    "cast",
    "enter",
    "mine",
    "now",
    "register",
]  # fixtures of *My data*: the same city, the same people
MINUTE = dt.timedelta(minutes=1)
OTHER, CASE = "p003", "8401325457718306"


def told_of_the_other(text: str) -> list[str]:
    """Return what of the other person, their case or what was asked a text gives away."""
    other = population().citizens[OTHER]
    row = calls.Record.objects.order_by("at").last()
    known_of = [other.number, other.name, CASE, "8401 3254 5771 8306"]
    if row is not None:
        known_of += [row.message_id or CASE, row.nonce, bytes(row.subject).hex(), bytes(row.signature).hex()]
    return [one for one in known_of if one and one in text]


def name(number: str, at: dt.datetime, register: Register) -> uuid.UUID:
    """Have the market ask about the other, who operates that themselves, and have the answer give somebody's number."""
    register.asks(number_of(OTHER), at, issue=CASE, user=number_of(OTHER))
    row = calls.Record.objects.order_by("at").last()
    assert row is not None
    record_named(row.id, [number], at=row.at)
    return row.id


@pytest.fixture
def named(register: Register, now: dt.datetime) -> uuid.UUID:
    return name(number_of("p001"), now - 3 * MINUTE, register)


def body(client: Client, path: str) -> str:
    """Return all that an address gives."""
    return shown(client, path)


def test_a_line_says_who_when_and_by_which_law(mine: Client, named: uuid.UUID) -> None:
    page = body(mine, PAGE)
    for said in (
        "食品许可系统",
        "不是按您的号码查的，结果里有您的号码",
        "不是按您的号码查的，不显示经办人",
        "上海市数据条例 38",
    ):
        assert said in page, said
    assert ids(page) == [str(named)] and told_of_the_other(page) == []


@pytest.mark.parametrize("path", ["", "?period=all", ".csv", "?kind=exchange", "?data=resident-identity", "/{id}", "/{id}/contest",
                                  "/{id}/contest?ask=wrong"])  # fmt: skip
def test_no_page_and_no_table_gives_the_other_away(mine: Client, named: uuid.UUID, path: str) -> None:
    for language in ("", "/en"):
        said = body(mine, language + PAGE + path.format(id=named))
        assert str(named) in said or "contest" in path
        assert told_of_the_other(said) == []


def test_no_filter_tells_whether_a_guessed_case_is_the_others(mine: Client, named: uuid.UUID) -> None:
    assert ids(body(mine, f"{PAGE}?case={CASE}")) == ids(body(mine, f"{PAGE}?case=1111111111111111")) == []


def test_the_evidence_is_the_others(
    mine: Client, named: uuid.UUID, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "horizon", lambda: 1 << 62)
    exchange.seal(at=now)
    ledger.link_pending()
    attestation.sign_head(at=now)
    answer = mine.get(f"{PAGE}/{named}/evidence")
    assert answer.status_code == 403 and told_of_the_other(words(answer)) == []
    page = body(mine, f"{PAGE}/{named}")
    assert "刚刚核验通过" in page and "存一份证明" not in page and told_of_the_other(page) == []


def test_what_is_told_and_what_the_department_is_told_name_nobody(
    mine: Client, cast: Cast, register: Register, now: dt.datetime
) -> None:
    mine.post(f"{PAGE}/tell", {"tell": "1"})
    models.Wish.objects.update(since=now - 9 * MINUTE)
    models.Told.objects.update_or_create(id=1, defaults={"until": now - 9 * MINUTE})
    id = name(number_of("p001"), now - 3 * MINUTE, register)
    readings.commit()
    assert operations.tell_readings(at=now) == 1
    (one,) = messages.inbox(cast.subject)
    assert "调取" in one.body and told_of_the_other(one.title + one.body) == []
    mine.post(f"{PAGE}/{id}/contest", {"ask": "unknown", "says": "我没有办过"})
    while outbox.deliver(at=now):
        pass
    (asked,) = queries.waiting(None)
    assert (asked.is_named, asked.number, asked.grant is not None) == (True, "", True)
    assert told_of_the_other(body(mine, PAGE)) == []


def test_what_a_district_tells_of_them_gives_nobody_away(
    mine: Client, cast: Cast, there: Districts, now: dt.datetime
) -> None:
    there.rows = [districts.row(now - MINUTE, is_named=True, issue=CASE, user=number_of(OTHER))]
    for path in ("/districts", "", ".csv"):
        said = body(mine, PAGE + path)
        assert "不是按您的号码查的，结果里有您的号码" in said and told_of_the_other(said) == []
    row = calls.Elsewhere.objects.get()
    assert (row.issue, row.user) == ("", ""), "it is not kept either"
    with pytest.raises(EvidenceOfAnother):
        operations.take_evidence(subject=cast.subject, reading=row.id, by=cast.applicant, at=now)


@pytest.fixture
def there(register: Register, now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Districts]:
    yield districts.stand(monkeypatch, now)
    known.forget()


@pytest.mark.law("exchange-secret-by-law")
def test_what_the_law_keeps_secret_is_kept_from_them_in_every_place(
    mine: Client, cast: Cast, register: Register, now: dt.datetime
) -> None:
    mine.post(f"{PAGE}/tell", {"tell": "1"})
    models.Wish.objects.update(since=now - 9 * MINUTE)
    models.Told.objects.update_or_create(id=1, defaults={"until": now - 9 * MINUTE})
    exchange.keep_secret(
        grant=register.grant, law="supervision", reason="调查阶段", until=now.date(), by=OFFICER, at=now - 9 * MINUTE
    )  # fmt: skip
    paths = [
        PAGE,
        f"{PAGE}?period=all",
        f"{PAGE}?kind=exchange",
        f"{PAGE}.csv",
        f"{PAGE}?data=resident-identity",
    ]
    before = [body(mine, path) for path in paths]
    id = name(number_of("p001"), now - 3 * MINUTE, register)
    assert [body(mine, path) for path in paths] == before
    for path in ("", "/contest", "/evidence"):
        assert mine.get(f"{PAGE}/{id}{path}").status_code == 404
    assert mine.post(f"{PAGE}/{id}/contest", {"ask": "unknown"}).status_code == 404
    readings.commit()
    assert operations.tell_readings(at=now) == 0 and not messages.inbox(cast.subject)
    tomorrow = now + dt.timedelta(days=1)
    (seen,) = _account(cast, tomorrow)
    assert (seen.id, seen.is_named, seen.operator, seen.number) == (id, True, "", "")


def _account(cast: Cast, at: dt.datetime) -> tuple[Reading, ...]:
    scope = queries.opened(cast.subject, by=cast.applicant, at=at)
    return queries.account(scope, Wanted(), at=at).readings
