"""What tests of identity share: the demonstration's authority, a moment, and people made by operations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from tongban.foundation.identity import operations
from tongban.foundation.identity.adapters import demonstration
from tongban.foundation.identity.types import Person
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import SYSTEM

NOW = dt.datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
Settle = Callable[[str], Person]


@pytest.fixture(autouse=True)
def demonstration_mode(settings: pytest.FixtureRequest) -> None:
    settings.DEMONSTRATION = True  # type: ignore[attr-defined]


@pytest.fixture
def population() -> demonstration.Population:
    return demonstration.population()


@pytest.fixture
def settle(db: None) -> Settle:
    """Return a function that makes an invented person with account, companies and children."""

    def make(code: str) -> Person:
        return operations.settle_persona(code=code, by=SYSTEM, at=NOW)

    return make
