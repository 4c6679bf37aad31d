"""The node's own key: what it signs of the messages that it sends to other systems (RFC 9421)."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec

from tongban.foundation.trust.certificates import authority
from tongban.foundation.trust.certificates.issuing import point_of
from tongban.foundation.trust.suites import suite_named
from tongban.foundation.trust.suites.international import loaded
from tongban.foundation.trust.types import INTERNATIONAL

ALGORITHM = "ecdsa-p256-sha256"
"""As RFC 9421 names it: what every receiver's library knows."""


@dataclass(frozen=True, slots=True)
class NodeKey:
    """The key that the node signs with now: ``public`` is the uncompressed point, ``certificate`` X.509, DER."""

    algorithm: str
    public: bytes
    certificate: bytes
    private: ec.EllipticCurvePrivateKey = field(repr=False)


def node_key() -> NodeKey:
    """Return the node's key; make it the first time."""
    official = authority.official("node", suite_named(INTERNATIONAL))
    return NodeKey(ALGORITHM, point_of(official.certificate), official.der, loaded(official.private))
