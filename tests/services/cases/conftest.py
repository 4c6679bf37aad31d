"""What tests of cases share: the small city and its people."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.cases import Cast, load_city_of_cases, settle_cast


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    settings.DEMONSTRATION = True
    load_city_of_cases()
    return settle_cast()
