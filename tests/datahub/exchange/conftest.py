from __future__ import annotations

import pytest

from tests.factories import exchange
from tests.factories.exchange import Caller


@pytest.fixture
def caller(db: None) -> Caller:
    """A consumer who may call the register of people."""
    exchange.make_service()
    exchange.make_grant()
    return exchange.make_caller()
