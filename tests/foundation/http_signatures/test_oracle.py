"""Another implementation agrees: what it signs holds here, what we sign holds there.

``http-message-signatures`` reads whole request objects of client libraries and takes, on top of the arithmetic, about ten times as long
as the gateway; so it is the oracle, not the part.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import http_message_signatures as oracle
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from tongban.foundation.http_signatures import fields, operations, queries
from tongban.foundation.http_signatures.types import ECDSA_P256, ED25519, Key, Message, Policy

LAX = Policy(covered=(), needs_nonce=False)
PRIVATE = {ED25519: ed25519.Ed25519PrivateKey.generate(), ECDSA_P256: ec.generate_private_key(ec.SECP256R1())}
THEIRS = {ED25519: oracle.algorithms.ED25519, ECDSA_P256: oracle.algorithms.ECDSA_P256_SHA256}
NAMES = ("@method", "@authority", "@path", "@query", "@target-uri", "x-road-client", "x-road-id")
words = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=20)


def now() -> int:
    """Return the moment: the oracle takes its own, and these tests may begin long after they were read."""
    return int(dt.datetime.now(dt.UTC).timestamp())


@dataclass
class Request:
    """What the oracle wants: a method, an address, headers."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)


class Resolver(oracle.HTTPSignatureKeyResolver):
    def resolve_private_key(self, key_id: str) -> object:
        return PRIVATE[key_id]

    def resolve_public_key(self, key_id: str) -> object:
        return PRIVATE[key_id].public_key()


def message_of(request: Request) -> Message:
    where, _, rest = request.url.removeprefix("https://").partition("/")
    path, _, query = f"/{rest}".partition("?")
    return Message(
        {name.lower(): value for name, value in request.headers.items()},
        method=request.method,
        authority=where,
        path=path,
        query=query,
    )


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", THEIRS)
@given(part=words, value=words, covered=st.sets(st.sampled_from(NAMES), min_size=1))
def test_what_the_oracle_signs_holds_here(algorithm: str, part: str, value: str, covered: set[str]) -> None:
    url = f"https://city.example/r1/{quote(part, safe='')}?q={quote(value, safe='')}"
    request = Request("GET", url, {"X-Road-Client": value, "X-Road-Id": part})
    signer = oracle.HTTPMessageSigner(signature_algorithm=THEIRS[algorithm], key_resolver=Resolver())
    signer.sign(request, key_id=algorithm, covered_component_ids=sorted(covered), nonce="n" * 12, label="sig")
    keys = {algorithm: Key(algorithm, algorithm, operations.public_bytes(PRIVATE[algorithm]))}
    signed, _ = queries.verified(message_of(request), b"", find_key=keys.get, policy=LAX, moment=now() + 5)
    assert {name[1:-1] for name in signed.components} == covered


@pytest.mark.parametrize("algorithm", THEIRS)
@given(part=words, value=words, covered=st.sets(st.sampled_from(NAMES), min_size=1))
def test_what_we_sign_holds_there(algorithm: str, part: str, value: str, covered: set[str]) -> None:
    url = f"https://city.example/r1/{quote(part, safe='')}?q={quote(value, safe='')}"
    request = Request("POST", url, {"X-Road-Client": value, "X-Road-Id": part})
    made = operations.signed_headers(
        message_of(request),
        components=sorted(covered),
        key=algorithm,
        private=PRIVATE[algorithm],
        created=now(),
        nonce="n" * 12,
    )
    request.headers |= {"Signature-Input": made["signature-input"], "Signature": made["signature"]}
    verifier = oracle.HTTPMessageVerifier(signature_algorithm=THEIRS[algorithm], key_resolver=Resolver())
    assert [result.label for result in verifier.verify(request)] == ["sig"]


@pytest.mark.parametrize(
    "said",
    [
        'sig=( "@method"   "@path" ); created=7;  keyid="k"',
        ' sig=("@method" "@path");created=07;keyid="k" ',
        'sig=("@method" "@path");created=7;keyid="k";flag',
        'sig=("@method" "@path");created=7;keyid="a\\"b"',
    ],
)
def test_unusual_forms_are_read_to_their_canonical_form(said: str) -> None:
    signed = fields.read({"signature-input": said, "signature": "sig=:AAAA:"})
    assert signed.components == ('"@method"', '"@path"')
    assert signed.created == 7
    assert signed.parameters.startswith('("@method" "@path");created=7;keyid=')
    again = fields.read({"signature-input": f"sig={signed.parameters}", "signature": "sig=:AAAA:"})
    assert again == replace(signed)
