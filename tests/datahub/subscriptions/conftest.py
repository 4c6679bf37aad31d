from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from ipaddress import ip_network

import pytest

from tests.factories import feeds
from tests.factories.feeds import Receiver
from tongban.datahub.subscriptions.operations import Courier
from tongban.datahub.subscriptions.rules import pausing


@pytest.fixture(autouse=True)
def this_machine_may_be_told(settings: object) -> None:
    settings.WEBHOOK_NETWORKS = (ip_network("127.0.0.0/8"),)  # type: ignore[attr-defined]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again after a hundredth of a second."""
    monkeypatch.setattr(pausing, "FIRST", dt.timedelta(seconds=0.01))
    monkeypatch.setattr(pausing, "LONGEST", dt.timedelta(seconds=0.05))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with feeds.receiving() as one:
        yield one


@pytest.fixture
def courier(db: None, quick: None) -> Iterator[Courier]:
    with feeds.courier() as one:
        yield one
