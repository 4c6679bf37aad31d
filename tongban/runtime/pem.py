"""Reading keys and certificates from PEM files, as the command line is given them."""

from __future__ import annotations

import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from tongban.kernel.errors import N_, Invalid


def read_public_key(file: Path) -> tuple[str, bytes]:
    """Return algorithm and bytes of a public key in PEM; raise Invalid when it is none of ours."""
    try:
        key = load_pem_public_key(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
    except (OSError, ValueError):
        key = None  # type: ignore[assignment]
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "ed25519", key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return "ecdsa-p256-sha256", key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    raise Invalid("not-a-public-key", N_("文件 {file} 不是 Ed25519 或 P-256 公钥（PEM）。"), file=file)


def read_certificate(file: Path) -> bytes:
    """Return a certificate (DER) from PEM; raise Invalid when it is none."""
    try:
        return load_pem_x509_certificate(file.read_bytes()).public_bytes(Encoding.DER)
    except (OSError, ValueError):
        raise Invalid("not-a-certificate", N_("文件 {file} 不是 X.509 证书（PEM）。"), file=file) from None
