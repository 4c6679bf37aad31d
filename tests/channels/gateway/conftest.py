"""The gateway behind a socket, as a server would have it; believed proxies are those of this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.db import connection, connections

from tests.channels.gateway.test_application import pages
from tests.fakes.tls_proxy import SECRET
from tongban.channels.gateway.application import gateway
from tongban.channels.gateway.connections import told_of_connections
from tongban.datahub.exchange import known, operations


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Yield the gateway's address. What it records is on record for good, and taken away at the end."""
    writer = operations.AnswerWriter()
    monkeypatch.setattr(operations, "AnswerWriter", lambda: writer)
    answer = told_of_connections(gateway(pages), {"127.0.0.1": SECRET})

    def application(environ: dict[str, Any], start: Any) -> Any:
        try:
            return answer(environ, start)
        finally:
            connections.close_all()

    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
    writer.end(seconds=10)
    known.forget()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE exchange_record, exchange_answer, exchange_meter")
        cursor.execute("SET session_replication_role = DEFAULT")
