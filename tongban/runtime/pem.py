"""Reading keys, certificates and what else the command line is given in files."""

from __future__ import annotations

import sys
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate

from tongban.kernel.errors import N_, Invalid


def read_public_key(file: Path) -> tuple[str, bytes]:
    """Return algorithm and bytes of a public key in PEM or JWK; raise KeyIsPrivate, or Invalid where there is none of ours."""
    from tongban.datahub.exchange import queries
    from tongban.datahub.exchange.errors import NotAKey

    try:
        text = sys.stdin.read() if str(file) == "-" else content_of(file).decode()
        pasted = queries.read_pasted(text)
    except (ValueError, NotAKey):
        pasted = None
    if pasted is None or pasted.is_certificate:
        sentence = N_("文件 {file} 不是 Ed25519、P-256 或 SM2 公钥（PEM 或 JWK）。")
        raise Invalid("not-a-public-key", sentence, file=file)
    return pasted.algorithm, pasted.public


def read_certificate(file: Path) -> bytes:
    """Return a certificate (DER) from PEM; raise Invalid where there is none."""
    content = content_of(file)
    try:
        return load_pem_x509_certificate(content).public_bytes(Encoding.DER)
    except ValueError:
        raise Invalid("not-a-certificate", N_("文件 {file} 不是 X.509 证书（PEM）。"), file=file) from None


def content_of(file: Path) -> bytes:
    """Return what is in a file; raise Invalid where it is not there or can not be read."""
    try:
        return file.read_bytes()
    except OSError:
        raise Invalid("file-not-read", N_("无法读取文件 {file}。"), file=file) from None
