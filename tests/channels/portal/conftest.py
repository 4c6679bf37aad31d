"""A small published city, and a way to ask it for pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.factories.pack import write_pack
from tongban.channels.ui import frame, revision
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM
from tongban.runtime.publishing import load_city

Get = Callable[..., HttpResponse]


@pytest.fixture
def get(db: None, tmp_path: Path) -> Get:
    """Give a function that asks for an address: ``get("/items?page=2", tb_view="large")``."""
    load_city(write_pack(tmp_path / "city", items=45), by=SYSTEM, at=clock.now())
    # What a process remembers belongs to the database of another test.
    revision.forget()
    frame._frame.cache_clear()

    def ask(address: str, method: str = "get", **cookies: str) -> Any:
        client = Client(raise_request_exception=False)
        for name, value in cookies.items():
            client.cookies[name] = value
        return getattr(client, method)(address)

    return ask
