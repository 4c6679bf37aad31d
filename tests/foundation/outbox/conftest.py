"""A registry of each test's own: what the application has subscribed stays out of the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tongban.foundation.outbox import registry


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[registry.Registry]:
    own = registry.REGISTRY
    before = dict(own.by_name), {name: list(names) for name, names in own.by_event.items()}, list(own.patient)
    own.by_name.clear()
    own.by_event.clear()
    own.patient.clear()
    yield own
    own.by_name, own.by_event, own.patient = before
