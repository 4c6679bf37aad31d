from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.factories.exchange import CONSUMER, HOST, ISSUE, Caller, make_grant, make_service
from tests.factories.exchange import make_caller as new_caller
from tests.fakes.wire import Wire
from tongban.client import Client, SigningKey

MakeClient = Callable[..., tuple[Client, Wire]]


@pytest.fixture
def caller(db: None) -> Caller:
    make_service()
    make_grant()
    return new_caller()


@pytest.fixture
def make_client(caller: Caller) -> MakeClient:
    """Return a client that reaches the gateway by a wire, and the wire."""

    def make(**changes: Any) -> tuple[Client, Wire]:
        said = {"wait": lambda seconds: None} | changes
        client = Client(f"http://{HOST}", CONSUMER, SigningKey.of(caller.private), **said)
        wire = Wire()
        client.sender.session.mount("http://", wire)
        # Whoever asks for somebody's data names a case; a test that says none is about something else.
        client.call = partial(client.call, issue=ISSUE)  # type: ignore[method-assign]
        return client, wire

    return make
