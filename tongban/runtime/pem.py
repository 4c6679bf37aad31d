"""Reading keys and certificates from files, as the command line is given them."""

from __future__ import annotations

import sys
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate

from tongban.kernel.errors import N_, Invalid


def read_public_key(file: Path) -> tuple[str, bytes]:
    """Return algorithm and bytes of a public key in PEM or JWK; raise KeyIsPrivate, or Invalid when it is none of ours."""
    from tongban.datahub.exchange import queries
    from tongban.datahub.exchange.errors import NotAKey

    try:
        pasted = queries.read_pasted(sys.stdin.read() if str(file) == "-" else file.read_text("utf-8"))
    except (OSError, ValueError, NotAKey):
        pasted = None
    if pasted is None or pasted.is_certificate:
        sentence = N_("文件 {file} 不是 Ed25519、P-256 或 SM2 公钥（PEM 或 JWK）。")
        raise Invalid("not-a-public-key", sentence, file=file)
    return pasted.algorithm, pasted.public


def read_certificate(file: Path) -> bytes:
    """Return a certificate (DER) from PEM; raise Invalid when it is none."""
    try:
        return load_pem_x509_certificate(file.read_bytes()).public_bytes(Encoding.DER)
    except (OSError, ValueError):
        raise Invalid("not-a-certificate", N_("文件 {file} 不是 X.509 证书（PEM）。"), file=file) from None
