"""A passkey without a device: makes a credential and answers challenges as an authenticator does (WebAuthn 2)."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def data(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else urlsafe_b64decode(value + "=" * (-len(value) % 4))


class Passkey:
    """One key pair, for one site; ``verifies`` is whether its owner showed a finger."""

    def __init__(self, origin: str = "https://testserver", *, verifies: bool = True) -> None:
        self.origin, self.site = origin, origin.partition("://")[2].partition(":")[0]
        self.flags = PRESENT | (VERIFIED if verifies else 0)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.handle = b""
        self.count = 0

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer ``navigator.credentials.create``."""
        asked = options["publicKey"]
        self.handle = data(asked["user"]["id"])
        client = self._client("webauthn.create", asked["challenge"])
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": self._authenticator(new=True)})
        return self._answer({"clientDataJSON": text(client), "attestationObject": text(attestation)})

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer ``navigator.credentials.get``."""
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        known = self._authenticator(new=False)
        signed = self.key.sign(known + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": text(client),
                "authenticatorData": text(known),
                "signature": text(signed),
                "userHandle": text(self.handle),
            }
        )

    def _client(self, kind: str, challenge: str | bytes) -> bytes:
        asked = {
            "type": kind,
            "challenge": text(data(challenge)),
            "origin": self.origin,
            "crossOrigin": False,
        }
        return json.dumps(asked).encode()

    def _authenticator(self, *, new: bool) -> bytes:
        self.count += 1
        head = hashlib.sha256(self.site.encode()).digest()
        head += struct.pack(">BI", self.flags | (WITH_KEY if new else 0), self.count)
        if not new:
            return head
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return head + bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor.encode(public)

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        return {
            "id": text(self.id),
            "rawId": text(self.id),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {"credProps": {"rk": True}},
        }
