"""A small published city, and a way to ask it for pages."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings

from tests.factories import approvals
from tests.factories.cases import Cast, load_city_of_cases, settle_cast
from tests.factories.pack import write_pack
from tongban.channels.portal.views import home, offers
from tongban.channels.portal.views.my_data import looking
from tongban.channels.ui import frame, revision
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM
from tongban.runtime.publishing import load_city
from tongban.services.bundles import queries as bundles
from tongban.services.catalogue.queries import codes

Get = Callable[..., HttpResponse]
# What a process remembers of a revision belongs to the database of another test.
REMEMBERED = (
    frame._frame, frame._centres, home._count, offers._drawing, bundles._items, bundles._names, looking._services,
)  # fmt: skip


def forget() -> None:
    """Forget what was remembered of another test's city."""
    revision.forget()
    codes._kept.clear()
    for one in REMEMBERED:
        one.cache_clear()


def publish(folder: Path) -> None:
    """Publish the pack of a folder and forget what was remembered of another one."""
    load_city(folder, by=SYSTEM, at=clock.now())
    forget()


@pytest.fixture(scope="module")
def small_city(standing: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small city that is published for all tests of a module."""
    folder = write_pack(tmp_path_factory.mktemp("portal") / "city", items=45)
    publish(folder)
    return folder


@pytest.fixture
def folder(small_city: Path, tmp_path: Path) -> Path:
    """Return a copy of the small city's folder, for a test to change and publish."""
    return Path(shutil.copytree(small_city, tmp_path / "city"))


@pytest.fixture
def get(small_city: Path, db: None) -> Get:
    """Give a function that asks for an address: ``get("/items?page=2", tb_view="large")``."""
    forget()

    def ask(address: str, method: str = "get", **cookies: str) -> Any:
        client = Client(raise_request_exception=False)
        for name, value in cookies.items():
            client.cookies[name] = value
        return getattr(client, method)(address)

    return ask


@pytest.fixture(scope="module")
def people(standing: None) -> Cast:
    """Load the small city of cases and settle its people, once for a module."""
    with override_settings(DEMONSTRATION=True):
        load_city_of_cases()
        return settle_cast()


@pytest.fixture(scope="module")
def office_people(standing: None) -> Cast:
    """Load the small city of approvals and settle its people, once for a module, which has no other city."""
    with override_settings(DEMONSTRATION=True):
        approvals.load_city_of_approvals()
        return settle_cast()
