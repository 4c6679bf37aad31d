"""What tests of ratings share: the small city of approvals."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.approvals import Cast, load_city_of_approvals, settle_cast


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    settings.DEMONSTRATION = True
    load_city_of_approvals()
    return settle_cast()
