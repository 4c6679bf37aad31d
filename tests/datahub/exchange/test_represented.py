"""For whom a call is made: a body of government is noted for the figures; anybody else stands only in what was signed."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction

from tests.factories.exchange import Caller, make_caller, make_grant, make_service
from tongban.datahub.exchange.operations.representing import note_represented
from tongban.foundation.statements import queries as statements

pytestmark = pytest.mark.django_db
PARTIES = "SELECT r.outcome, p.party FROM exchange_record r LEFT JOIN exchange_represented p ON p.record = r.id WHERE r.consumer = %s"


def noted(caller: Caller, party: str) -> list[tuple[str, str | None]]:
    """Return what a call for somebody has left: what came of it, and who is noted."""
    caller.call(headers={"x-road-represented-party": party})
    return statements.rows(PARTIES, [caller.subsystem])


@pytest.mark.parametrize(
    ("party", "kept"), [("GOV/pudong-archives", "GOV/pudong-archives"), ("COM/91310000", None), ("pudong", None)]
)  # fmt: skip
def test_a_body_of_government_is_noted_and_nobody_else(party: str, kept: str | None) -> None:
    caller = make_caller()
    make_service()
    make_grant()
    assert noted(caller, party) == [("", kept)]


def test_a_call_that_is_refused_is_noted_too() -> None:
    caller = make_caller()
    make_service()
    assert noted(caller, "GOV/pudong") == [("AccessDenied", "GOV/pudong")]


def test_the_note_is_of_government() -> None:
    with pytest.raises(IntegrityError, match="exchange_represented_government"), transaction.atomic():
        note_represented(uuid.uuid4(), "COM/91310000")
