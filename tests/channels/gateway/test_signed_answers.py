"""Answers signed by the node for whoever asks (RFC 9421 5), read by the other library too; none where none is asked."""

from __future__ import annotations

import base64
import json
from typing import Any

import gmssl_pyx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import OperationalError
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ECDSA_P256_SHA256

from tests.channels.gateway.test_application import ask
from tests.factories import exchange
from tests.factories.exchange import ADDRESS, Caller
from tongban.channels.gateway import keys
from tongban.datahub.exchange import operations
from tongban.datahub.exchange.types import Answer
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import SM2, Key, Message, Policy, joined

WANTED = 'sig1=("@status" "content-digest" "x-road-request-hash");created;nonce="0123456789"'
WHERE = f"{ADDRESS}?number=310101199001010014"
STRICT = Policy(covered=("@status", "content-digest"), prefixes=("x-road-",))


@pytest.fixture
def caller(db: None) -> Caller:
    exchange.make_service()
    exchange.make_grant()
    return exchange.make_caller()


def verified(answer: Answer, algorithm: str = "ecdsa-p256-sha256") -> tuple[Any, bytes]:
    """Return the signature of an answer, verified by the published key."""
    published = next(key for key in json.loads(keys.key_set().body)["keys"] if key["alg"] == algorithm)
    public = b"\x04" + b"".join(base64.urlsafe_b64decode(published[one] + "=") for one in "xy")
    return signatures.verified(
        Message(headers=joined(answer.headers), status=answer.status),
        answer.body,
        find_key=lambda id: Key(id, algorithm, public) if id == published["kid"] else None,
        policy=STRICT,
        moment=exchange.clock.now().timestamp(),
    )


def test_an_answer_is_signed_by_the_published_key(caller: Caller) -> None:
    environ = caller.environ(WHERE)
    answer = caller.send(environ | {"HTTP_ACCEPT_SIGNATURE": WANTED})
    signed, base = verified(answer)
    assert (answer.status, signed.label, signed.nonce) == (200, "sig1", "0123456789")
    headers = dict(answer.headers)
    assert f'"x-road-request-hash": {headers["X-Road-Request-Hash"]}'.encode() in base
    assert f'"x-road-request-id": {headers["X-Road-Request-Id"]}'.encode() in base


def test_another_library_reads_it(caller: Caller) -> None:
    answer = caller.send(caller.environ(WHERE) | {"HTTP_ACCEPT_SIGNATURE": WANTED})

    class Keys(HTTPSignatureKeyResolver):
        def resolve_public_key(self, key_id: str) -> object:
            key = operations.node_key()
            assert key_id == key.id
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.public)

    class Response:
        status_code = answer.status
        headers = dict(answer.headers)

    (result,) = HTTPMessageVerifier(signature_algorithm=ECDSA_P256_SHA256, key_resolver=Keys()).verify(
        Response()
    )
    assert '"x-road-request-hash"' in result.covered_components


def test_a_refusal_is_signed_too(caller: Caller) -> None:
    environ = caller.environ(WHERE) | {"HTTP_ACCEPT_SIGNATURE": WANTED}
    caller.send(dict(environ))
    again = caller.send(dict(environ))
    assert json.loads(again.body)["code"] == "replayed"
    _, base = verified(again)
    assert b'"x-road-error": Client.InvalidSignatureValue' in base
    assert f'"x-road-request-id": {json.loads(again.body)["detail"]}'.encode() in base


def test_who_does_not_ask_gets_none(caller: Caller) -> None:
    assert "Signature" not in dict(caller.call(WHERE).headers)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ('sig=("signature";req)', "accept-signature-component"),
        ('sig=("@status");keyid="other"', "accept-signature-key"),
        ('sig=("@status");alg="ed25519"', "accept-signature-algorithm"),
        ("", "accept-signature-not-one"),
    ],
)
def test_what_this_node_does_not_sign_is_refused_before_the_call(
    caller: Caller, wanted: str, code: str
) -> None:
    answer = caller.send(caller.environ(WHERE) | {"HTTP_ACCEPT_SIGNATURE": wanted})
    said = json.loads(answer.body)
    assert (answer.status, said["type"], said["code"]) == (400, "Client.BadRequest", code)
    from tongban.datahub.exchange import queries

    assert queries.exchanges_of(caller.subsystem) == (), "nothing was called"


def test_the_key_is_told_to_everybody(db: None) -> None:
    status, headers, body = ask({"PATH_INFO": keys.ADDRESS, "REQUEST_METHOD": "GET"})
    assert (status, headers["Content-Type"]) == ("200 OK", keys.KIND)
    for published, is_national in zip(json.loads(body)["keys"], (False, True), strict=True):
        key = operations.node_key(is_national=is_national)
        assert (published["kid"], published["alg"]) == (key.id, key.algorithm)
        assert base64.b64decode(published["x5c"][0]) == key.certificate
        assert "d" not in published, "and never the private part"


def test_a_whole_call_by_the_national_suite(db: None) -> None:
    """Signed by SM2, answered under SM2 when it is wanted so, a refusal too; verified by GmSSL alone."""
    exchange.make_service()
    exchange.make_grant()
    caller = exchange.make_caller(algorithm=SM2)
    request = caller.environ(WHERE) | {"HTTP_ACCEPT_SIGNATURE": WANTED + f';alg="{SM2}"'}
    key = operations.node_key(is_national=True)
    for status in (200, 400):
        answer = caller.send(dict(request))
        signed, base = verified(answer, SM2)
        assert (answer.status, signed.key) == (status, key.id)
        assert gmssl_pyx.sm2_verify(key.public[1:], base, signed.value)


def test_the_key_when_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(operations, "node_key", fail)
    status, headers, body = ask({"PATH_INFO": keys.ADDRESS, "REQUEST_METHOD": "GET"})
    assert (status, headers["X-Road-Error"]) == (
        "500 Internal Server Error",
        "Server.ServerProxy.DatabaseError",
    )
    assert b"away" not in body
