"""What tests of ratings share: the small city of approvals."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from tests.factories.approvals import Cast, load_city_of_approvals, settle_cast


@pytest.fixture(scope="module")
def people(standing: None) -> Cast:
    with override_settings(DEMONSTRATION=True):
        load_city_of_approvals()
        return settle_cast()


@pytest.fixture
def cast(people: Cast, db: None, settings: Any) -> Cast:
    settings.DEMONSTRATION = True
    return people
