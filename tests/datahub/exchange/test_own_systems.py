"""What departments do for themselves: keys as they have them, services of their own systems only, their own log."""

from __future__ import annotations

import base64
import datetime as dt
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, CONSUMER, OFFICER, PROVIDER, SERVICE, Caller
from tongban.channels.gateway import keys
from tongban.datahub.exchange import operations, queries, reach
from tongban.datahub.exchange.types import Service, ServiceKind
from tongban.foundation.http_signatures import algorithms
from tongban.foundation.http_signatures import operations as signing
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import SM2, Key
from tongban.kernel import clock
from tongban.kernel.errors import Failure

NUMBER = "310101199001010014"
DAY = dt.timedelta(days=1)


def spki(public: ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> str:
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def text(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def test_a_key_has_one_id_however_it_is_pasted() -> None:
    edwards, point = (
        ed25519.Ed25519PrivateKey.generate().public_key(),
        ec.generate_private_key(ec.SECP256R1()),
    )
    raw = edwards.public_bytes(Encoding.Raw, PublicFormat.Raw)
    as_pem = queries.read_pasted(f"\n  {spki(edwards)}\n")
    assert as_pem == queries.read_pasted(
        json.dumps({"kty": "OKP", "crv": "Ed25519", "x": text(raw), "kid": "1"})
    )
    assert (as_pem.algorithm, as_pem.public) == ("ed25519", raw)
    numbers = point.public_key().public_numbers()
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": text(numbers.x.to_bytes(32, "big")),
        "y": text(numbers.y.to_bytes(32, "big")),
    }
    assert queries.read_pasted(spki(point.public_key())) == queries.read_pasted(json.dumps(jwk))


@pytest.mark.django_db
def test_a_key_on_sm2_in_jwk() -> None:
    """As drafts and this node's own directory of keys write it; signatures by its private half hold."""
    private, public = signing.make_pair(SM2)
    jwk = {"kty": "EC", "crv": "SM2", "x": text(public[1:33]), "y": text(public[33:])}
    read = queries.read_pasted(json.dumps(jwk | {"use": "sig", "kid": "d", "alg": "SM2"}))
    assert (read.algorithm, read.public) == (SM2, public)
    assert read == queries.read_pasted(signatures.write_pem(SM2, public))
    signed = algorithms.sign(private, b"x")
    assert signatures.is_signed(Key(read.id, read.algorithm, read.public), b"x", signed)
    own = next(one for one in json.loads(keys.key_set().body)["keys"] if one["crv"] == "SM2")
    assert queries.read_pasted(json.dumps(own)).id == own["kid"]


def test_what_is_no_key_of_ours_and_what_should_have_stayed_at_home() -> None:
    private = ed25519.Ed25519PrivateKey.generate()
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    off_the_curve = {"kty": "EC", "crv": "P-256", "x": text(b"\1" * 32), "y": text(b"\1" * 32)}
    for pasted, code in (
        (secret, "key-is-private"),
        (secret + spki(private.public_key()), "key-is-private"),
        ('{"kty":"OKP","crv":"Ed25519","x":"AA","d":"AA"}', "key-is-private"),
        ('{"kty":"EC","crv":"SM2","x":"AA","y":"AA","\\u0064":"AA"}', "key-is-private"),
        ('{"kty":"EC","crv":"SM2","d" : "AA', "key-is-private"),
        (json.dumps(off_the_curve | {"crv": "SM2"}), "not-a-key"),
        (json.dumps(off_the_curve | {"crv": "SM2", "x": text(b"\1" * 33)}), "not-a-key"),
        (json.dumps({"kty": "EC", "crv": "SM2", "x": text(b"\1" * 32)}), "not-a-key"),
        ("", "not-a-key"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "not-a-key"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "not-a-key"),
        (spki(rsa.generate_private_key(65537, 2048).public_key()), "not-a-key"),
        (json.dumps(off_the_curve), "not-a-key"),
        ('{"kty":"OKP","crv":"X25519","x":"AA"}', "not-a-key"),
        ('{"kty":[]}', "not-a-key"),
        ("{", "not-a-key"),
    ):
        with pytest.raises(Failure) as refused:
            queries.read_pasted(pasted)
        assert refused.value.code == code, pasted


@pytest.mark.django_db
def test_two_keys_are_valid_while_one_takes_the_place_of_the_other() -> None:
    exchange.make_service()
    exchange.make_grant()
    first, second = exchange.make_caller(), exchange.make_caller()
    for caller in (first, second):
        assert caller.call(f"{ADDRESS}?number={NUMBER}").status == 200
    assert set(queries.keys_used(CONSUMER)) == {first.key, second.key}
    with pytest.raises(Failure) as refused:
        operations.revoke_key(key=first.key, reason=" ", by=OFFICER, at=clock.now())
    assert refused.value.code == "reason-missing"
    operations.revoke_key(key=first.key, reason="换新", by=OFFICER, at=clock.now())
    assert first.call(f"{ADDRESS}?number={NUMBER}").status == 500
    assert second.call(f"{ADDRESS}?number={NUMBER}").status == 200


@pytest.fixture
def caller(db: None) -> Caller:
    exchange.make_service()
    exchange.make_grant()
    return exchange.make_caller()


def sought(**said: str) -> list[str]:
    at = clock.now()
    found = queries.search_log(queries.Sought(CONSUMER, at - DAY, at + DAY, **said))
    return [one.message_id for one in found]


def test_the_log_is_searched_by_number_service_and_outcome(caller: Caller) -> None:
    answers = [
        caller.call(f"{ADDRESS}?number={NUMBER}", headers={"x-road-id": "a"}),
        caller.call(f"{ADDRESS}?name=x", headers={"x-road-id": "b"}),
        caller.call(ADDRESS.replace(SERVICE, "gone"), headers={"x-road-id": "c"}),
    ]
    assert sought() == ["c", "b", "a"]
    assert sought(message="b") == ["b"]
    assert sought(message=dict(answers[0].headers)["X-Road-Request-Id"]) == ["a"]
    assert sought(service=f"{PROVIDER}/gone") == ["c"]
    assert (sought(outcome="well"), sought(outcome="failed")) == (["a"], ["c", "b"])
    assert sought(message="nobody's") == []


def test_nobody_finds_the_call_of_somebody_else_by_its_number(caller: Caller) -> None:
    number = dict(caller.call(f"{ADDRESS}?number={NUMBER}").headers)["X-Road-Request-Id"]
    at = clock.now()
    assert queries.search_log(queries.Sought(PROVIDER, at - DAY, at + DAY, number)) == ()


@pytest.mark.parametrize(
    ("name", "department", "is_own"),
    [("gaj", "gaj", True), ("gaj.people", "gaj", True), ("gaj2", "gaj", False), ("market", "gaj", False), ("", "gaj", False)],
)  # fmt: skip
def test_whose_a_database_is(name: str, department: str, is_own: bool) -> None:
    assert reach.is_own_database(name, department) is is_own


@pytest.mark.django_db
def test_a_query_that_writes_is_not_even_tried() -> None:
    wrong = Service(PROVIDER, "x", 0, ServiceKind.QUERY, "DELETE FROM x", "x", database="gaj")
    with pytest.raises(Failure) as refused:
        queries.dry_run(wrong, {}, by=OFFICER, at=clock.now())
    assert refused.value.code == "bad-service"
