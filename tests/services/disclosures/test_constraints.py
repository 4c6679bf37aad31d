"""What the database itself holds of questions about readings and of secrecy, each constraint by its name."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories import readings
from tongban.datahub.exchange import models as exchange
from tongban.kernel import clock
from tongban.services.disclosures import models

pytestmark = pytest.mark.django_db
ANSWERED = {"state": "answered", "verdict": "lawful", "answer": "依法", "answered_at": clock.now()}


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("contest_kind_known", {"kind": "x"}),
        ("contest_state_known", {"state": "x"}),
        ("contest_reading_kind_known", {"reading_kind": "x"}),
        ("contest_answered_says_why", ANSWERED | {"answer": ""}),
        ("contest_answered_says_why", ANSWERED | {"verdict": ""}),
        ("contest_answered_says_why", {"verdict": "lawful"}),
    ],
)
def test_a_contest_is_whole(name: str, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        readings.make_contest("market", clock.now(), **changes)
    readings.make_contest("market", clock.now(), **ANSWERED)


def test_a_reading_is_asked_about_once_unless_that_was_taken_back() -> None:
    same = {"reading": uuid.uuid4(), "owner_id": "p"}
    readings.make_contest("market", clock.now(), **same, state="withdrawn")
    readings.make_contest("market", clock.now(), **same)
    with pytest.raises(IntegrityError, match="contest_once"), transaction.atomic():
        readings.make_contest("market", clock.now(), **same)


def test_a_note_is_of_a_known_act() -> None:
    contest = readings.make_contest("market", clock.now())
    with pytest.raises(IntegrityError, match="contest_note_act_known"), transaction.atomic():
        models.Note.objects.create(contest_id=contest, act="x", at=clock.now(), by_kind="staff", by_id="1")


def test_how_far_the_telling_has_come_is_one_row() -> None:
    with pytest.raises(IntegrityError, match="told_one_row"), transaction.atomic():
        models.Told.objects.create(id=2, until=clock.now())


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("exchange_secrecy_says_why", {"law": ""}),
        ("exchange_secrecy_says_why", {"reason": ""}),
        ("exchange_secrecy_within_confirmed", {"until": dt.date(2030, 1, 2)}),
        ("exchange_secrecy_once", {}),
    ],
)
def test_secrecy_has_a_law_an_end_and_is_one(name: str, changes: dict[str, Any]) -> None:
    said: dict[str, Any] = {
        "grant": uuid.uuid4(), "consumer": "c", "provider": "p", "service": "s", "law": "监察法 18", "reason": "调查",
        "since": clock.now(), "until": dt.date(2030, 1, 1), "confirmed_until": dt.date(2030, 1, 1),
    }  # fmt: skip
    exchange.Secrecy.objects.create(**said)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        exchange.Secrecy.objects.create(**(said | changes))
