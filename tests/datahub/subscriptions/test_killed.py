"""The worker killed in the middle of it: nothing is lost, the order of every row kept, and what comes twice has its id."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from tests.factories import feeds
from tests.factories.feeds import Receiver, change
from tongban.datahub.subscriptions import queries
from tongban.runtime.environment import ROOT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
EACH, TURNS, ROWS = 40, 2, 7


class Inbox:
    """What docs/howto/subscribe.md advises: an event is done once, by its source and id, however often it comes."""

    def __init__(self) -> None:
        self.done: dict[tuple[str, str], dict[str, Any]] = {}
        self.rows: dict[str, list[int]] = defaultdict(list)
        self.twice = 0

    def take(self, event: dict[str, Any]) -> None:
        name = event["source"], event["id"]
        if name in self.done:
            assert self.done[name] == event  # the same id is the same event
            self.twice += 1
            return
        self.done[name] = event
        self.rows[event["subject"]].append(int(event["id"]))


@pytest.fixture
def variables(tmp_path: Path) -> Iterator[dict[str, str]]:
    yield {
        **os.environ,
        "DATABASE_URL": feeds.database_url(),
        "PYTHONPATH": str(ROOT),
        "TONGBAN_STATE": str(tmp_path),
        "TONGBAN_MASTER_KEY": settings.MASTER_KEY,
        "TONGBAN_DELIVERERS": "1",
        "TONGBAN_WEBHOOK_NETWORKS": "127.0.0.0/8",
    }
    connections.close_all()


def worker(variables: dict[str, str]) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-m", "tongban", "work", "--until-parent-ends"]
    with said(variables).open("ab") as file:
        return subprocess.Popen(line, cwd=ROOT, env=variables, stdout=file, stderr=subprocess.STDOUT)


def said(variables: dict[str, str]) -> Path:
    """Return where the worker writes: what it said is told with a failure."""
    return Path(variables["TONGBAN_STATE"]) / "said"


def test_killed_in_the_middle_it_loses_nothing(variables: dict[str, str]) -> None:
    feeds.make_feed()
    feeds.grant()
    moments, came = [0], threading.Event()
    receiver = Receiver()

    def slowly() -> None:
        moments[0] += 1
        receiver.status = 500 if moments[0] % 7 == 0 else 200
        came.set()
        time.sleep(0.01)  # so that a kill has something to hit

    receiver.before = slowly
    with feeds.receiving(receiver):
        id = feeds.subscribe(receiver.address, batch=5)
        for turn in range(TURNS):
            process = worker(variables)
            try:
                came.clear()
                numbers = range(turn * EACH, (turn + 1) * EACH)
                feeds.publish(*(change(number, row=number % ROWS) for number in numbers))
                assert came.wait(feeds.LIMIT), (turn, process.poll(), said(variables).read_text("utf-8"))
                if turn == TURNS - 1:
                    wait_for(id, TURNS * EACH)
            finally:
                process.kill()
                process.wait()
    assert {hashlib.sha256(one).digest() for one in receiver.read} <= on_record(), "read, and nobody knows"
    inbox = Inbox()
    for event in receiver.events:
        inbox.take(event)
    assert sorted(int(id) for _, id in inbox.done) == list(range(1, TURNS * EACH + 1))
    assert len(inbox.rows) == ROWS
    assert all(ids == sorted(ids) for ids in inbox.rows.values())


def on_record() -> set[bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM subscriptions_delivery")
        return {bytes(digest) for (digest,) in cursor.fetchall()}


def wait_for(id: Any, position: int) -> None:
    deadline = time.monotonic() + feeds.LIMIT
    while queries.get_subscription(id).position < position:
        assert time.monotonic() < deadline, queries.get_subscription(id)
        time.sleep(0.05)
