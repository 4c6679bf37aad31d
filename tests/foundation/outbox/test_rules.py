from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.foundation.outbox import rules
from tongban.foundation.outbox.types import Event


@dataclass(frozen=True)
class Everything(Event):
    name: ClassVar[str] = "test.everything"
    thing: uuid.UUID
    text: str
    day: dt.date
    moment: dt.datetime
    items: tuple[str, ...]
    count: int | None = None


moments = st.datetimes(timezones=st.just(dt.UTC))


@pytest.mark.slow
@given(
    st.builds(
        Everything,
        thing=st.uuids(),
        text=st.text(st.characters(exclude_categories=["Cs"])),
        day=st.dates(),
        moment=moments,
        items=st.lists(st.text(st.characters(exclude_categories=["Cs"]))).map(tuple),
    )
)
def test_an_event_comes_back_from_json_as_it_was(event: Everything) -> None:
    assert rules.from_json(Everything, json.loads(rules.to_json(event))) == event


def test_an_event_is_about_its_first_field() -> None:
    @dataclass(frozen=True)
    class Bare(Event):
        name: ClassVar[str] = "test.bare"

    assert Bare().about == ""
    thing = uuid.uuid4()
    assert Everything(thing, "", dt.date(2026, 1, 1), dt.datetime.now(dt.UTC), ()).about == str(thing)


@given(st.integers(1, 40), moments.filter(lambda moment: moment.year < 9000))
def test_pauses_grow_and_end(attempts: int, at: dt.datetime) -> None:
    when = rules.next_attempt(attempts, at)
    if attempts >= rules.ATTEMPTS:
        assert when is None
    else:
        assert when is not None and rules.FIRST_PAUSE <= when - at <= rules.LONGEST_PAUSE
