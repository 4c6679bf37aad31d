"""A small city with cases, a moment that stands still, and staff at their desks."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client, override_settings

from tests.factories import approvals as factory_of_offices
from tests.factories import cases as factory
from tests.factories.cases import MONDAY, Cast, load_city_of_cases, settle_cast
from tests.services.licences import restaurants
from tongban.channels.ui import frame, revision
from tongban.foundation.government.types import May, Post, StaffMember
from tongban.foundation.outbox import operations as outbox
from tongban.kernel import clock

AtDesk = Callable[[str], Client]
SECOND = StaffMember(code="s-second", name="核查员（演示）", posts=("market-review",))


def posts_with(code: str, *duties: str) -> tuple[Post, ...]:
    """Return the small city's posts, one of which may do more."""
    return tuple(
        post.model_copy(update={"may": (*post.may, *map(May, duties))}) if post.code == code else post
        for post in factory.POSTS
    )


class Moment:
    """What the clock says: moved by tests."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at

    def now(self) -> dt.datetime:
        """Return the moment."""
        return self.at

    def pass_days(self, days: int) -> None:
        """Let days pass, timers and events with them."""
        self.at += dt.timedelta(days=days)
        deliver(self.at)


def deliver(at: dt.datetime) -> None:
    """Bring every event to who reacts."""
    while outbox.deliver(at=at):
        pass


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    """Give the clock, standing on a Monday morning."""
    standing = Moment(MONDAY)
    monkeypatch.setattr(clock, "now", standing.now)
    return standing


@pytest.fixture(scope="module")
def people(standing: None) -> Iterator[Cast]:
    """Load the small city and settle its people, once for a module."""
    with pytest.MonkeyPatch.context() as patch, override_settings(DEMONSTRATION=True):
        patch.setattr(factory, "POSTS", posts_with("market-review", "unmask", "joint-visit"))
        patch.setattr(factory, "STAFF", (*factory.STAFF, SECOND))
        load_city_of_cases()
        yield settle_cast()


@pytest.fixture
def cast(people: Cast, db: None, settings: Any, moment: Moment) -> Cast:
    """Give the small city's people, on a Monday morning."""
    settings.DEMONSTRATION = True
    revision.forget()
    frame._frame.cache_clear()
    return people


def seat(code: str) -> Client:
    """Return the browser of a member of staff who has come in with both factors."""
    client = Client(raise_request_exception=True)
    answer = client.post("/signin/persona", {"persona": code})
    assert answer.status_code == 303, answer.content[:2000]
    return client


@pytest.fixture
def at_desk(cast: Cast) -> AtDesk:
    """Give a function that signs a member of staff in: ``at_desk("s-market-clerk")``."""
    return seat


def load_offices() -> Cast:
    """Load the city of five offices that opens restaurants and gives licences."""
    factory_of_offices.load_city_of_approvals()
    restaurants.give_licences()
    return settle_cast()


@pytest.fixture(scope="module")
def office_people(standing: None) -> Cast:
    """Load that city once for a module, which then has no use for the other one."""
    with override_settings(DEMONSTRATION=True):
        return load_offices()


@pytest.fixture
def offices(office_people: Cast, db: None, settings: Any, moment: Moment) -> Cast:
    """Give the people of the city of five offices; it is a Monday in January."""
    settings.DEMONSTRATION = True
    moment.at = factory_of_offices.MONDAY
    revision.forget()
    frame._frame.cache_clear()
    return office_people


@pytest.fixture
def alone(offices: Cast, moment: Moment) -> uuid.UUID:
    """Give an accepted case of one item."""
    case_id = factory_of_offices.accepted(offices, "alone")
    deliver(moment.at)
    return case_id
