"""What tests of cases share: the small city and its people."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from tests.factories.cases import Cast, load_city_of_cases, settle_cast


@pytest.fixture(scope="module")
def people(standing: None) -> Cast:
    with override_settings(DEMONSTRATION=True):
        load_city_of_cases()
        return settle_cast()


@pytest.fixture
def cast(people: Cast, db: None, settings: Any) -> Cast:
    settings.DEMONSTRATION = True
    return people
