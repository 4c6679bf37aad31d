"""The key that this node signs with, for whoever checks its answers and its webhooks: a JSON Web Key Set (RFC 7517).

The address is the one that the working group's draft for message signatures proposes. It is told without a signature,
so a careful reader compares it once with ``tongban exchange node-key`` as the operator reads it out.
"""

from __future__ import annotations

import base64
import json

from tongban.datahub.exchange import operations
from tongban.datahub.exchange.types import Answer

ADDRESS = "/.well-known/http-message-signatures-directory"
KIND = "application/http-message-signatures-directory+json"
HALF = 32


def key_set() -> Answer:
    """Return the keys with which answers of this node are verified."""
    key = operations.node_key()
    point = key.public[1:]
    document = {
        "keys": [
            {
                "kty": "EC",
                "crv": "P-256",
                "x": _text(point[:HALF]),
                "y": _text(point[HALF:]),
                "kid": key.id,
                "use": "sig",
                "alg": key.algorithm,
                "x5c": [base64.b64encode(key.certificate).decode()],
            }
        ]
    }
    headers = (("Content-Type", KIND), ("Cache-Control", "public, max-age=3600"))
    return Answer(200, headers, json.dumps(document).encode())


def _text(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")
