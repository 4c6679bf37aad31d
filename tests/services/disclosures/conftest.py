from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests.factories import readings
from tests.factories.cases import Cast, load_city_of_cases, settle_cast
from tests.factories.readings import Register
from tongban.kernel import clock


@pytest.fixture(scope="module")
def people(standing: None) -> Cast:
    """Load the small city of cases and settle its people, once for a module."""
    with override_settings(DEMONSTRATION=True):
        load_city_of_cases()
        return settle_cast()


@pytest.fixture
def now() -> Iterator[dt.datetime]:
    """Have it be noon, wherever the day stands when the test runs."""
    noon = clock.now().replace(hour=12, minute=0, second=0, microsecond=0)
    with readings.on(noon):
        yield noon


@pytest.fixture
def register(people: Cast, now: dt.datetime, db: None) -> Register:
    """A register of people that the market's system may ask."""
    return readings.make_register()
