"""A small published city, and a way to ask it for pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.factories.pack import write_pack
from tongban.channels.portal.views import home, offers
from tongban.channels.ui import frame, revision
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM
from tongban.runtime.publishing import load_city
from tongban.services.bundles import queries as bundles
from tongban.services.catalogue.queries import codes

Get = Callable[..., HttpResponse]
# What a process remembers of a revision belongs to the database of another test.
REMEMBERED = (frame._frame, frame._centres, home._count, offers._drawing, bundles._items, bundles._names)


def publish(folder: Path) -> None:
    """Publish the pack of a folder and forget what was remembered of another one."""
    load_city(folder, by=SYSTEM, at=clock.now())
    revision.forget()
    codes._kept.clear()
    for one in REMEMBERED:
        one.cache_clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a small city pack that a test may change."""
    return write_pack(tmp_path / "city", items=45)


@pytest.fixture
def get(db: None, folder: Path) -> Get:
    """Give a function that asks for an address: ``get("/items?page=2", tb_view="large")``."""
    publish(folder)

    def ask(address: str, method: str = "get", **cookies: str) -> Any:
        client = Client(raise_request_exception=False)
        for name, value in cookies.items():
            client.cookies[name] = value
        return getattr(client, method)(address)

    return ask
