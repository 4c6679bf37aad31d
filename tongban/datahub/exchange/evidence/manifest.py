"""The list of what is in the container with its digests: what the seal is over (ETSI EN 319 162-1, Annex A). Pure."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from xml.sax.saxutils import quoteattr, unescape

MANIFEST, SEAL = "META-INF/ASiCManifest.xml", "META-INF/signature.p7s"
MIMETYPE = "mimetype"
ASIC_E = b"application/vnd.etsi.asic-e+zip"
KINDS = {".json": "application/json", ".txt": "text/plain", ".pem": "application/x-pem-file",
         ".tsr": "application/vnd.etsi.timestamp-token", ".der": "application/pkix-cert"}  # fmt: skip
OTHER = "application/octet-stream"
OPENING = """<?xml version="1.0" encoding="UTF-8"?>
<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
  <asic:SigReference URI="META-INF/signature.p7s" MimeType="application/pkcs7-signature"/>
"""
REFERENCE = """  <asic:DataObjectReference URI={name} MimeType={kind}>
    <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
    <ds:DigestValue>{digest}</ds:DigestValue>
  </asic:DataObjectReference>
"""
NAMED = re.compile(r'<asic:DataObjectReference URI="([^"]*)"')
CLOSING = "</asic:ASiCManifest>\n"


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of files; the same files have the same manifest, to the byte."""
    said = [_reference(name, data) for name, data in files.items() if name not in (MIMETYPE, MANIFEST, SEAL)]
    return (OPENING + "".join(said) + CLOSING).encode()


def first_other(files: Mapping[str, bytes]) -> str:
    """Return the first file that is not as the manifest among them says, or is not there; empty when all are as it says."""
    said = files.get(MANIFEST, b"").decode("utf-8", "replace")
    for name, data in files.items():
        if name not in (MIMETYPE, MANIFEST, SEAL) and _reference(name, data) not in said:
            return name
    names = (unescape(name, {"&quot;": '"'}) for name in NAMED.findall(said))
    return next((name for name in names if name not in files), "")


def _reference(name: str, data: bytes) -> str:
    kind = KINDS.get(name[name.rfind(".") :], OTHER)
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    return REFERENCE.format(name=quoteattr(name), kind=quoteattr(kind), digest=digest)
