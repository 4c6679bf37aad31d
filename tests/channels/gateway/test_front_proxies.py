"""The examples in ``deploy``, run by the real nginx and HAProxy: who calls is who holds the key, whatever a client sends."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, CONSUMER, OFFICER
from tests.fakes.front_proxies import front_proxy, is_there
from tests.fakes.tls_proxy import HOST, SECRET, Identity, as_bytes, as_escaped, make_identity
from tongban.channels.gateway.bodies import AT_ONCE, PLACES
from tongban.client import Client, SigningKey
from tongban.datahub.exchange import operations, queries
from tongban.kernel import clock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.xdist_group("ports")]
NUMBER = "310101199001010014"
PATH = f"{ADDRESS}?number={NUMBER}"
ROWS = {"rows": [{"number": NUMBER, "name": "张三"}]}
SECONDS = 30
NAMES = ("Client-Cert", "client-cert", "Client_Cert", "CLIENT_CERT")


@dataclass
class Road:
    port: int
    server: Identity
    desk: Identity
    stranger: Identity
    key: SigningKey
    folder: Path

    def known(self, by: Identity | None) -> ssl.SSLContext:
        """Return with what somebody connects who holds a certificate, or none."""
        made = ssl.create_default_context(cafile=str(self.server.certificate))
        if by:
            made.load_cert_chain(*by.files)
        return made

    def connect(self, context: ssl.SSLContext, session: ssl.SSLSession | None = None) -> ssl.SSLSocket:
        """Return a connection to the proxy; with a session it takes up one that was there before."""
        plain = socket.create_connection((HOST, self.port), SECONDS)
        return context.wrap_socket(plain, server_hostname=HOST, session=session)

    def ask(self, by: Identity | None, *headers: str) -> tuple[int, str]:
        """Send one request with further headers and return the status and the code of what went wrong."""
        with self.connect(self.known(by)) as line:
            return asked(line, *headers)


def asked(line: ssl.SSLSocket, *headers: str) -> tuple[int, str]:
    """Send a request over a connection that stays open, and return status and code."""
    said = [
        f"GET {PATH} HTTP/1.1",
        f"Host: {HOST}:{line.getpeername()[1]}",
        f"X-Road-Client: {CONSUMER}",
        "X-Road-Issue: SH2026-1",
        *headers,
    ]
    line.sendall("\r\n".join([*said, "", ""]).encode())
    head, body = answer_of(line)
    status = int(head.split()[1])
    with suppress(ValueError):
        return status, "" if json.loads(body) == ROWS else json.loads(body)["code"]
    return status, body.decode(errors="replace")[:200]


def answer_of(line: ssl.SSLSocket) -> tuple[str, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += received(line)
    head, _, body = data.partition(b"\r\n\r\n")
    fields = dict(one.lower().split(": ", 1) for one in head.decode().split("\r\n")[1:])
    if "content-length" in fields:
        while len(body) < int(fields["content-length"]):
            body += received(line)
    return head.decode(), body


def received(line: ssl.SSLSocket) -> bytes:
    part = line.recv(65_536)
    assert part, "the proxy has closed the connection"
    return part


@pytest.fixture(params=["nginx", "haproxy"])
def road(request: pytest.FixtureRequest, address: str, tmp_path: Path) -> Iterator[Road]:
    if not is_there(request.param):
        pytest.skip(f"{request.param} is not installed on this machine")
    server, desk, stranger = (make_identity(tmp_path, name) for name in ("node", "desk", "stranger"))
    exchange.make_service()
    exchange.make_grant()
    caller = exchange.make_caller()
    operations.register_certificate(subsystem=CONSUMER, certificate=desk.der, by=OFFICER, at=clock.now())
    with front_proxy(request.param, tmp_path, server, urlsplit(address).port or 0) as port:
        yield Road(port, server, desk, stranger, SigningKey.of(caller.private), tmp_path)


def test_who_calls_is_who_holds_the_key(road: Road) -> None:
    """Kept open, a connection stays whose it was; a session that is resumed brings its certificate along."""
    assert road.ask(None) == (400, "signature-missing")
    forged = as_bytes(road.desk.der, SECRET)
    with road.connect(road.known(road.stranger)) as line:
        for header in ("Accept: */*", f"Client-Cert: {forged}"):
            assert asked(line, header) == (500, "certificate-unknown")
    context = road.known(road.desk)
    with road.connect(context) as line:
        assert asked(line) == (200, "")
        session = line.session
    with road.connect(context, session) as line:
        assert line.session_reused
        assert asked(line) == (200, "")
    where = f"https://{HOST}:{road.port}"
    client = Client(where, CONSUMER, road.key, verify=str(road.server.certificate))
    found = client.call(
        f"{exchange.PROVIDER}/{exchange.SERVICE}", params={"number": NUMBER}, issue="SH2026-1"
    )
    assert found.rows == ROWS["rows"], "a signed call passes as it was signed"
    assert len(queries.exchanges_of(CONSUMER)) == 3, "what was refused is nobody's call"
    logs = [one.read_text() for one in road.folder.glob("*.log")]
    assert not any(NUMBER in one or PATH in one for one in logs), "whom was asked about stays off the disk"


def test_who_sends_slowly_holds_the_proxy_and_not_the_node(road: Road, address: str) -> None:
    """The node here has one thread: were it waiting for any of them, nobody would be answered. Straight at it, it waits."""
    head = (
        f"POST {ADDRESS} HTTP/1.1\r\nHost: {HOST}\r\nX-Road-Client: {CONSUMER}\r\nContent-Length: 9\r\n\r\n"
    )
    with ExitStack() as lines:
        for _ in range(8):
            lines.enter_context(road.connect(road.known(None))).sendall(f"{head}[".encode())
        for _ in range(2):
            with road.connect(road.known(None)) as line:
                line.sendall(f"{head}[1, 2, 3]".encode())
                assert json.loads(answer_of(line)[1])["code"] == "signature-missing"
        assert PLACES._value == AT_ONCE
    with socket.create_connection((HOST, urlsplit(address).port or 0), SECONDS) as plain:
        plain.sendall(f"{head}[".encode())
        until = time.monotonic() + SECONDS
        while PLACES._value == AT_ONCE and time.monotonic() < until:
            time.sleep(0.01)
        assert PLACES._value == AT_ONCE - 1, "a place is held by who does not go on"


def test_a_client_can_not_say_whose_certificate_it_has(road: Road) -> None:
    """Even one that knows the proxy's secret: under this name nothing passes but what the proxy has seen."""
    for forged in (as_bytes(road.desk.der, SECRET), as_escaped(road.desk.der, SECRET)):
        for name in NAMES:
            assert road.ask(None, f"{name}: {forged}") == (400, "signature-missing"), name
            assert road.ask(road.stranger, f"{name}: {forged}") == (500, "certificate-unknown"), name
        twice = (f"Client-Cert: {forged}", "Client-Cert: x", f"Client_Cert: {forged}")
        assert road.ask(road.stranger, *twice) == (500, "certificate-unknown")
        connected = ("Connection: Client-Cert, X-Road-Client", f"Client-Cert: {forged}")
        assert road.ask(None, *connected)[1] != "", (
            "what is named as of this connection only opens nothing either"
        )
