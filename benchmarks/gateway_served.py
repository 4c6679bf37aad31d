"""What ``benchmarks/gateway.py`` serves: the city's own application with a register of 10,000 people, and the floor.

The floor is the least that any gateway must do for the same answer under the same server: the same signature by the bare
library over the same text, one statement that finds the grant and inserts the same values, its commit, the same look-up,
the granted fields as JSON. (The grant is in the statement because who is not to answer after its end has to look, with
each call; and what may leave is written nowhere else.) Its row is as wide as
ours before encryption and has the same indexes: by the number, by the caller, and by a keyed digest of whose data was
asked for, which differs from call to call as it does with us (the same for all would be one page of one index), while
its own number grows with time as ours does (a random one would cost the floor more than it must). It looks at no key's
state, no service, no count, no replay beyond the table's key, records no answer, encrypts and seals nothing, and reads no
header that it does not sign.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import threading
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

NAMES = ("number", "name", "born", "address", "phone")
PEOPLE = {
    f"{number:018d}": {
        "number": f"{number:018d}",
        "name": f"某某{number}",
        "born": "1990-01-01",
        "address": f"黄浦区某路 {number} 号",
        "phone": "13900000000",
    }
    for number in range(10_000)
}
RECORD = """
WITH usable AS (
    SELECT id, fields FROM resources_grant WHERE consumer = %s AND provider = %s AND service = %s AND state = 'active'
        AND current_date BETWEEN valid_from AND until
), recorded AS (
    INSERT INTO bench_record SELECT uuidv7(), to_timestamp(%s), now(), %s, %s, %s, %s, %s, '', usable.id, %s, '', '', %s, %s, %s
    FROM usable
)
SELECT fields FROM usable
"""
SECRET = b"k" * 32
_own = threading.local()


def ours() -> Callable[..., Iterable[bytes]]:
    """Return the city's application; the register is added as any other."""
    application: Callable[..., Iterable[bytes]] = import_module("tongban.runtime.wsgi").application
    # Only now are the applications loaded.
    operations = import_module("tongban.datahub.exchange.operations")
    operations.add_register("bench-people", lambda asked: [PEOPLE[asked.parameters["number"]]])
    return application


def floor() -> Callable[..., Iterable[bytes]]:
    """Return the bare WSGI function."""
    import psycopg

    verify = verifier(
        os.environ["TONGBAN_BENCH_ALGORITHM"], base64.b64decode(os.environ["TONGBAN_BENCH_PUBLIC"])
    )

    def connection() -> psycopg.Connection[Any]:
        if not hasattr(_own, "connection"):
            _own.connection = psycopg.connect(
                os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=0
            )
        return _own.connection

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/":
            start("200 OK", [("Content-Length", "0")])
            return []
        client, id, said = (
            environ["HTTP_X_ROAD_CLIENT"],
            environ["HTTP_X_ROAD_ID"],
            environ["HTTP_SIGNATURE_INPUT"][4:],
        )
        value = base64.b64decode(environ["HTTP_SIGNATURE"][5:-1])
        text = (
            f'"@method": {environ["REQUEST_METHOD"]}\n"@authority": {environ["HTTP_HOST"]}\n'
            f'"@path": {environ["PATH_INFO"]}\n"@query": ?{environ["QUERY_STRING"]}\n"x-road-client": {client}\n'
            f'"x-road-id": {id}\n"x-road-issue": {environ["HTTP_X_ROAD_ISSUE"]}\n"@signature-params": {said}'
        ).encode()
        verify(value, text)
        created = int(said.split("created=")[1][:10])
        nonce = said.split('nonce="')[1].split('"')[0]
        number = parse_qs(environ["QUERY_STRING"])["number"][0]
        subject = hmac.digest(SECRET, number.encode(), "sha256")
        called = (client, "SH/GOV/gaj/people", "person")
        values = (*called, created, 1, nonce, *called, id, subject, text, value)
        found = connection().execute(RECORD, values).fetchone()
        assert found is not None
        row = PEOPLE[number]
        body = json.dumps({"rows": [{name: row[name] for name in found[0]}]}, ensure_ascii=False).encode()
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return answer


def verifier(algorithm: str, public: bytes) -> Callable[[bytes, bytes], object]:
    """Return what verifies a signature over a text by the bare library; it raises when it does not hold."""
    if algorithm == "ed25519":
        return ed25519.Ed25519PublicKey.from_public_bytes(public).verify
    if algorithm == "x-sm2-sm3":
        return sm2_verifier(public)
    point, how = (
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public),
        ec.ECDSA(hashes.SHA256()),
    )

    def verify(value: bytes, text: bytes) -> None:
        r, s = int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big")
        point.verify(encode_dss_signature(r, s), text, how)

    return verify


def sm2_verifier(public: bytes) -> Callable[[bytes, bytes], object]:
    """Return what verifies by the faster library that this machine has, as ours does; all but the data is hashed once."""
    from gmssl_pyx import sm3_hash

    from tongban.foundation.http_signatures import sm2

    is_good, signer = sm2.verifier(), sm2.signer(public)

    def verify(value: bytes, text: bytes) -> None:
        if not is_good(public, sm3_hash(signer + text), value):
            raise ValueError("the signature does not hold")

    return verify


application = ours() if os.environ.get("TONGBAN_BENCH_SERVES") == "ours" else floor()
