"""Messages as the specification of X-Road's protocol for REST shows them (PR-REST 1.0, chapters 4 and 6; PR-MREST), sent by
programs that know nothing of ours: Python's own ``http.client`` and ``curl``, over mutual TLS, without any signature.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import ssl
import subprocess
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.factories import described as pets
from tests.factories import exchange
from tests.factories.described import PETS, PROVIDER, petstore
from tests.factories.exchange import CONSUMER, OFFICER
from tests.fakes.tls_proxy import HOST, SECRET, Identity, as_bytes, ending_tls, make_identity
from tongban.client import Client
from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.types import Service, ServiceKind
from tongban.kernel import clock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.xdist_group("ports")]
SERVICE = f"{PROVIDER}/{PETS}"
WHERE = f"/r1/{SERVICE}"
DOG = {"chipNumber": "1124", "name": "Siddu", "photoUrls": [], "tags": [], "status": "01"}
SENT = b'{ "id": 0, "category": { "id": 0, "name": "string" }, "name": "doggie", "photoUrls": [ "string" ]}'
SECONDS = 30


@dataclass
class Store:
    """The pet store of the examples: what reached it, and what it answers to each path."""

    address: str = ""
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)


@pytest.fixture
def store() -> Iterator[Store]:
    one = Store()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            one.seen.append((self.command, self.path, headers, body))
            status, said = one.answers.get(f"{self.command} {self.path}", (200, DOG))
            content = b"" if said is None else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_DELETE = answer

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        one.address = f"http://127.0.0.1:{server.server_port}"
        yield one
        server.shutdown()


@dataclass
class Road:
    """The way to the node: a proxy that asks for certificates, and who holds one."""

    port: int
    server: Identity
    client: Identity
    stranger: Identity

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        by: Identity | None = None,
        more: dict[str, str] | None = None,
        **headers: str,
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a message and return status, headers in lower case and body."""
        context = ssl.create_default_context(cafile=str(self.server.certificate))
        context.load_cert_chain(*(by or self.client).files)
        connection = HTTPSConnection(HOST, self.port, timeout=SECONDS, context=context)
        said = {"accept": "application/json", "X-Road-Client": CONSUMER}
        said |= {name.replace("_", "-"): value for name, value in headers.items()} | (more or {})
        connection.request(method, path, body or None, said)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content


@pytest.fixture
def road(address: str, store: Store, tmp_path: Path) -> Iterator[Road]:
    server, client, stranger = (make_identity(tmp_path, name) for name in ("node", "desk", "stranger"))
    document = petstore(store.address)
    images = {"parameters": document["paths"]["/v2/pets/{petId}"]["parameters"]}
    images["post"] = {"responses": pets.answer({"type": "object", "properties": {"status": {}}})}
    document["paths"]["/v2/pets/{petId}/images"] = images
    pets.make_catalogue()
    pets.publish(document)
    exchange.make_grant(("chip-number", "name", "status"), service=PETS, resource=PETS)
    at = clock.now()
    operations.register_subsystem(code=CONSUMER, name="x", by=OFFICER, at=at)
    operations.register_certificate(subsystem=CONSUMER, certificate=client.der, by=OFFICER, at=at)
    behind = int(address.rpartition(":")[2])
    with ending_tls(server, [client, stranger], behind) as port:
        yield Road(port, server, client, stranger)


def check_answered(headers: dict[str, str]) -> None:
    """PR-REST 4.3: the headers of every answer."""
    assert headers["x-road-client"] == CONSUMER
    assert headers["x-road-service"] == SERVICE
    assert uuid.UUID(headers["x-road-request-id"])
    assert headers["x-road-id"]
    assert len(base64.b64decode(headers["x-road-request-hash"])) == hashlib.sha512().digest_size
    assert headers["content-type"] == "application/json;charset=utf-8"
    assert "x-road-error" not in headers


def test_the_examples_of_chapter_6(road: Road, store: Store) -> None:
    status, headers, body = road.ask("GET", f"{WHERE}/v2/pets/1124")
    assert (status, json.loads(body)) == (
        200,
        {"rows": [{"chip-number": "1124", "name": "Siddu", "status": "01"}]},
    )
    check_answered(headers)

    kind = {"Content_Type": "application/json"}
    status, headers, body = road.ask("PUT", f"{WHERE}/v2/pets/5657082955040009", SENT, **kind)
    assert status == 200
    check_answered(headers)

    store.answers["POST /v2/pets"] = (201, DOG)
    status, headers, _ = road.ask(
        "POST", f"{WHERE}/v2/pets", SENT, **kind, X_Road_Id="fa2e18a5-c2cb-4d09-b994-f57727f7c3fb"
    )
    assert (status, headers["x-road-id"]) == (201, "fa2e18a5-c2cb-4d09-b994-f57727f7c3fb")
    sent = {
        "x-road-client": CONSUMER,
        "x-road-id": headers["x-road-id"],
        "x-road-request-id": headers["x-road-request-id"],
    }
    lines = "".join(f"{name}:{sent[name]}\r\n" for name in sorted(sent))
    first = hashlib.sha512(f"POST\r\n{WHERE}/v2/pets\r\n{lines}".encode()).digest()
    whole = hashlib.sha512(first + hashlib.sha512(SENT).digest()).digest()
    assert headers["x-road-request-hash"] == base64.b64encode(whole).decode(), "4.3, with a body"

    store.answers["DELETE /v2/pets/1124"] = (200, None)
    status, headers, body = road.ask("DELETE", f"{WHERE}/v2/pets/1124")
    assert (status, body) == (200, b'{"rows":[]}')

    form = {"Content_Type": "multipart/form-data; boundary=something"}
    picture = b'--something\r\nContent-Disposition: form-data; name="file"\r\n\r\ncat\r\n--something--\r\n'
    assert road.ask("POST", f"{WHERE}/v2/pets/1124/images", picture, **form)[0] == 200

    asked = [(method, path) for method, path, _, _ in store.seen]
    assert asked == [
        ("GET", "/v2/pets/1124"), ("PUT", "/v2/pets/5657082955040009"), ("POST", "/v2/pets"),
        ("DELETE", "/v2/pets/1124"), ("POST", "/v2/pets/1124/images"),
    ]  # fmt: skip
    assert [body for _, _, _, body in store.seen] == [b"", SENT, SENT, b"", picture], "passed on unmodified"
    _, _, first_headers, _ = store.seen[0]
    assert first_headers["accept"] == "application/json"
    assert first_headers["host"] == store.address.removeprefix("http://"), "4.3: Host is not the client's"
    assert "client-cert" not in first_headers, "whose certificate it was is the node's affair"
    assert store.seen[4][2]["content-type"] == form["Content_Type"]


def test_whom_the_caller_speaks_for_and_what_it_asks_by_reach_the_provider(road: Road, store: Store) -> None:
    """PR-THIRDPARTY (a class and a code, or a code alone), 4.3 (who asks, for which case), 4.5 (parameters, written anew)."""
    said = {"X_Road_UserId": "EE12345678901", "X_Road_Issue": "MT324223MSD"}
    for party in ("COM/12345678", "12345678"):
        status, headers, _ = road.ask("GET", f"{WHERE}/v2/pets/1124", X_Road_Represented_Party=party, **said)
        assert status == 200
        sent = store.seen[-1][2]
        assert (sent["x-road-represented-party"], sent["x-road-userid"], sent["x-road-issue"]) == (
            party, "EE12345678901", "MT324223MSD",
        )  # fmt: skip
    evidence = queries.evidence_of(uuid.UUID(headers["x-road-request-id"]))
    assert evidence is not None
    assert b'"x-road-represented-party": 12345678' in evidence.signed, "on record with the call"
    for party in ("A/B/C", "", "A/", "\u00e4"):
        refused, headers, _ = road.ask("GET", f"{WHERE}/v2/pets/1124", X_Road_Represented_Party=party)
        assert (refused, headers["x-road-error"]) == (400, "Client.BadRequest"), party
    store.answers["GET /v2/pets/search?chip-number=1%2F2%20%C3%A4&name=a%20b"] = (200, [DOG])
    status, _, body = road.ask("GET", f"{WHERE}/v2/pets/search?chip-number=1%2F2%20%C3%A4&name=a+b")
    assert (status, len(json.loads(body)["rows"])) == (200, 1), store.seen[-1][1]


def test_the_errors_of_chapter_4(road: Road, store: Store) -> None:
    store.answers["GET /v2/pets/1"] = (405, {"status": 405, "error": "Method Not Allowed"})
    status, headers, body = road.ask("GET", f"{WHERE}/v2/pets/1")
    assert status == 405, "category 1: the provider's own"
    check_answered(headers)

    away = Service(PROVIDER, "gone", 0, ServiceKind.UPSTREAM, "http://127.0.0.1:9", PETS)
    operations.publish_service(service=away, by=OFFICER, at=clock.now())
    exchange.make_grant(("name",), service="gone", resource=PETS)
    for path, kind, status in (
        (f"/r1/{PROVIDER}/gone", "Server.ServerProxy.NetworkError", 500),  # category 2
        (f"/r1/{PROVIDER}", "Client.BadRequest", 400),  # category 3
        (f"/r2/{SERVICE}/v2/pets", "Client.InvalidProtocolVersion", 400),
        (f"/r1/{PROVIDER}/unknown", "Server.ServerProxy.UnknownService", 500),
    ):
        found, headers, body = road.ask("GET", path)
        said = json.loads(body)
        assert (found, said["type"], headers["x-road-error"]) == (status, kind, kind), path
        assert headers["content-type"] == "application/json;charset=utf-8"
        assert said["message"]
        assert uuid.UUID(said["detail"])
    assert road.ask("GET", f"{WHERE}/v2/pets/1124", X_Road_Client="INSTANCE/CLASS")[0] == 400


def test_metadata_and_who_is_let_in(road: Road, store: Store) -> None:
    status, headers, body = road.ask("GET", f"/r1/{PROVIDER}/listMethods")
    assert (status, headers["x-road-service"]) == (200, f"{PROVIDER}/listMethods")
    assert [one["service_code"] for one in json.loads(body)["service"]] == [PETS]
    _, _, body = road.ask("GET", f"/r1/{PROVIDER}/getOpenAPI?serviceCode={PETS}")
    assert json.loads(body)["servers"] == [{"url": WHERE}]

    status, _, body = road.ask("GET", f"{WHERE}/v2/pets/1124", by=road.stranger)
    assert (status, json.loads(body)["type"]) == (500, "Server.ClientProxy.SslAuthenticationFailed")
    for name in ("Client-Cert", "client_cert", "Client_Cert"):
        said = {name: as_bytes(road.client.der, SECRET)}
        assert road.ask("GET", f"{WHERE}/v2/pets/1124", by=road.stranger, more=said)[0] == 500
    assert store.seen == []

    client = Client(
        f"https://{HOST}:{road.port}",
        CONSUMER,
        certificate=road.client.files,
        verify=str(road.server.certificate),
    )
    answer = client.call(SERVICE, "/v2/pets/1124", issue="SH2026-1")
    assert answer.rows == [{"chip-number": "1124", "name": "Siddu", "status": "01"}]


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_curl_with_a_certificate_and_nothing_else(road: Road) -> None:
    line = [
        "curl", "-sS", "--max-time", str(SECONDS), "--cacert", str(road.server.certificate),
        "--cert", str(road.client.certificate), "--key", str(road.client.key),
        "-H", "accept: application/json", "-H", f"X-Road-Client: {CONSUMER}",
        f"https://{HOST}:{road.port}{WHERE}/v2/pets/1124",
    ]  # fmt: skip
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout)["rows"] == [{"chip-number": "1124", "name": "Siddu", "status": "01"}]
