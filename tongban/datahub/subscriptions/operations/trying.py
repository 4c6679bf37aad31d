"""The sandbox of feeds: a twin of each feed under ``SH-TEST``, with changes and a file of nobody's data.

Pulled, fetched in parts, or told to an address that is being tried: all of it by test keys, noted as trials and nowhere
else.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

from django.conf import settings

from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange import queries as sandbox
from tongban.datahub.resources import queries as resources
from tongban.datahub.subscriptions import records
from tongban.datahub.subscriptions.errors import FileUnknown
from tongban.datahub.subscriptions.operations.pulling import MOST, Pulled
from tongban.datahub.subscriptions.rules import cloudevents, testing
from tongban.datahub.subscriptions.sending import trying
from tongban.datahub.subscriptions.types import Feed, File, Placed, Tried
from tongban.foundation.http_signatures.types import Message
from tongban.kernel.types import Actor

Found = TypeVar("Found")
MOST_TOLD = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """What an address is to be told when it is tried: so many events after a position, in a batch or one alone."""

    address: str
    after: int = 0
    limit: int = 3
    is_single: bool = False


def try_pull(
    *, provider: str, feed: str, after: int, limit: int, message: Message, number: uuid.UUID, at: dt.datetime
) -> Pulled:
    """Return the test events of a feed's twin after a position; noted as a trial, and nowhere else.

    Raises FeedUnknown, or a Fault as ``exchange.operations.try_out`` does.
    """

    def pulled() -> tuple[Pulled, bytes]:
        twin = _twin(provider, feed)
        changes = _after(twin, after, max(1, min(limit, MOST)))
        _, body = cloudevents.body_of(_events(twin, changes), is_single=False)
        position = changes[-1].position if changes else after
        return Pulled(body, position, len(changes)), body

    return _tried(exchange.Trial(number, message, b"", provider, feed), pulled, at)


def try_files(
    *, provider: str, feed: str, message: Message, number: uuid.UUID, at: dt.datetime
) -> tuple[File, ...]:
    """Return the files of a feed's twin; raises as ``try_pull`` does."""

    def listed() -> tuple[tuple[File, ...], bytes]:
        return (_file(_twin(provider, feed))[0],), b""

    return _tried(exchange.Trial(number, message, b"", provider, feed), listed, at)


def try_file(
    *, provider: str, feed: str, file: uuid.UUID, message: Message, number: uuid.UUID, at: dt.datetime
) -> tuple[File, bytes]:
    """Return a file of a feed's twin with all of its content; raises FileUnknown, and as ``try_pull`` does."""

    def fetched() -> tuple[tuple[File, bytes], bytes]:
        found, data = _file(_twin(provider, feed))
        if found.id != file:
            raise FileUnknown
        return (found, data), data

    return _tried(exchange.Trial(number, message, b"", provider, feed), fetched, at)


def try_address(
    *, provider: str, feed: str, wish: Wish, message: Message, body: bytes, number: uuid.UUID, at: dt.datetime
) -> Tried:
    """Ask an address whether it wants to be told and tell it test events of a feed's twin; return how it went.

    Raises BadAddress, TooManyTries, and as ``try_pull`` does.
    """
    trial = exchange.Trial(number, message, body, provider, feed)
    return _tried(trial, lambda: _told(provider, feed, trial.consumer, wish, at), at)


def try_address_as(
    *, provider: str, feed: str, consumer: str, wish: Wish, by: Actor, at: dt.datetime
) -> Tried:
    """Do as ``try_address``, for somebody who works for the consumer's department; raise NotAllowed for others."""
    found: list[Tried] = []

    def answer() -> bytes:
        tried, body = _told(provider, feed, consumer, wish, at)
        found.append(tried)
        return body

    exchange.try_as(consumer=consumer, provider=provider, what=feed, answer=answer, by=by, at=at)
    return found[0]


def _tried(trial: exchange.Trial, make: Callable[[], tuple[Found, bytes]], at: dt.datetime) -> Found:
    """Return what is made for a request to the sandbox, once the request is verified; its size is noted."""
    found: list[Found] = []

    def answer() -> bytes:
        made, body = make()
        found.append(made)
        return body

    exchange.try_out(trial, answer, at=at)
    return found[0]


def _told(provider: str, feed: str, consumer: str, wish: Wish, at: dt.datetime) -> tuple[Tried, bytes]:
    twin = _twin(provider, feed)
    most = 1 if wish.is_single else max(1, min(wish.limit, MOST_TOLD))
    events = _events(twin, _after(twin, wish.after, most))
    kind, body = cloudevents.body_of(events, is_single=wish.is_single) if events else ("", b"")
    stands_for = uuid.uuid5(uuid.NAMESPACE_URL, f"{twin.source}#{consumer}")
    tried = trying.try_address(wish.address, trying.Parcel(kind, body, len(events), stands_for), at)
    return tried, body


def _twin(provider: str, code: str) -> Feed:
    feed = records.feed(records.feed_row(sandbox.real(provider), code))
    return replace(feed, provider=provider)


def _rows(twin: Feed) -> testing.Rows:
    resource = resources.get_resource(twin.resource)
    return sandbox.sample_rows(sandbox.real(twin.provider), resource.service_code, resource)


def _after(twin: Feed, after: int, limit: int) -> list[Placed]:
    changes = testing.changes(twin, _rows(twin))
    return list(islice((one for one in changes if one.position > after), limit))


def _events(twin: Feed, changes: list[Placed]) -> list[str]:
    prefix = cloudevents.prefix_of(twin, settings.SITE_ADDRESS)
    return [cloudevents.event(prefix, one, one.fields) for one in changes]


def _file(twin: Feed) -> tuple[File, bytes]:
    data = testing.content(twin, _rows(twin))
    return testing.file_of(twin, data), data
