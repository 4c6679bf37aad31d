"""The requests that receivers get: the question whether they want to be told, and deliveries; signed by the node."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings

from tongban import __version__
from tongban.datahub.subscriptions.rules.addresses import Target
from tongban.datahub.subscriptions.types import Batch
from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.http_signatures import queries as signatures_read
from tongban.foundation.http_signatures.types import Message
from tongban.foundation.trust import operations as trust

COVERED = ("@method", "@authority", "@path", "@query")
RATE = 6_000
"""Deliveries a minute that we may wish to make; a receiver may allow fewer."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key under its id."""

    id: str
    algorithm: str
    private: signatures.PrivateKey = field(repr=False)


def signer() -> Signer:
    """Return what the node signs with now."""
    key = trust.node_key()
    return Signer(signatures_read.key_id(key.public), key.algorithm, key.private)


def origin() -> str:
    """Return the name under which the node asks to be let in: that of its address."""
    return urlsplit(settings.SITE_ADDRESS).hostname or "localhost"


def asking(target: Target, by: Signer, at: dt.datetime) -> dict[str, str]:
    """Return the headers of the question whether an address wants to be told (CloudEvents webhook 4.1)."""
    said = {"webhook-request-origin": origin(), "webhook-request-rate": str(RATE)}
    return _signed(target, "OPTIONS", said, b"", by, at)


def telling(target: Target, batch: Batch, by: Signer, at: dt.datetime) -> dict[str, str]:
    """Return the headers of a delivery."""
    said = {
        "content-type": batch.content_type,
        "x-tongban-subscription": str(batch.subscription.id),
    }
    return _signed(target, "POST", said, batch.body, by, at)


def trying(
    target: Target, content_type: str, subscription: uuid.UUID, body: bytes, by: Signer, at: dt.datetime
) -> dict[str, str]:
    """Return the headers of a delivery of test events: like a real one, and it says that it is none."""
    said = {
        "content-type": content_type,
        "x-tongban-subscription": str(subscription),
        "x-tongban-test": "yes",
    }
    return _signed(target, "POST", said, body, by, at)


def _signed(
    target: Target, method: str, said: dict[str, str], body: bytes, by: Signer, at: dt.datetime
) -> dict[str, str]:
    added = signatures.signed_headers(
        message_to(target, method, said),
        body,
        components=(*COVERED, *said),
        key=by.id,
        private=by.private,
        created=int(at.timestamp()),
        nonce=uuid.uuid4().hex,
        algorithm=by.algorithm,
    )
    return {**said, **added, "user-agent": f"tongban/{__version__}", "accept": "*/*"}


def message_to(target: Target, method: str, headers: Mapping[str, str]) -> Message:
    """Return a request to an address as it is signed."""
    return Message(
        headers,
        method=method,
        scheme=target.scheme,
        authority=target.authority,
        path=target.path,
        query=target.query,
    )
