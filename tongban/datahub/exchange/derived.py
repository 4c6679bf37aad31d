"""Keys that this node itself keeps for departments without programmers of their own, one a year.

Derived from a secret of this node, such a key stands nowhere and is the same in every process. Only what the node does by
rule is signed with it, so that who has asked is certain by the key, whatever a caller says of itself.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.trust import queries as trust
from tongban.kernel.clock import SHANGHAI

PURPOSE = "exchange.own-key"
DAY_BEFORE = dt.timedelta(days=1)
"""The next year's key is registered so long before it is used, so that other nodes have heard of it."""


def private_of(subsystem: str, at: dt.datetime) -> Ed25519PrivateKey:
    """Return the key that a subsystem's calls by rule are signed with at a moment."""
    day = at - DAY_BEFORE
    return _derived(trust.keyed_digest(PURPOSE, f"{subsystem}/{day.astimezone(SHANGHAI).year}".encode()))


def id_of(private: Ed25519PrivateKey) -> str:
    """Return by which the public part is registered."""
    return signatures.key_id(private.public_key().public_bytes_raw())


@lru_cache(maxsize=1000)
def _derived(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
