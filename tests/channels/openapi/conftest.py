"""The demonstration city, loaded once for this folder in a transaction that is never committed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from tongban.channels.openapi import guard
from tongban.channels.openapi.limits import RateLimit
from tongban.channels.ui import revision
from tongban.kernel.clock import now
from tongban.kernel.types import SYSTEM
from tongban.runtime.environment import ROOT
from tongban.runtime.publishing import load_city

PACK = ROOT / "city" / "shanghai"


class Undone(Exception):
    """Ends the transaction of the loaded city."""


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> None:
    """Bring in what makes a test of each address where it is used; elsewhere it costs each run a second."""
    if module_path.name == "test_schema.py":
        parent.config.pluginmanager.import_plugin("schemathesis.pytest.plugin")


@pytest.fixture(scope="package")
def loaded(django_db_setup: None, django_db_blocker) -> Iterator[int]:  # type: ignore[no-untyped-def]
    """Yield the revision of the demonstration city; other folders' tests see an empty database."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                found = load_city(PACK, by=SYSTEM, at=now()).revision
                revision.forget()
                yield found
                raise Undone
        except Undone:
            revision.forget()


@pytest.fixture
def city(loaded: int, db: None) -> int:
    """Return the revision of the loaded city."""
    return loaded


@pytest.fixture(autouse=True)
def plenty(monkeypatch: pytest.MonkeyPatch) -> RateLimit:
    """Let every test ask as often as it likes."""
    rate = RateLimit(1_000_000)
    monkeypatch.setattr(guard, "RATE", rate)
    return rate


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test make its answers itself."""
    monkeypatch.setattr(guard, "SHELF", guard.Shelf())


@pytest.fixture
def ask(city: int) -> Client:
    """Return who asks the interface."""
    return Client(HTTP_HOST="localhost", raise_request_exception=True)
