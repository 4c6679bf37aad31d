"""Keys as programmers have them: PEM files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tongban.foundation.http_signatures import operations, queries
from tongban.foundation.http_signatures.types import ECDSA_P256, ED25519, SM2, Key


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A subsystem's own key; ``id`` is the one that the node gave it, by default the digest of its public half."""

    id: str
    algorithm: str
    private: operations.PrivateKey = field(repr=False)

    @classmethod
    def read(cls, pem: Path | bytes, *, password: bytes | None = None, id: str = "") -> SigningKey:
        """Return the key of a PEM file; raise ValueError unless it is Ed25519 or P-256."""
        text = pem if isinstance(pem, bytes) else Path(pem).read_bytes()
        return cls.of(load_pem_private_key(text, password), id=id)

    @classmethod
    def of(cls, private: object, *, id: str = "") -> SigningKey:
        """Return a key from an object of ``cryptography``, or from the 96 bytes of scalar and point for SM2."""
        if isinstance(private, ed25519.Ed25519PrivateKey):
            algorithm = ED25519
        elif isinstance(private, ec.EllipticCurvePrivateKey) and isinstance(private.curve, ec.SECP256R1):
            algorithm = ECDSA_P256
        elif isinstance(private, bytes) and len(private) == 96:
            algorithm = SM2
        else:
            raise ValueError("the key has to be Ed25519, ECDSA on P-256, or SM2")
        return cls(id or queries.key_id(operations.public_bytes(private)), algorithm, private)


@dataclass(frozen=True, slots=True)
class NodeKey:
    """The public key that a node signs its answers with; ask its operator for it, not the network."""

    key: Key

    @classmethod
    def read(cls, pem: Path | bytes) -> NodeKey:
        """Return the key of a PEM file; raise ValueError unless it is Ed25519, P-256 or SM2."""
        text = pem if isinstance(pem, bytes) else Path(pem).read_bytes()
        return cls.of(*queries.read_pem(text.decode("ascii")))

    @classmethod
    def of(cls, algorithm: str, public: bytes) -> NodeKey:
        """Return a key from its bytes, as ``foundation.http_signatures`` has them."""
        return cls(Key(queries.key_id(public), algorithm, public))
