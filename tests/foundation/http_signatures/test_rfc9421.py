"""Every test case of RFC 9421's Appendix B: the base is theirs, letter by letter, and their signatures hold."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from tests.foundation.http_signatures import vectors
from tongban.foundation.http_signatures import algorithms, fields, operations, queries
from tongban.foundation.http_signatures.errors import SignatureWrong
from tongban.foundation.http_signatures.lines import signature_base
from tongban.foundation.http_signatures.types import ECDSA_P256, ED25519, Key, Message, Policy, Signed, joined

LAX = Policy(covered=(), needs_nonce=False)


def public(spki: str) -> bytes:
    key = load_der_public_key(base64.b64decode(spki))
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


KEYS = {
    "test-key-ed25519": Key("test-key-ed25519", ED25519, public(vectors.ED25519_SPKI)),
    "test-key-ecc-p256": Key("test-key-ecc-p256", ECDSA_P256, public(vectors.P256_SPKI)),
}


@pytest.mark.parametrize("section", vectors.CASES)
def test_the_base_is_the_one_of_the_standard(section: str) -> None:
    message, _, said, value, lines = vectors.CASES[section]
    signed = fields.read({"signature-input": said, "signature": value})
    base = signature_base(message, signed.components, signed.parameters)
    assert base.decode() == "\n".join([*lines, f'"@signature-params": {said.partition("=")[2]}'])


@pytest.mark.parametrize("section", vectors.CASES)
def test_the_signature_of_the_standard_holds(section: str) -> None:
    message, algorithm, said, value, _ = vectors.CASES[section]
    signed = fields.read({"signature-input": said, "signature": value})
    base = signature_base(message, signed.components, signed.parameters)
    assert signed.created == vectors.MOMENT
    assert holds(algorithm, signed, base)
    assert not holds(algorithm, signed, base + b"x")


def holds(algorithm: str, signed: Signed, base: bytes) -> bool:
    """By our own code where we have the algorithm; of the other two only the base is ours to show."""
    if algorithm == "hmac-sha256":
        secret = base64.b64decode(vectors.SHARED_SECRET)
        return hmac.compare_digest(hmac.digest(secret, base, hashlib.sha256), signed.value)
    if algorithm == "rsa-pss-sha512":
        key = load_der_public_key(base64.b64decode(vectors.RSA_PSS_SPKI))
        assert isinstance(key, rsa.RSAPublicKey)
        try:
            key.verify(signed.value, base, padding.PSS(padding.MGF1(hashes.SHA512()), 64), hashes.SHA512())
        except Exception:
            return False
        return True
    return algorithms.verify(KEYS[str(signed.key)], base, signed.value)


def test_ed25519_signs_what_the_standard_has_signed() -> None:
    """The algorithm is deterministic: our signature is theirs."""
    private = ed25519.Ed25519PrivateKey.from_private_bytes(base64.b64decode(vectors.ED25519_SEED))
    made = operations.signed_headers(
        vectors.REQUEST,
        components=("date", "@method", "@path", "@authority", "content-type", "content-length"),
        key="test-key-ed25519",
        private=private,
        created=vectors.MOMENT,
        label="sig-b26",
    )
    _, _, said, value, _ = vectors.CASES["B.2.6"]
    assert made == {"signature-input": said, "signature": value}


@pytest.mark.parametrize("done", vectors.TRANSFORMED)
def test_what_may_happen_on_the_way(done: str) -> None:
    method, authority, query, headers, survives = vectors.TRANSFORMED[done]
    signature = {"signature-input": vectors.TRANSFORM_INPUT, "signature": vectors.TRANSFORM_VALUE}
    message = Message(
        {**joined(headers), **signature}, method=method, authority=authority, path="/demo", query=query
    )
    if survives:
        assert verified(message).label == "transform"
    else:
        with pytest.raises(SignatureWrong):
            verified(message)


def verified(message: Message, body: bytes = b"") -> Signed:
    return queries.verified(message, body, find_key=KEYS.get, policy=LAX, moment=vectors.MOMENT)[0]


def test_a_response_is_verified_with_its_body() -> None:
    message, _, said, value, _ = vectors.CASES["B.2.4"]
    message = replace(message, headers={**message.headers, "signature-input": said, "signature": value})
    assert verified(message, vectors.RESPONSE_BODY).key == "test-key-ecc-p256"


@pytest.mark.parametrize(
    ("port", "scheme", "said"),
    [
        ("", "https", "www.example.com"),
        (":443", "https", "www.example.com"),
        (":80", "http", "www.example.com"),
        (":8080", "http", "www.example.com:8080"),
    ],
)
def test_the_authority_is_normal(port: str, scheme: str, said: str) -> None:
    """RFC 9421 2.2.3: lower case, and no port that the scheme has anyway."""
    message = Message({}, authority=f"WWW.Example.com{port}", scheme=scheme)
    assert signature_base(message, ['"@authority"'], "()").startswith(f'"@authority": {said}\n'.encode())


@pytest.mark.parametrize(
    ("component", "said"),
    [
        ('"@target-uri"', "https://www.example.com/path?param=value"),
        ('"@request-target"', "/path?param=value"),
        ('"@scheme"', "https"),
        ('"@query"', "?param=value"),
        ('"@query-param";name="param"', "value"),
    ],
)
def test_parts_of_the_address(component: str, said: str) -> None:
    """RFC 9421 2.2.2 to 2.2.8."""
    message = Message({}, method="GET", authority="www.example.com", path="/path", query="param=value")
    base = signature_base(message, [component], "()").decode()
    assert base.splitlines()[0] == f"{component}: {said}"


def test_the_values_of_a_parameter_are_encoded_anew() -> None:
    """RFC 9421 2.2.8, the example with a line break and a plus sign."""
    query = (
        "var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something"
    )
    message = Message({}, query=query)
    names = ["var", "bar", "fa%C3%A7ade%22%3A%20"]
    components = [f'"@query-param";name="{name}"' for name in names]
    lines = signature_base(message, components, "()").decode().splitlines()
    assert lines[0].endswith(": this%20is%20a%20big%0Amultiline%20value")
    assert lines[1].endswith(": with%20plus%20whitespace")
    assert lines[2].endswith(": something")
