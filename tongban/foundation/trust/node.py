"""The node's own keys: what it signs of the messages that it sends to other systems (RFC 9421).

That of the international suite is for everybody; that of the national one, SM2, for whoever asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec

from tongban.foundation.trust.certificates import authority
from tongban.foundation.trust.certificates.issuing import point_of
from tongban.foundation.trust.suites import suite_named
from tongban.foundation.trust.suites.international import loaded
from tongban.foundation.trust.types import INTERNATIONAL, NATIONAL

ALGORITHMS = {INTERNATIONAL: "ecdsa-p256-sha256", NATIONAL: "x-sm2-sm3"}
"""As RFC 9421 names the one, what every receiver's library knows; the other has no registered name."""


@dataclass(frozen=True, slots=True)
class NodeKey:
    """The key that the node signs with now: ``public`` is the uncompressed point, ``certificate`` X.509, DER."""

    algorithm: str
    public: bytes
    certificate: bytes
    private: ec.EllipticCurvePrivateKey | bytes = field(repr=False)


def node_key(suite: str = INTERNATIONAL) -> NodeKey:
    """Return the node's key of a suite; make it the first time. An SM2 key is the 32 bytes of the scalar and the point."""
    official = authority.official("node", suite_named(suite))
    private = loaded(official.private) if suite == INTERNATIONAL else official.private
    return NodeKey(ALGORITHMS[suite], point_of(official.certificate), official.der, private)
