"""A small city with data, a moment that stands still, and data officers at their desks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.channels.desk.conftest import Moment, seat
from tests.factories.resources import MORNING, data_city
from tongban.channels.ui import frame, revision
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM
from tongban.runtime import publishing

AtDesk = Callable[[str], Client]
WANTING, OWNING, AUTHORITY = "s-market", "s-office", "s-authority"


def publish(folder: Path) -> None:
    """Publish the small city with data and its data officers."""
    city = data_city(folder)
    posts, staff = city.yaml["government/posts.yaml"]["posts"], city.yaml["government/staff.yaml"]["staff"]
    posts.append(
        {"code": "review", "name": "审查员", "english": "Reviewer", "department": "market", "may": ["review"]}
    )
    posts.append(_data_officer("data-cityscape", "cityscape"))
    staff.append({"code": "s-review", "name": "方青（演示）", "posts": ["review"]})
    staff.append({"code": "s-cityscape", "name": "许宁（演示）", "posts": ["data-cityscape"]})
    city.read()  # writes the files
    publishing.load_city(folder, by=SYSTEM, at=MORNING)


@pytest.fixture(scope="module")
def published(standing: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Publish it once for a module."""
    publish(tmp_path_factory.mktemp("city"))


def _data_officer(code: str, department: str) -> dict[str, object]:
    return {
        "code": code,
        "name": "数据专员",
        "english": "Data officer",
        "department": department,
        "may": ["data-officer"],
    }


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    """Give the clock, standing on a Monday morning."""
    standing = Moment(MORNING)
    monkeypatch.setattr(clock, "now", standing.now)
    return standing


@pytest.fixture
def at_desk(published: None, db: None, settings: Any, moment: Moment) -> AtDesk:
    """Give a function that signs a data officer in: ``at_desk(OWNING)``."""
    settings.DEMONSTRATION = True
    revision.forget()
    frame._frame.cache_clear()
    return seat
