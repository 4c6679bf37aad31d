"""The library of licences spares the next paper."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.factories.cases import BASIS
from tests.services.licences.conftest import NOON, Granting
from tongban.kernel.types import SYSTEM, Subject
from tongban.services.catalogue.types import Material
from tongban.services.exemptions.registry import SOURCES
from tongban.services.exemptions.types import Kind, Paper, Request
from tongban.services.licences import library, operations

pytestmark = pytest.mark.django_db

PAPER = Paper("other", "别的事", Material.model_validate({
    "code": "licence-copy", "name": "食品经营许可证复印件", "basis": BASIS,
    "instead": [{"by": "licence_library", "licence": "food-business-licence"}],
}))  # fmt: skip


def test_what_is_in_the_library_need_not_be_brought(grant: Granting) -> None:
    holder = Subject("company", str(uuid.uuid4()))
    asked = Request(holder, NOON)
    assert library.find(asked, (PAPER,)) == {}
    id = operations.issue(grant=grant(holder=holder), by=SYSTEM, at=NOON)
    found = library.find(asked, (PAPER,))[PAPER.key]
    assert found.label == "食品经营许可证 SPJY3101042026000001"
    assert found.valid_until == dt.date(2031, 3, 9)
    operations.revoke(id=id, law="行政许可法 69", reason="材料不实", by=SYSTEM, at=NOON)
    assert library.find(asked, (PAPER,)) == {}


def test_the_library_is_plugged_in() -> None:
    assert "services.licences.library" in SOURCES.by_kind[Kind.LICENCE_LIBRARY]
