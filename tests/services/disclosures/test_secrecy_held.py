"""What keeps readings from the persons they are about is what was decided: else ``ledger verify`` names it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction

from tests.factories import readings
from tests.factories.exchange import OFFICER
from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.models import Secrecy
from tongban.datahub.exchange.queries import registered
from tongban.foundation.ledger.types import Change

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ALTERED = {
    "since when": "UPDATE exchange_secrecy SET since = since - interval '1 year'",
    "until when": "UPDATE exchange_secrecy SET until = until + 1, confirmed_until = confirmed_until + 1",
    "by which law": "UPDATE exchange_secrecy SET law = law || ' '",
    "of which calls": 'UPDATE exchange_secrecy SET "grant" = gen_random_uuid()',
    "whose calls": "UPDATE exchange_secrecy SET consumer = consumer || 'x'",
    "to whom": "UPDATE exchange_secrecy SET provider = provider || 'x'",
    "of which service": "UPDATE exchange_secrecy SET service = service || 'x'",
    "until when it is confirmed": "UPDATE exchange_secrecy SET confirmed_until = confirmed_until + 1",
    "that it has ended": "UPDATE exchange_secrecy SET ended_on = until - 1",
}
INSERTED = """
INSERT INTO exchange_secrecy SELECT gen_random_uuid(), gen_random_uuid(), consumer, provider, service, law, reason, since, until,
    confirmed_until, ended_on FROM exchange_secrecy
"""


def drifts() -> list[tuple[str, Change]]:
    return [(one.kind, one.change) for one in queries.audit_registered() if one.kind == "exchange-secrecy"]


def altered(statement: str) -> list[tuple[str, Change]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        found = drifts()
        transaction.set_rollback(True)
    return found


def test_every_column_is_held_or_says_why_not() -> None:
    columns = {field.column for field in Secrecy._meta.fields} - registered.SECRECY_BESIDE.keys()
    assert columns == {"grant", "consumer", "provider", "service", "law", "until", "confirmed_until"}


def test_a_secrecy_is_as_it_was_decided(now: dt.datetime, people: object) -> None:
    grant, last = readings.make_secret().grant, now.date() + dt.timedelta(days=9)
    id = operations.keep_secret(
        grant=grant, law="counter-terrorism", reason="侦查阶段", until=last, by=OFFICER, at=now
    )
    assert drifts() == []
    for what, statement in ALTERED.items():
        assert altered(statement) == [("exchange-secrecy", Change.ALTERED)], what
    assert altered("DELETE FROM exchange_secrecy") == [("exchange-secrecy", Change.MISSING)]
    assert altered(INSERTED) == [("exchange-secrecy", Change.INSERTED)]
    operations.extend_secrecy(
        id=id, until=last + dt.timedelta(days=1), reason="还没有结束", by=OFFICER, at=now
    )
    assert drifts() == []
    operations.lift_secrecy(id=id, reason="已经公开", by=OFFICER, at=now)
    assert drifts() == []
    for ended_on in ("NULL", "ended_on + 1"):
        statement = f"UPDATE exchange_secrecy SET ended_on = {ended_on}"
        assert altered(statement) == [("exchange-secrecy", Change.ALTERED)]
