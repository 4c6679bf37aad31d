"""Trying an address out: whether it wants to be told, then a delivery of test events, both shown as they were signed.

Signed with a key of the sandbox, so that no receiver of real changes believes it, whoever names its address here.
"""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from tongban.datahub.subscriptions.errors import TooManyTries
from tongban.datahub.subscriptions.rules import addresses, pausing
from tongban.datahub.subscriptions.sending import requests
from tongban.datahub.subscriptions.sending.line import Line
from tongban.datahub.subscriptions.sending.requests import Signer
from tongban.datahub.subscriptions.types import Reply, Sent, Tried
from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.http_signatures import queries as signatures_read
from tongban.foundation.http_signatures.types import ECDSA_P256, Key
from tongban.foundation.trust import queries as trust

PURPOSE = "subscriptions.test-key"
NODE = b"this-node"
SECONDS = 5.0
"""How long an address may take here: the programmer is waiting, and holds a thread of the server."""
UNTOLD = "untold"
"""What is said of an address in a network of somebody's own that has not agreed: not what answers there, nor whether."""
TRYING = threading.BoundedSemaphore(1)
ORDER = int("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)
"""Of P-256 (SEC 2, 2.4.2): a private key is a number below it."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Test events as they are to be sent, and the number that stands for a subscription."""

    content_type: str
    body: bytes
    count: int
    subscription: uuid.UUID


def signer() -> Signer:
    """Return what the sandbox signs with: derived from a secret of this node, so that it is the same in all processes."""
    secret = int(trust.keyed_digest(PURPOSE, NODE), 16)
    private = ec.derive_private_key(secret % (ORDER - 1) + 1, ec.SECP256R1())
    return Signer(signatures_read.key_id(signatures.public_bytes(private)), ECDSA_P256, private)


def test_key() -> Key:
    """Return the public key by which deliveries of the sandbox are verified."""
    by = signer()
    return Key(by.id, by.algorithm, signatures.public_bytes(by.private))


def try_address(address: str, parcel: Parcel, at: dt.datetime) -> Tried:
    """Ask an address whether it wants to be told, tell it test events if it does, and return both.

    Raises BadAddress, or TooManyTries when others are trying just now.
    """
    addresses.check_address(address, settings.WEBHOOK_NETWORKS)
    addresses.check_port(addresses.target_of(address), settings.WEBHOOK_PORTS)
    if not TRYING.acquire(blocking=False):
        raise TooManyTries
    try:
        return _tried(Line(addresses.target_of(address), settings.WEBHOOK_NETWORKS), address, parcel, at)
    finally:
        TRYING.release()


def _tried(line: Line, address: str, parcel: Parcel, at: dt.datetime) -> Tried:
    by, target = signer(), line.target
    try:
        asked = _send(line, "OPTIONS", requests.asking(target, by, at), b"")
        is_wanted = pausing.is_taken(asked.reply) and _lets_in(asked.reply)
        if not is_wanted and not line.is_public:
            asked = replace(asked, reply=Reply(0, 0.0, problem=UNTOLD))
        told = None
        if is_wanted and parcel.count:
            headers = requests.trying(target, parcel.content_type, parcel.subscription, parcel.body, by, at)
            told = _send(line, "POST", headers, parcel.body)
    finally:
        line.close()
    return Tried(
        address, requests.origin(), is_wanted, asked, told, pausing.is_taken(told.reply) if told else False
    )


def _lets_in(reply: Reply) -> bool:
    return reply.allowed_origin.lower() in ("*", requests.origin().lower())


def _send(line: Line, method: str, headers: Mapping[str, str], body: bytes) -> Sent:
    watch = threading.Timer(SECONDS, line.cut)
    watch.start()
    try:
        reply = line.send(method, headers, body)
    finally:
        watch.cancel()
    base = signatures_read.base_of(requests.message_to(line.target, method, headers))
    return Sent(method, dict(headers), base.decode(), body.decode(), reply)
