from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

import pytest

from tests.factories import feeds
from tests.factories.feeds import Receiver
from tongban.datahub.subscriptions.operations import Courier


@pytest.fixture(autouse=True)
def this_machine_may_be_told(settings: object) -> None:
    settings.WEBHOOK_NETWORKS = (ip_network("127.0.0.0/8"),)  # type: ignore[attr-defined]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with feeds.receiving() as one:
        yield one


@pytest.fixture
def courier(db: None) -> Iterator[Courier]:
    with feeds.courier() as one:
        yield one
