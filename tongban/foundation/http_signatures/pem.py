"""Public keys in PEM, as openssl writes them (RFC 5480, RFC 8410; of SM2, GB/T 35276)."""

from __future__ import annotations

import base64

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from tongban.foundation.http_signatures.types import ECDSA_P256, ED25519, SM2

BEGIN, END = "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"
OF_SM2 = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
"""What stands before the point of a key on SM2's curve, which is not among the curves of our library."""


def read_pem(pem: str) -> tuple[str, bytes]:
    """Return algorithm and bytes of a public key in PEM; raise ValueError when it is none of ours."""
    try:
        key = load_pem_public_key(pem.encode())
    except UnsupportedAlgorithm:
        return SM2, _of_sm2(pem)
    if isinstance(key, ed25519.Ed25519PublicKey):
        return ED25519, key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return ECDSA_P256, key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    raise ValueError("of another algorithm")


def write_pem(algorithm: str, public: bytes) -> str:
    """Return a public key on P-256 or SM2 in PEM, as ``read_pem`` reads it."""
    if algorithm != SM2:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
        return point.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    text = base64.b64encode(OF_SM2 + public).decode()
    return "\n".join([BEGIN, *(text[place : place + 64] for place in range(0, len(text), 64)), END, ""])


def _of_sm2(pem: str) -> bytes:
    der = base64.b64decode("".join(pem.partition(BEGIN)[2].partition(END)[0].split()), validate=True)
    if not der.startswith(OF_SM2):
        raise ValueError("of another algorithm")
    return der.removeprefix(OF_SM2)
