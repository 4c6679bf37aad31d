"""The WSGI function: what is no call goes on to the pages, and whatever fails is said as X-Road says it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import OperationalError, connection

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, Body
from tongban.channels.gateway import bodies, federation
from tongban.channels.gateway.application import gateway
from tongban.datahub.exchange import operations
from tongban.datahub.exchange.errors import ProviderFailed
from tongban.datahub.nodes import queries as nodes

CALL = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": ADDRESS,
    "QUERY_STRING": "",
    "HTTP_HOST": "127.0.0.1",
    "HTTP_X_ROAD_CLIENT": exchange.CONSUMER,
    "wsgi.url_scheme": "http",
    "wsgi.input": Body(b""),
}


def pages(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"a page"]


def ask(environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    said: list[Any] = []
    body = b"".join(gateway(pages)(environ, lambda status, headers: said.extend([status, dict(headers)])))
    return said[0], said[1], body


@pytest.mark.parametrize("path", ["/", "/items/r1", "/register", "/r/x", "/en/r1/x", "/r1"])
def test_what_is_no_call_goes_on_to_the_pages(path: str) -> None:
    assert ask(CALL | {"PATH_INFO": path})[2] == b"a page"


def test_a_failure_as_x_road_says_it() -> None:
    status, headers, body = ask(CALL)
    assert status == "400 Bad Request"
    assert headers["X-Road-Error"] == "Client.MissingSignature"
    assert headers["Content-Type"] == "application/json;charset=utf-8"
    assert int(headers["Content-Length"]) == len(body)
    said = json.loads(body)
    assert said.keys() == {"type", "message", "detail", "code"}
    assert said["message"] == "请求没有签名：缺少 Signature-Input 或 Signature 首部。"


@pytest.mark.parametrize(
    ("failure", "type"),
    [
        (OperationalError("the database is away"), "Server.ServerProxy.DatabaseError"),
        (RuntimeError("nobody has thought of it"), "Server.ServerProxy.InternalError"),
    ],
)
def test_what_nobody_has_thought_of(monkeypatch: pytest.MonkeyPatch, failure: Exception, type: str) -> None:
    def fail(**_: object) -> None:
        raise failure

    monkeypatch.setattr(operations, "call", fail)
    status, headers, body = ask(CALL)
    assert (status, headers["X-Road-Error"]) == ("500 Internal Server Error", type)
    assert str(failure).encode() not in body


def test_a_body_without_an_announced_length_is_read_as_far_as_it_may_go() -> None:
    environ = CALL | {"REQUEST_METHOD": "POST", "HTTP_TRANSFER_ENCODING": "chunked"}
    large = environ | {"wsgi.input": Body(b"x" * 10_000_001)}
    assert json.loads(ask(large)[2])["code"] == "too-large"
    assert json.loads(ask(environ | {"wsgi.input": Body(b"x")})[2])["code"] == "signature-missing"


def test_a_database_that_fails_before_the_call_is_one_to_be_connected_to_anew(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[bool] = []

    def fail(at: object) -> bool:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(nodes, "is_cut_off", fail)
    monkeypatch.setattr(connection, "close", lambda: closed.append(True))
    said: list[str] = []
    application = federation.federation(lambda environ, start: [])
    (body,) = application({"PATH_INFO": ADDRESS}, lambda status, headers: said.append(status))
    assert said == ["500 Internal Server Error"]
    assert json.loads(body)["type"].startswith("Server.")
    assert closed == [True]


def test_bodies_that_are_waited_for_leave_threads_for_calls_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOMENT", 0.0)
    with ExitStack() as held:
        for _ in range(bodies.AT_ONCE):
            held.enter_context(bodies.PLACES)
        with pytest.raises(ProviderFailed):
            bodies.body_of({"CONTENT_LENGTH": "3", "wsgi.input": io.BytesIO(b"abc")})
        assert bodies.body_of({"CONTENT_LENGTH": "0"}) == b""
    assert bodies.body_of({"CONTENT_LENGTH": "3", "wsgi.input": io.BytesIO(b"abc")}) == b"abc"
