"""Readings of the people of the small city of cases: a register of people, a system that asks it, calls at any moment."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from django.db import connection

from tests.factories import exchange
from tests.factories.exchange import Caller
from tongban.datahub.exchange import operations
from tongban.datahub.exchange.operations.sealing import ERA
from tongban.datahub.resources import operations as resources
from tongban.datahub.resources.types import DataTheme, Resource, System
from tongban.datahub.subscriptions import operations as subscriptions
from tongban.datahub.subscriptions import queries as feeds
from tongban.datahub.subscriptions.operations import delivering, recording
from tongban.datahub.subscriptions.types import Change
from tongban.datahub.subscriptions.types import Kind as ChangeKind
from tongban.foundation.identity.adapters.demonstration import population
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM
from tongban.services.disclosures import models as disclosures

ASKING, SECRET, KEEPING = "SH/GOV/market/desk", "SH/GOV/police/cases", "SH/GOV/police/people"
LONG = dt.timedelta(days=3660)
FIELDS = (("number", "公民身份号码"), ("name", "姓名"), ("born", "出生日期"), ("address", "户籍地址"))


@contextmanager
def on(moment: dt.datetime) -> Iterator[None]:
    """Have it be this moment."""
    with patch.object(clock, "now", lambda: moment):
        yield


def commit() -> None:
    """Have all that was written count as committed: a test is one transaction, which is never before its own horizon."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT exchange_era()")
        (era,) = cursor.fetchone()
        cursor.execute(ERA.format(era + (1 << 40)))


@dataclass
class Register:
    """A register of people and who may ask it."""

    caller: Caller
    grant: uuid.UUID

    def asks(self, number: str, at: dt.datetime | None = None, issue: str = "", user: str = "wang") -> None:
        """Ask for somebody's data at a moment."""
        with on(at or clock.now()):
            headers = {"x-road-issue": issue or None, "x-road-userid": user or None}
            self.caller.call(f"/r1/{KEEPING}/person?number={number}", headers=headers)


def number_of(persona: str) -> str:
    """Return the number of somebody of the cast."""
    return population().citizens[persona].number


def make_register(**changes: Any) -> Register:
    """Publish the register with its entry in the catalogue, and let the market's system ask it."""
    _list_it()
    for code in (ASKING, KEEPING):
        operations.register_subsystem(code=code, name=code, by=SYSTEM, at=clock.now())
    exchange.make_service(provider=KEEPING)
    return Register(exchange.make_caller(ASKING), make_grant(**changes))


def send_unconfirmed(number: str, at: dt.datetime, *, name: str = "新名") -> None:
    """Have a change about somebody sent to the asking system by the register's feed, and nothing be answered to it."""
    feed = {"provider": KEEPING, "by": SYSTEM, "at": at}
    subscriptions.declare_feed(**feed, code="people", resource="resident-identity", subject="number")
    change = Change("1", ChangeKind.CHANGED, {"number": number, "name": name})
    subscriptions.publish_changes(**feed, feed="people", changes=[change])
    subscriptions.place_pending(at=at)
    id = subscriptions.subscribe(
        **feed, feed="people", consumer=ASKING, address="https://desk.example/", after=0
    )
    batch = delivering.next_batch(feeds.get_subscription(id), at=at)
    assert batch is not None
    recording.record_sending(batches=[batch], by=SYSTEM, at=at)


def make_secret(**changes: Any) -> Register:
    """Let the police's own system ask the register, too."""
    return Register(exchange.make_caller(SECRET), make_grant(consumer=SECRET, **changes))


def make_grant(**changes: Any) -> uuid.UUID:
    """Grant a system two fields of the register for many years."""
    today = clock.today()
    said: dict[str, Any] = {
        "consumer": ASKING, "provider": KEEPING, "resource": "resident-identity", "items": ["food-licence"],
        "valid_from": today - LONG, "until": today + LONG,
    }  # fmt: skip
    return exchange.make_grant(**(said | changes))


def _list_it() -> None:
    systems = [
        System(code="market-desk", name="食品许可系统", english="Food licensing", department="market",
               kind="service", subsystem=ASKING),
        System(code="people", name="人口综合库", english="Register of people", department="police",
               kind="register", subsystem=KEEPING),
    ]  # fmt: skip
    said: dict[str, Any] = {
        "code": "resident-identity", "name": "居民身份信息", "english": "Identity of residents",
        "department": "police", "system": "people", "kind": "base", "theme": "people", "summary": "居民的身份。",
        "format": "service", "service": "person", "subject": "person", "sharing": "unconditional",
        "update": "realtime", "level": 3,
        "fields": [
            {"code": code, "name": name, "level": 3, "personal": True, "key": code == "number"} for code, name in FIELDS
        ],
    }  # fmt: skip
    resources.load_data(
        systems=systems, themes=[DataTheme(code="people", name="人口", english="People")],
        resources=[Resource.model_validate(said)], duties=[], demands=[], negatives=[], by=SYSTEM, at=clock.now(),
    )  # fmt: skip


def make_contest(department: str, at: dt.datetime, **changes: Any) -> uuid.UUID:
    """Have somebody ask a department. The row is made directly: how questions come about is shown elsewhere."""
    said: dict[str, Any] = {
        "kind": "unknown", "reading": uuid.uuid4(), "reading_kind": "exchange", "reading_at": at, "owner_kind": "person",
        "owner_id": str(uuid.uuid4()), "by_id": "", "department": department, "reader": ASKING, "says": "没去过那里",
        "stated_at": at, "due_on": at.date(),
    }  # fmt: skip
    return disclosures.Contest.objects.create(**(said | changes)).id
