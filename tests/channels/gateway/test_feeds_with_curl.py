"""Pulling changes as docs/howto/subscribe.md shows it: with curl and openssl, over a socket, and waiting for what comes."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server

import pytest
from django.db import connections

from tests.channels.gateway.conftest import Quiet
from tests.channels.gateway.test_with_curl import SCRIPT, TOOLS, run
from tests.factories import feeds
from tests.factories.exchange import CONSUMER, OFFICER, PROVIDER
from tests.factories.feeds import FEED, change
from tongban.channels.gateway.feeds.application import feeds as layer
from tongban.datahub.exchange import known, operations
from tongban.kernel import clock
from tongban.runtime.pem import read_public_key

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"needs {', '.join(TOOLS)}"),
]


@pytest.fixture
def feeds_at() -> Iterator[str]:
    answer = layer(lambda environ, start: [b"a page"])

    def application(environ: dict[str, Any], start: Any) -> Any:
        try:
            return list(answer(environ, start))
        finally:
            connections.close_all()

    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
    known.forget()


@pytest.mark.slow
def test_curl_and_openssl_pull_changes(feeds_at: str, tmp_path: Path) -> None:
    private, public = tmp_path / "key.pem", tmp_path / "public.pem"
    run("openssl", "genpkey", "-algorithm", "ed25519", "-out", str(private))
    run("openssl", "pkey", "-in", str(private), "-pubout", "-out", str(public))
    feeds.make_feed()
    feeds.grant()
    algorithm, raw = read_public_key(public)
    key = operations.register_key(
        subsystem=CONSUMER, algorithm=algorithm, public=raw, by=OFFICER, at=clock.now()
    )

    def publish_later() -> None:
        time.sleep(0.2)  # whether curl waits already or not, it is told
        feeds.publish(change(1), change(2))
        feeds.place()
        connections.close_all()

    later = threading.Thread(target=publish_later, daemon=True)
    later.start()
    url = f"{feeds_at}/feeds/{PROVIDER}/{FEED}/changes?after=0&limit=500&wait=20"
    said = run("sh", str(SCRIPT), str(private), key, CONSUMER, url)
    later.join(feeds.LIMIT)
    head, _, body = said.replace("\r\n", "\n").partition("\n\n")
    assert " 200 OK" in head
    assert "X-Tongban-Position: 2" in head
    assert [event["data"]["name"] for event in json.loads(body)] == ["甲1", "甲2"]
