"""The key that this node signs with, for whoever checks its answers and its webhooks: a JSON Web Key Set (RFC 7517).

The address is the one that the working group's draft for message signatures proposes. It is told without a signature,
so a careful reader compares it once with ``tongban exchange node-key`` as the operator reads it out.
"""

from __future__ import annotations

import base64
import json

from tongban.datahub.exchange import operations
from tongban.datahub.exchange.types import Answer, NodeKey

ADDRESS = "/.well-known/http-message-signatures-directory"
KIND = "application/http-message-signatures-directory+json"
HALF = 32


def key_set() -> Answer:
    """Return the keys with which answers of this node are verified: one of each suite."""
    document = {
        "keys": [
            _told(operations.node_key(), "P-256"),
            # RFC 7518 knows no SM2: whoever does not know the curve leaves out this key (RFC 7517 5).
            _told(operations.node_key(is_national=True), "SM2"),
        ]
    }
    headers = (("Content-Type", KIND), ("Cache-Control", "public, max-age=3600"))
    return Answer(200, headers, json.dumps(document).encode())


def _told(key: NodeKey, curve: str) -> dict[str, object]:
    point = key.public[1:]
    return {
        "kty": "EC",
        "crv": curve,
        "x": _text(point[:HALF]),
        "y": _text(point[HALF:]),
        "kid": key.id,
        "use": "sig",
        "alg": key.algorithm,
        "x5c": [base64.b64encode(key.certificate).decode()],
    }


def _text(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")
