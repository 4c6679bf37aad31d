"""The requests that receivers get: the question whether they want to be told, and deliveries; signed by the node."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
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
    """The node's key under its id."""

    id: str
    key: trust.NodeKey


def signer() -> Signer:
    """Return what the node signs with now."""
    key = trust.node_key()
    return Signer(signatures_read.key_id(key.public), key)


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


def _signed(
    target: Target, method: str, said: dict[str, str], body: bytes, by: Signer, at: dt.datetime
) -> dict[str, str]:
    message = Message(
        said,
        method=method,
        scheme=target.scheme,
        authority=target.authority,
        path=target.path,
        query=target.query,
    )
    added = signatures.signed_headers(
        message,
        body,
        components=(*COVERED, *said),
        key=by.id,
        private=by.key.private,
        created=int(at.timestamp()),
        nonce=uuid.uuid4().hex,
        algorithm=by.key.algorithm,
    )
    return {**said, **added, "user-agent": f"tongban/{__version__}", "accept": "*/*"}
