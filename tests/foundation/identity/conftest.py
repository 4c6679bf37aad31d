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


def stand_in_for_trust() -> None:
    import base64
    import hashlib
    import importlib.util
    import sys
    import types as modules

    if importlib.util.find_spec("tongban.foundation.trust.queries"):
        return
    import tongban.foundation.trust as trust

    for name in ("operations", "queries"):
        module = modules.ModuleType(f"tongban.foundation.trust.{name}")
        module.encrypt = lambda purpose, data: base64.b85encode(purpose.encode() + b"|" + data)
        module.decrypt = lambda purpose, blob: base64.b85decode(blob).removeprefix(purpose.encode() + b"|")
        module.blind_index = lambda purpose, text: hashlib.sha256(f"{purpose}|{text}".encode()).hexdigest()
        sys.modules[module.__name__] = module
        setattr(trust, name, module)


stand_in_for_trust()
