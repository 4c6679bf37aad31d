"""A key has a last day: chosen or two years, refused after it, told before it, with another one beside it meanwhile."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import exchange
from tests.factories.exchange import CONSUMER, OFFICER, Caller
from tests.factories.resources import data_city, load
from tests.fakes.tls_proxy import make_identity
from tongban.datahub.exchange import models, operations, queries
from tongban.datahub.exchange.operations import own, spreading
from tongban.datahub.exchange.queries.spreading import key_document
from tongban.datahub.exchange.rules import lasting
from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.http_signatures.types import ED25519, Message
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.messages import queries as messages
from tongban.foundation.messages.models import Message as Sent
from tongban.foundation.outbox import operations as outbox
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import Failure
from tongban.kernel.types import SYSTEM, Subject

DAY = dt.timedelta(days=1)
EXPIRED = "Server.ServerProxy.KeyExpired"


def make_key(last_day: dt.date | None = None, *, subsystem: str = CONSUMER, at: dt.datetime) -> str:
    _, public = signatures.make_pair(ED25519)
    said = {"subsystem": subsystem, "algorithm": ED25519, "public": public}
    return operations.register_key(**said, last_day=last_day, by=OFFICER, at=at)  # type: ignore[arg-type]


def stand(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def ending(caller: Caller) -> tuple[Caller, dt.datetime]:
    """Return a caller whose key counts today for the last time, and the moment at which it ends."""
    ends_at = lasting.ends_at(clock.now(), clock.today())
    models.Key.objects.filter(id=caller.key).update(valid_until=ends_at)
    return caller, ends_at


def type_of(caller: Caller, address: str = exchange.ADDRESS) -> str:
    answer = caller.call(f"{address}?number={exchange.NUMBER}")
    return "" if answer.status == 200 else str(json.loads(answer.body)["type"])


@pytest.mark.law("exchange-key-ends")
@given(
    st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)),
    st.integers(0, 730),
)
def test_a_key_counts_to_the_end_of_its_last_day(at: dt.datetime, days: int) -> None:
    today = at.astimezone(SHANGHAI).date()
    ends_at = lasting.ends_at(at, today + days * DAY)
    assert ends_at.astimezone(SHANGHAI) == dt.datetime.combine(today + (days + 1) * DAY, dt.time(), SHANGHAI)
    assert at < ends_at <= lasting.ends_at(at) <= at + dt.timedelta(days=731)
    for beyond in (today - DAY, today + 731 * DAY):
        with pytest.raises(Failure) as refused:
            lasting.ends_at(at, beyond)
        assert refused.value.code == "bad-last-day"


@pytest.mark.law("exchange-key-ends")
def test_no_key_counts_for_ever(caller: Caller) -> None:
    (key,) = queries.keys_of(CONSUMER)
    assert key.last_day == queries.longest_day(key.registered_at)
    (entry,) = ledger.entries(Subject("exchange-key", key.id))
    assert dt.datetime.fromisoformat(entry.detail["valid_until"]) == key.valid_until
    for wrong in (dt.timedelta(days=732), dt.timedelta()):
        with pytest.raises(IntegrityError, match="exchange_key_two_years"), transaction.atomic():
            models.Key.objects.update(valid_until=key.registered_at + wrong)


@pytest.mark.law("exchange-key-ends")
def test_after_its_last_day_it_is_refused_and_on_record(
    ending: tuple[Caller, dt.datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, ends_at = ending
    stand(monkeypatch, ends_at - dt.timedelta(seconds=1))
    assert type_of(caller) == ""
    stand(monkeypatch, ends_at)
    assert type_of(caller) == EXPIRED
    assert "登记新的公钥" in json.loads(caller.call().body)["message"]
    latest = models.Record.objects.filter(consumer=CONSUMER).latest("at")
    assert latest.outcome == "KeyExpired"


def test_metadata_and_feeds_are_refused_too(
    ending: tuple[Caller, dt.datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, ends_at = ending
    stand(monkeypatch, ends_at)
    answer = caller.call(f"/r1/{exchange.PROVIDER}/listMethods")
    assert json.loads(answer.body)["type"] == EXPIRED
    headers = {"x-road-client": CONSUMER}
    added = signatures.signed_headers(
        Message(headers), components=(*exchange.COVERED, "x-road-client"), key=caller.key, private=caller.private,
        created=int(ends_at.timestamp()), nonce="n" * 16,
    )  # fmt: skip
    with pytest.raises(Failure) as refused:
        queries.signer_of(Message(headers | added), b"", at=ends_at)
    assert refused.value.code == "key-expired"


def test_a_new_key_beside_the_old_one_takes_its_place(
    ending: tuple[Caller, dt.datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, ends_at = ending
    new = exchange.make_caller()
    assert (type_of(old), type_of(new)) == ("", "")
    stand(monkeypatch, ends_at)
    assert (type_of(old), type_of(new)) == (EXPIRED, "")
    (line,) = (one for one in queries.systems_of(None, at=ends_at).items if one.code == CONSUMER)
    assert (line.keys, line.until) == (1, queries.longest_day(clock.now() - DAY))


class TestTelling:
    """Thirty days before, and seven, the department's data officers are told; nobody of a key that is revoked."""

    SYSTEM_CODE = "SH/GOV/market/desk"
    AT = dt.datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)

    @pytest.fixture(autouse=True)
    def city(self, db: None, tmp_path: Path) -> None:
        load(data_city(tmp_path))
        for code in (self.SYSTEM_CODE, "SH/COM/example/erp"):
            operations.register_subsystem(code=code, name="食品许可系统", by=SYSTEM, at=self.AT)

    def told(self, at: dt.datetime) -> list[str]:
        outbox.deliver(at=at)
        return [one.to_id for one in Sent.objects.filter(template="exchange.key_ending").order_by("at")]

    @pytest.mark.slow
    def test_of_a_key(self) -> None:
        make_key(dt.date(2026, 6, 30), subsystem=self.SYSTEM_CODE, at=self.AT)
        end = queries.keys_of(self.SYSTEM_CODE)[0].valid_until
        assert self.told(end - 31 * DAY) == []
        assert self.told(end - 29 * DAY) == ["s-market"]
        (message,) = messages.inbox(Subject("staff", "s-market"))
        assert "“食品许可系统”" in message.body and "2026-06-30" in message.body
        assert self.told(end - 8 * DAY) == ["s-market"]
        assert self.told(end - 6 * DAY) == ["s-market"] * 2
        assert self.told(end + DAY) == ["s-market"] * 2

    @pytest.mark.slow
    def test_of_a_certificate_of_a_company_the_authority_is(self, tmp_path: Path) -> None:
        identity = make_identity(tmp_path, "erp", begins=self.AT, days=90)
        operations.register_certificate(
            subsystem="SH/COM/example/erp", certificate=identity.der, by=OFFICER, at=self.AT
        )
        assert self.told(self.AT + 61 * DAY) == ["s-authority"]

    @pytest.mark.slow
    def test_of_none_that_is_revoked(self) -> None:
        key = make_key(dt.date(2026, 6, 30), subsystem=self.SYSTEM_CODE, at=self.AT)
        operations.revoke_key(key=key, reason="换新", by=OFFICER, at=self.AT)
        assert self.told(dt.datetime(2026, 6, 29, tzinfo=SHANGHAI)) == []


class TestOtherNodes:
    """A key that was learned counts as long as its node says, and never longer than any may."""

    @pytest.mark.parametrize(
        ("said", "days"),
        [("2026-06-30T16:00:00+00:00", 119), ("2126-01-01T00:00:00+00:00", 730), (None, 730)],
    )
    def test_how_long_it_counts_there(self, caller: Caller, said: str | None, days: int) -> None:
        document = key_document(caller.key)
        assert document is not None
        assert dt.datetime.fromisoformat(document["valid_until"]) == queries.keys_of(CONSUMER)[0].valid_until
        models.Key.objects.all().delete()  # as another node is before it hears of it
        heard = document | {"registered_at": "2026-03-03T00:00:00+00:00", "valid_until": said}
        spreading.keep_key(code=caller.key, document=heard, by=SYSTEM, at=clock.now())
        (kept,) = queries.keys_of(CONSUMER)
        assert kept.last_day == dt.date(2026, 3, 3) + days * DAY
        assert queries.audit_registered() == ()


def test_the_citys_own_key_is_a_new_one_each_year(db: None) -> None:
    """It is registered a day before it is used, so that other nodes have heard of it."""
    made = []
    for moment in ("2027-06-01T12:00", "2027-12-31T23:59", "2028-01-01T00:01", "2028-01-02T00:01"):
        at = dt.datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
        made.append(signatures.public_bytes(own._known_to_all(CONSUMER, at)))
    assert made[0] == made[1] == made[2] != made[3]
    newest, oldest = queries.keys_of(CONSUMER)
    assert (newest.public, oldest.public) == (made[3], made[0])
    assert newest.registered_at.astimezone(SHANGHAI).date() == dt.date(2028, 1, 1)
    assert oldest.last_day > dt.date(2028, 1, 2)
