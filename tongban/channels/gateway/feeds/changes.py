"""Changes: pulled by consumers, published by their provider; the schema of what is in them."""

from __future__ import annotations

import threading
import time

from tongban.channels.gateway.feeds.requests import Asked, Given
from tongban.datahub.exchange.queries import is_trial, real
from tongban.datahub.resources import queries as resources
from tongban.datahub.resources.types import FieldType
from tongban.datahub.subscriptions import operations, queries
from tongban.datahub.subscriptions.types import Feed

BATCH = "application/cloudevents-batch+json; charset=utf-8"
LIMIT = 100
MOST_WAIT = 20
LOOK_SECONDS = 0.05
WAITING = threading.BoundedSemaphore(1)
"""Who waits holds a thread of the server, of which a process has six."""
TYPES: dict[FieldType, dict[str, object]] = {
    FieldType.NUMBER: {"type": ["number", "string", "null"]},
    FieldType.BOOLEAN: {"type": ["boolean", "null"]},
    FieldType.DATE: {"type": ["string", "null"], "format": "date"},
    FieldType.DATETIME: {"type": ["string", "null"], "format": "date-time"},
}


def pull(asked: Asked) -> Given:
    """Answer with the changes after a position, at once or when one has come within ``wait`` seconds."""
    place = asked.place
    after, limit, wait = asked.number("after", 0), asked.number("limit", LIMIT), asked.number("wait", 0)
    if wait:
        operations.check_pull(
            provider=place.provider, feed=place.feed, signer=asked.by, by=asked.actor, at=asked.at
        )
    has_waited = _wait(place.provider, place.feed, after, min(wait, MOST_WAIT))
    found = operations.pull(
        provider=place.provider, feed=place.feed, after=after, limit=limit, signer=asked.by, by=asked.actor, at=asked.at
    )  # fmt: skip
    # Too many wait already: come back in a moment.
    later = () if has_waited or found.count else (("Retry-After", "1"),)
    return Given.of(200, found.body, BATCH, ("X-Tongban-Position", str(found.position)), *later)


def _wait(provider: str, feed: str, after: int, seconds: int) -> bool:
    """Return True when there is something, or the time is over; False when nobody may wait now."""
    if not seconds or queries.position_of(provider, feed) > after:
        return True
    if not WAITING.acquire(blocking=False):
        return False
    try:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and queries.position_of(provider, feed) <= after:
            time.sleep(LOOK_SECONDS)
    finally:
        WAITING.release()
    return True


def publish(asked: Asked) -> Given:
    """Publish the changes of the body."""
    place = asked.place
    done = operations.publish_called(
        provider=place.provider,
        feed=place.feed,
        body=asked.body,
        signer=asked.by,
        by=asked.actor,
        at=asked.at,
    )
    return Given.json(200, {"taken": done.taken, "known": done.known})


def schema(asked: Asked) -> Given:
    """Answer with the JSON Schema of an event's data; a consumer gets the fields that it was granted."""
    provider = asked.place.provider
    feed = queries.get_feed(real(provider) if is_trial(provider) else provider, asked.place.feed)
    return Given.json(200, _schema(feed), ("Cache-Control", "public, max-age=3600"))


def _schema(feed: Feed) -> dict[str, object]:
    known = {field.code: field for field in resources.get_resource(feed.resource).fields}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": feed.name,
        "type": "object",
        "required": list(feed.keys),
        "properties": {
            code: {**TYPES.get(known[code].type, {"type": ["string", "null"]}), "title": known[code].name}
            for code in feed.fields
            if code in known
        },
    }
