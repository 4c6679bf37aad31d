"""The receiver of docs/howto/subscribe.md, as a department would run it: it believes the node only, and does each event once."""

from __future__ import annotations

import importlib.util
import json
import sqlite3
import threading
import urllib.request
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.factories import feeds
from tests.factories.exchange import OFFICER
from tests.factories.feeds import change, work_until
from tongban.datahub.subscriptions import operations, queries
from tongban.datahub.subscriptions.operations import Courier
from tongban.datahub.subscriptions.types import Kind, State
from tongban.foundation.trust import operations as trust
from tongban.kernel import clock
from tongban.runtime.environment import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def recipe() -> Any:
    spec = importlib.util.spec_from_file_location(
        "receive_changes", ROOT / "docs" / "howto" / "receive-changes.py"
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def listening(recipe: Any, key: ec.EllipticCurvePublicKey, path: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), recipe.handler(key, recipe.Inbox(path))) as server:
        server.daemon_threads, server.block_on_close = True, False
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/changes"
        server.shutdown()


@pytest.fixture
def address(recipe: Any, tmp_path: Path, db: None) -> Iterator[str]:
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), trust.node_key().public)
    yield from listening(recipe, key, tmp_path / "inbox.db")


@pytest.fixture
def stranger(recipe: Any, tmp_path: Path) -> Iterator[str]:
    yield from listening(recipe, ec.generate_private_key(ec.SECP256R1()).public_key(), tmp_path / "other.db")


def residents(path: Path) -> dict[str, str]:
    database = sqlite3.connect(path)
    try:
        rows = [json.loads(data) for (data,) in database.execute("SELECT data FROM resident")]
    finally:
        database.close()
    return {row["number"][-1]: row["name"] for row in rows}


@pytest.mark.slow
def test_replayed_as_often_as_one_likes_the_effect_is_the_same(
    courier: Courier, address: str, tmp_path: Path
) -> None:
    feeds.make_feed()
    feeds.grant()
    feeds.publish(
        change(1, row=1, kind=Kind.CREATED), change(2, row=2, kind=Kind.CREATED), change(3, row=1, name="乙"),
        change(4, row=2, kind=Kind.REMOVED), change(5, row=3, kind=Kind.CREATED),
    )  # fmt: skip
    id = feeds.subscribe(address, batch=2)
    for _ in range(3):
        work_until(courier, lambda: queries.get_subscription(id).position == 5)
        assert residents(tmp_path / "inbox.db") == {"1": "乙", "3": "甲5"}
        operations.replay(subscription=id, after=1, by=OFFICER, at=clock.now())


def test_who_is_not_the_node_is_not_believed(courier: Courier, address: str, stranger: str) -> None:
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(address, data=b"[]", timeout=30)
    assert refused.value.code == 401
    refused.value.close()
    feeds.make_feed()
    feeds.grant()
    id = feeds.subscribe(stranger)
    work_until(courier, lambda: queries.get_subscription(id).failures > 0)
    assert queries.get_subscription(id).state is State.PROVING
