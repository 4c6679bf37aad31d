"""Whose number stands in an answer finds the call, though it was asked about somebody else."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from unittest.mock import patch

import pytest
from django.db import OperationalError

from tests.factories import exchange
from tests.factories.exchange import OFFICER, Caller
from tests.factories.tampering import tamper
from tongban.datahub.exchange import known, models, operations, queries
from tongban.datahub.exchange.operations import calling, sealing
from tongban.datahub.exchange.providers import registers
from tongban.datahub.exchange.types import About, AboutWanted, Asked, Change, Committed, Kind, Row
from tongban.datahub.resources import models as resources
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.statements import queries as statements
from tongban.kernel import clock

pytestmark = pytest.mark.django_db
ASKED, SPOUSE, CHILD = exchange.NUMBER, "310101198506152345", "310101201001010012"
ROWS: list[Row] = [
    {"number": ASKED, "spouse": SPOUSE, "child": CHILD, "phone": "310101198506152346", "code": CHILD},
    {"number": ASKED, "spouse": f" {SPOUSE} "},
]
FIELDS = ("number", "spouse", "phone", "code")
LATEST = (1 << 63) - 1
LONG = dt.timedelta(days=3660)


def family(asked: Asked) -> list[Row]:
    """Answer with the family of whoever is asked about."""
    return ROWS


@pytest.fixture
def caller(db: None, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """A consumer that is granted spouses and not children, of a service whose code is no personal field."""
    monkeypatch.setattr(sealing, "horizon", lambda: 1 << 62)
    registers.add_register("family", family)
    exchange.make_service(target="family")
    models.Service.objects.update(personal=["number", "spouse", "child", "phone"])
    known.forget()
    exchange.make_grant(FIELDS, valid_from=clock.today() - LONG)
    return exchange.make_caller()


def seen_by(number: str, **wanted: object) -> tuple[About, ...]:
    """Return what somebody sees of all years."""
    now = clock.now()
    period = AboutWanted(now - LONG, now + dt.timedelta(days=1), **wanted)  # type: ignore[arg-type]
    return queries.readings_about(queries.digest_of(number), period, at=now)


@pytest.mark.law("exchange-named-recorded")
def test_whoever_is_named_sees_the_call(caller: Caller) -> None:
    answer = caller.call(headers={"x-road-userid": "wang"})
    (own,), (others,) = seen_by(ASKED), seen_by(SPOUSE)
    assert own.id == others.id == uuid.UUID(dict(answer.headers)["X-Road-Request-Id"])
    assert (own.is_named, others.is_named) == (False, True)
    assert (own.issue, others.issue) == (exchange.ISSUE, ""), "it is another's case"
    assert (own.user, others.user) == ("wang", ""), "who operates a system may be who is asked about"
    assert others.fields == FIELDS and others.status == 200
    assert not seen_by(CHILD), "neither a field that did not leave nor one that is not personal names anybody"
    assert not seen_by("310101198506152346"), "the last sign is wrong: no number of anybody"


def test_they_see_it_alone_in_figures_in_news_and_at_other_nodes(caller: Caller) -> None:
    caller.call()
    now, subject = clock.now(), queries.digest_of(SPOUSE)
    period = AboutWanted(now - LONG, now + dt.timedelta(days=1))
    (row,) = seen_by(SPOUSE)
    assert queries.find_about(subject, row.id, at=now) == row
    assert queries.find_about(queries.digest_of(CHILD), row.id, at=now) is None
    assert [one.count for one in queries.tally_about(subject, period, at=now)] == [1]
    news = queries.new_about([subject], Committed(-1, LATEST, now - dt.timedelta(hours=1)), at=now)
    assert news == ((subject, row.id, row.consumer),)
    (noted,) = queries.decided_about(SPOUSE, since=now - dt.timedelta(hours=1))
    assert (noted.id, noted.is_named, noted.issue, noted.user) == (row.id, True, "", "")
    assert [queries.is_about(row.id, who) for who in (ASKED, SPOUSE, CHILD)] == [True, False, False]
    assert [queries.is_in_account(row.id, who) for who in (ASKED, SPOUSE, CHILD)] == [True, True, False]
    assert not seen_by(SPOUSE, refused=True) and not seen_by(SPOUSE, before=(row.at, row.id))


def test_what_can_not_be_recorded_is_not_answered(caller: Caller) -> None:
    with patch.object(calling, "record_named", side_effect=OperationalError):
        answer = caller.call()
    assert answer.status >= 500 and SPOUSE.encode() not in answer.body


def test_what_is_kept_secret_is_kept_from_them_too(caller: Caller) -> None:
    before, (grant,) = clock.now() - dt.timedelta(hours=1), resources.Grant.objects.all()
    operations.keep_secret(
        grant=grant.id,
        law="criminal-procedure",
        reason="侦查阶段，告知会妨碍办案",
        until=clock.today(),
        by=OFFICER,
        at=before,
    )
    caller.call()
    assert not seen_by(ASKED) and not seen_by(SPOUSE)


@pytest.mark.law("exchange-sealed")
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE exchange_named SET subject = sha256(subject)", Change.ALTERED),
        ("UPDATE exchange_named SET record = gen_random_uuid()", Change.ALTERED),
        ("DELETE FROM exchange_named", Change.MISSING),
    ],
)
def test_who_alters_it_is_found(caller: Caller, change: str, found: Change) -> None:
    caller.call()
    operations.seal(at=clock.now())
    ledger.link_pending()
    assert not queries.audit_exchanges().differences
    ((id,),) = statements.rows("SELECT id FROM exchange_named", [])
    tamper(change)
    (one,) = queries.audit_exchanges().differences
    assert (one.change, one.kind, one.id) == (found, Kind.NAMED, id)


@pytest.mark.parametrize(
    "said",
    [
        [SPOUSE, CHILD],
        f"{SPOUSE}、{CHILD}",
        f"配偶：李四（{SPOUSE}），子女：李五 {CHILD}",
        json.dumps({"spouse": SPOUSE, "children": [CHILD]}),
    ],
)
def test_whoever_is_named_among_others_in_one_field_sees_the_call(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, said: object
) -> None:
    monkeypatch.setitem(ROWS[0], "spouse", said)  # type: ignore[arg-type]
    monkeypatch.setitem(ROWS[1], "spouse", None)  # type: ignore[arg-type]
    assert caller.call().status == 200
    assert [one.is_named for number in (SPOUSE, CHILD) for one in seen_by(number)] == [True, True]


@pytest.mark.law("exchange-granted-fields")
@pytest.mark.parametrize(
    "said",
    [
        {"number": SPOUSE, "name": "李四"},
        [{"number": SPOUSE, "name": "李四"}],
        [[SPOUSE]],
        (SPOUSE, {"name": "李四"}),
    ],
)
def test_an_object_in_a_field_would_take_with_it_what_nobody_granted(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, said: object
) -> None:
    monkeypatch.setitem(ROWS[0], "spouse", said)  # type: ignore[arg-type]
    answer = caller.call()
    assert (answer.status, dict(answer.headers)["X-Road-Error"]) == (
        500, "Server.ServerProxy.ServiceFailed.InvalidResponse",
    )  # fmt: skip
    assert "李四".encode() not in answer.body and SPOUSE.encode() not in answer.body
    monkeypatch.setitem(ROWS[0], "spouse", SPOUSE)  # type: ignore[arg-type]
    monkeypatch.setitem(ROWS[0], "child", {"number": CHILD})  # type: ignore[arg-type]
    assert caller.call().status == 200, "what is not granted may be what it likes: it does not leave"
