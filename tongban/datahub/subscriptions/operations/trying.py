"""The sandbox of feeds: a twin of each feed under ``SH-TEST``, whose changes are of nobody's data and always the same.

Of each test row there are three changes: it comes, it changes, it goes. So whatever a receiver has to be able to do can
be tried, from any point and as often as wanted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import replace

from django.conf import settings

from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange import queries as sandbox
from tongban.datahub.resources import queries as resources
from tongban.datahub.subscriptions import records
from tongban.datahub.subscriptions.operations.pulling import MOST, Pulled
from tongban.datahub.subscriptions.rules import cloudevents
from tongban.datahub.subscriptions.types import Feed, Kind, Placed
from tongban.foundation.http_signatures.types import Message

KINDS = (Kind.CREATED, Kind.CHANGED, Kind.REMOVED)
BEGINS = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
ROW_BYTES = 16


def try_pull(
    *, provider: str, feed: str, after: int, limit: int, message: Message, number: uuid.UUID, at: dt.datetime
) -> Pulled:
    """Return the test events of a feed's twin after a position; noted as a trial, and nowhere else.

    Raises FeedUnknown, or a Fault as ``exchange.operations.try_out`` does.
    """
    found: list[Pulled] = []

    def answer() -> bytes:
        found.append(_pulled(provider, feed, after, max(1, min(limit, MOST))))
        return found[0].body

    trial = exchange.Trial(number, message, b"", provider, feed)
    exchange.try_out(trial, answer, at=at)
    return found[0]


def _pulled(provider: str, code: str, after: int, limit: int) -> Pulled:
    real = sandbox.real(provider)
    feed = records.feed(records.feed_row(real, code))
    twin = replace(feed, provider=provider)
    prefix = cloudevents.prefix_of(twin, settings.SITE_ADDRESS)
    changes = [one for one in _changes(feed) if one.position > after][:limit]
    events = [cloudevents.event(prefix, one, one.fields) for one in changes]
    _, body = cloudevents.body_of(events, is_single=False)
    return Pulled(body, changes[-1].position if changes else after, len(events))


def _changes(feed: Feed) -> Iterator[Placed]:
    resource = resources.get_resource(feed.resource)
    rows = sandbox.sample_rows(feed.provider, resource.service_code, resource)
    for step, kind in enumerate(KINDS):
        for index, row in enumerate(rows, 1):
            position = step * len(rows) + index
            moment = (BEGINS + dt.timedelta(minutes=position)).isoformat().replace("+00:00", "Z")
            names = feed.keys if kind is Kind.REMOVED else feed.fields
            named = hashlib.sha256(f"{feed.code}/{index}".encode()).digest()[:ROW_BYTES]
            fields = {name: row[name] for name in names if name in row}
            yield Placed(position, moment, moment, kind, named, fields)
