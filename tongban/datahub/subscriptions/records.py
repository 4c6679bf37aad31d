"""Rows as others see them, and contents as they are kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from tongban.datahub.exchange import queries as exchange
from tongban.datahub.subscriptions import models, naming
from tongban.datahub.subscriptions.errors import FeedUnknown
from tongban.datahub.subscriptions.types import (
    Change,
    Delivery,
    Feed,
    File,
    FileState,
    Kind,
    Placed,
    State,
    Subscription,
)
from tongban.foundation.trust import queries as trust

CONTENT = "subscriptions.content"
ROW = "subscriptions.row"
ADDRESS = "subscriptions.address"
ROW_BYTES = 16


def feed(row: models.FeedRow) -> Feed:
    """Return a feed as a record."""
    return Feed(
        id=row.pk,
        provider=row.provider_id,
        code=row.code,
        name=row.name,
        resource=row.resource,
        fields=tuple(row.fields),
        keys=tuple(row.keys),
        subject=row.subject,
        kept_days=row.kept_days,
        position=row.position,
        placed_at=row.placed_at,
        personal=tuple(row.personal),
        names_nobody=row.names_nobody,
    )


def feed_row(provider: str, code: str) -> models.FeedRow:
    """Return a feed's row; raise FeedUnknown."""
    found = models.FeedRow.objects.filter(provider_id=provider, code=code).first()
    if found is None:
        raise FeedUnknown(f"{provider}/{code}")
    return found


def subscription(row: models.SubscriptionRow) -> Subscription:
    """Return a subscription as a record; its feed is read with it."""
    return Subscription(
        id=row.id,
        feed=feed(row.feed),
        grant=row.grant,
        consumer=row.consumer_id,
        address=row.address,
        batch=row.batch,
        state=State(row.state),
        position=row.position,
        placed_at=row.placed_at,
        epoch=row.epoch,
        failures=row.failures,
        failing_since=row.failing_since,
        next_at=row.next_at,
        per_minute=row.per_minute,
        created_at=row.created_at,
        taken_at=row.taken_at,
        why=row.why,
        again=row.again,
    )


def delivery(row: Sequence[Any]) -> Delivery:
    """Return an attempt as a record."""
    id, at, first, last, count, status, micros, problem = row
    return Delivery(id, at, first, last, count, status, (micros or 0) / 1e6, problem)


def file(row: models.FileRow) -> File:
    """Return a file as a record; its feed is read with it."""
    return File(
        id=row.id,
        feed=feed(row.feed),
        name=row.name,
        media=row.media,
        size=row.size,
        sha256=bytes(row.sha256),
        received=row.received,
        state=FileState(row.state),
        begun_at=row.begun_at,
        ready_at=row.ready_at,
    )


def placed(row: Sequence[Any]) -> Placed:
    """Return a placed change, its content decrypted."""
    position, placed_at, happened_at, kind, of_row, content = row
    fields: Mapping[str, object] = json.loads(trust.decrypt(CONTENT, content))
    return Placed(position, placed_at, happened_at, Kind(kind), bytes(of_row), fields)


def row_digest(text: str) -> bytes:
    """Return by what the changes of one row are known as such, and by nobody without the key which row it is."""
    return bytes.fromhex(trust.keyed_digest(ROW, text.encode()))[:ROW_BYTES]


def address_digest(address: str) -> str:
    """Return what the ledger says of an address, which may hold what only the receiver should know."""
    return trust.keyed_digest(ADDRESS, address.encode())


def subject_digest(identifier: str) -> bytes | None:
    """Return by what a person finds what was told about them: the digest that calls are recorded with."""
    return exchange.digest_of(identifier) if identifier else None


def named_digests(feed: Feed, change: Change) -> list[tuple[str, str]]:
    """Return who else is named in a change: by which field, and the digest of the number in it, hexadecimal."""
    named = naming.named_in(feed, change)
    return sorted((field, exchange.digest_of(number).hex()) for field, number in named)


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 of data."""
    return hashlib.sha256(data).digest()
