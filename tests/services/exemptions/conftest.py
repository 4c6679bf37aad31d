"""What tests of exemptions share: their own sources, gone after the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tongban.services.exemptions import registry


@pytest.fixture
def sources() -> Iterator[registry.Sources]:
    before = {kind: dict(finders) for kind, finders in registry.SOURCES.by_kind.items()}
    yield registry.SOURCES
    registry.SOURCES.by_kind = before
