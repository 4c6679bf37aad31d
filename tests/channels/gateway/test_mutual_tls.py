"""Calls by mutual TLS: a proxy ends it, the node believes that proxy and nobody else, and says on record how it knows."""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection as database
from django.db import transaction

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, CONSUMER, HOST, OFFICER, PROVIDER, SERVICE, Body, Caller
from tests.fakes.tls_proxy import SECRET, Identity, as_bytes, as_escaped, make_identity
from tongban.channels.gateway.application import respond
from tongban.channels.gateway.connections import PLACE, told_of_connections
from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.types import CERTIFICATE, Answer, Connection, Outcome, ServiceKind
from tongban.kernel import clock
from tongban.kernel.errors import Failure

NUMBER = "310101199001010014"
PROXY = "10.0.0.5"


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return make_identity(tmp_path_factory.mktemp("tls"), "desk")


@pytest.fixture
def caller(db: None) -> Caller:
    exchange.make_service()
    exchange.make_grant()
    return exchange.make_caller()


@pytest.fixture
def registered(caller: Caller, identity: Identity) -> str:
    return register(identity)


def register(identity: Identity, subsystem: str = CONSUMER) -> str:
    return operations.register_certificate(
        subsystem=subsystem, certificate=identity.der, by=OFFICER, at=clock.now()
    )


def environ(**changes: Any) -> dict[str, Any]:
    """Return a call as any client of X-Road makes it, without a signature."""
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": ADDRESS,
        "QUERY_STRING": f"number={NUMBER}",
        "HTTP_HOST": HOST,
        "HTTP_X_ROAD_CLIENT": CONSUMER,
        "HTTP_X_ROAD_ID": "fa2e18a5",
        "HTTP_X_ROAD_ISSUE": "SH2026-1",
        "REMOTE_ADDR": PROXY,
        "wsgi.url_scheme": "https",
        "wsgi.input": Body(b""),
    } | changes


def by(identity: Identity, **changes: Any) -> dict[str, Any]:
    return environ(**{PLACE: Connection(identity.der, PROXY)}, **changes)


def said(answer: Answer) -> tuple[int, str, str]:
    body = json.loads(answer.body)
    return answer.status, body.get("type", ""), body.get("code", "")


def test_a_call_needs_no_signature(caller: Caller, registered: str, identity: Identity) -> None:
    answer = caller.send(by(identity))
    assert json.loads(answer.body) == {"rows": [{"number": NUMBER, "name": "张三"}]}
    headers = dict(answer.headers)
    from tongban.client.answers import Asked, request_hash

    sent = {"x-road-client": CONSUMER, "x-road-id": "fa2e18a5", "x-road-issue": "SH2026-1"}
    asked = Asked("GET", f"{ADDRESS}?number={NUMBER}", b"", sent, "")
    assert headers["X-Road-Request-Hash"] == request_hash(asked, headers["X-Road-Request-Id"])


def test_what_is_on_record_of_it(caller: Caller, registered: str, identity: Identity) -> None:
    """By which certificate and which proxy, and no signature: it proves nothing to a third party."""
    answer = caller.send(by(identity))
    id = uuid.UUID(dict(answer.headers)["X-Road-Request-Id"])
    evidence = queries.evidence_of(id)
    assert evidence is not None
    assert (evidence.exchange.outcome, evidence.exchange.issue) == (Outcome.AUTHORISED, "SH2026-1")
    assert (evidence.key.id, evidence.key.algorithm, evidence.key.public) == (
        registered,
        CERTIFICATE,
        identity.der,
    )
    assert evidence.signature == b""
    assert evidence.signed.startswith(b'"@method": GET\n"@authority": 127.0.0.1:8000\n')
    assert f'keyid="{registered}"'.encode() in evidence.signed
    assert evidence.signed.endswith(f'"@tls-proxy": {PROXY}'.encode())
    assert [one.consumer for one in queries.exchanges_about(NUMBER)] == [CONSUMER]


def test_the_same_call_again_is_another_call(caller: Caller, registered: str, identity: Identity) -> None:
    first, second = caller.send(by(identity)), caller.send(by(identity))
    assert (first.status, second.status) == (200, 200)
    assert len(queries.exchanges_of(CONSUMER)) == 2


def test_a_signature_counts_where_there_is_one(caller: Caller, registered: str, identity: Identity) -> None:
    signed = caller.environ(f"{ADDRESS}?number={NUMBER}") | {PLACE: Connection(identity.der, PROXY)}
    id = uuid.UUID(dict(caller.send(dict(signed)).headers)["X-Road-Request-Id"])
    evidence = queries.evidence_of(id)
    assert evidence is not None
    assert evidence.key.id == caller.key
    assert evidence.signature
    altered = signed | {"QUERY_STRING": "number=310101198506152346", "wsgi.input": Body(b"")}
    assert said(caller.send(altered))[2] == "signature-wrong", "a connection does not save a wrong signature"


def test_certificates_that_do_not_do(caller: Caller, identity: Identity, tmp_path: Path) -> None:
    assert said(caller.send(by(identity))) == (
        500,
        "Server.ClientProxy.SslAuthenticationFailed",
        "certificate-unknown",
    )
    others = make_identity(tmp_path, "others")
    register(others, PROVIDER)
    assert said(caller.send(by(others)))[2] == "not-the-client"
    later = make_identity(tmp_path, "later", begins=clock.now() + dt.timedelta(days=2))
    register(later)
    assert said(caller.send(by(later)))[2] == "certificate-not-valid"
    assert queries.exchanges_of(CONSUMER) == ()


def test_codes_longer_than_any(caller: Caller, registered: str, identity: Identity) -> None:
    long = "/".join(["A" * 60] * 4)
    assert said(caller.send(by(identity, PATH_INFO=f"/r1/{long}/person")))[2] == "bad-address"
    assert said(caller.send(by(identity, HTTP_X_ROAD_CLIENT=long)))[2] == "bad-header"


def test_a_revoked_certificate_is_refused_at_once(
    caller: Caller, registered: str, identity: Identity
) -> None:
    assert caller.send(by(identity)).status == 200
    operations.revoke_key(key=registered, reason="换证", by=OFFICER, at=clock.now())
    assert said(caller.send(by(identity)))[1] == "Server.ServerProxy.KeyRevoked"


def test_a_certificate_signs_no_message(caller: Caller, registered: str, identity: Identity) -> None:
    """Its fingerprint as the id of a key is the id of no key."""
    assert said(caller.call(key=registered))[2] == "signature-key"


def test_a_body_that_has_a_digest_has_to_fit_it(caller: Caller, registered: str, identity: Identity) -> None:
    sent = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "2", "HTTP_CONTENT_DIGEST": "sha-256=:AAAA:"}
    assert said(caller.send(by(identity, **sent, **{"wsgi.input": Body(b"{}")})))[2] == "digest-wrong"


def test_what_is_registered(caller: Caller, registered: str, identity: Identity, tmp_path: Path) -> None:
    """exchange_certificate_has_dates, exchange_key_algorithm: a certificate with its dates, once, and while it lasts."""
    from django.db import IntegrityError

    from tongban.datahub.exchange import models

    (kept,) = (one for one in queries.keys_of(CONSUMER) if one.id == registered)
    assert kept.valid_from is not None and kept.valid_until is not None
    assert kept.valid_until - kept.valid_from == dt.timedelta(days=30)
    over = make_identity(tmp_path, "over", begins=clock.now() - dt.timedelta(days=40))
    for wrong, code in (
        (identity.der, "key-taken"),
        (over.der, "bad-certificate"),
        (b"x", "bad-certificate"),
    ):
        with pytest.raises(Failure) as refused:
            operations.register_certificate(subsystem=CONSUMER, certificate=wrong, by=OFFICER, at=clock.now())
        assert refused.value.code == code
    with pytest.raises(IntegrityError, match="exchange_certificate_has_dates"), transaction.atomic():
        models.Key.objects.filter(id=registered).update(valid_from=None)
    with pytest.raises(IntegrityError, match="exchange_key_algorithm"), transaction.atomic():
        models.Key.objects.filter(id=registered).update(algorithm="rsa")


def test_a_service_of_another_node_wants_a_signature(
    caller: Caller, registered: str, identity: Identity
) -> None:
    """That node can not see this one's connections."""
    from tongban.datahub.exchange import known, models

    models.Service.objects.filter(code=SERVICE).update(kind=ServiceKind.NODE.value, target="pudong")
    known.forget()
    assert said(caller.send(by(identity)))[1:] == ("Client.MissingSignature", "signature-missing")


# What is believed of a connection


def believed(**changes: Any) -> Connection | None:
    """Return the connection that the gateway is told of for a request with these parts."""
    seen: list[dict[str, Any]] = []

    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        seen.append(environ)
        return []

    list(told_of_connections(application, {PROXY: SECRET, "::1": "another-secret-of-another-proxy-here"})(
        environ(**changes), lambda *_: None
    ))  # fmt: skip
    assert "HTTP_CLIENT_CERT" not in seen[0], "nobody behind it sees the header"
    return seen[0].get(PLACE)


def test_a_proxy_is_believed_in_both_ways_of_writing(identity: Identity) -> None:
    for header in (as_bytes(identity.der), as_escaped(identity.der)):
        assert believed(HTTP_CLIENT_CERT=header) == Connection(identity.der, PROXY)
    assert believed() is None


@pytest.mark.parametrize("address", ["10.0.0.6", "127.0.0.1", "", "::1", "10.0.0.5, 10.0.0.6"])
def test_another_address_is_not_believed(identity: Identity, address: str) -> None:
    assert believed(HTTP_CLIENT_CERT=as_bytes(identity.der), REMOTE_ADDR=address) is None


def test_what_a_proxy_is_said_to_say_for_others(identity: Identity) -> None:
    """X-Forwarded-For is the reader's; the proxy's own address is the connection's."""
    assert (
        believed(HTTP_CLIENT_CERT=as_bytes(identity.der), REMOTE_ADDR="", HTTP_X_FORWARDED_FOR=PROXY) is None
    )


def headers(identity: Identity) -> Iterator[str]:
    good, der = as_bytes(identity.der), base64.b64encode(identity.der).decode()
    yield as_bytes(identity.der, "x" * 38)
    yield as_bytes(identity.der, "")
    yield f":{der}:"
    yield f"{good}, {good}"
    yield f":{der}:, {good}"
    yield f"{good}\n"
    yield good.replace(":;", ":\n;")
    yield der
    yield f';proxy="{SECRET}"'
    yield f'::;proxy="{SECRET}"'
    yield f':A:;proxy="{SECRET}"'
    yield f'{good};proxy="{SECRET}"'
    yield f":{der * 40}:;proxy={SECRET}"
    yield as_escaped(identity.der).replace("BEGIN", "BEGINNING")
    yield as_escaped(identity.der).replace("%20", " ")
    yield f"-----BEGIN%20CERTIFICATE-----%00;proxy={SECRET}"


def test_headers_that_clients_might_send_along(identity: Identity) -> None:
    for header in headers(identity):
        assert believed(HTTP_CLIENT_CERT=header) is None, header[:60]


def test_a_header_alone_is_no_connection(caller: Caller, registered: str, identity: Identity) -> None:
    """Without a named proxy nobody looks at the header, whatever it says."""
    answer = respond(environ(HTTP_CLIENT_CERT=as_bytes(identity.der)), caller)  # type: ignore[arg-type]
    assert said(answer)[2] == "signature-missing"
    assert database.in_atomic_block


def test_changes_are_pulled_by_mutual_tls_as_well(db: None, identity: Identity, tmp_path: Path) -> None:
    from tests.factories import feeds
    from tongban.channels.gateway.feeds.application import respond as ask_feed

    feeds.make_feed()
    feeds.grant()
    feeds.publish(feeds.change(1))
    feeds.place()
    id = register(identity)
    place = {"PATH_INFO": f"/feeds/{PROVIDER}/{feeds.FEED}/changes", "QUERY_STRING": ""}
    given = ask_feed(by(identity, **place))
    assert given.status == 200
    assert [one["id"] for one in json.loads(b"".join(given.body))] == ["1"]
    assert ask_feed(by(identity, **place)).status == 200, "the same again is another request"
    stranger = ask_feed(by(make_identity(tmp_path, "stranger"), **place))
    assert (stranger.status, json.loads(b"".join(stranger.body))["code"]) == (401, "certificate-unknown")
    operations.revoke_key(key=id, reason="换证", by=OFFICER, at=clock.now())
    assert ask_feed(by(identity, **place)).status == 401
