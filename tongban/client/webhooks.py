"""Receiving changes at an address of one's own: is it the node that tells, is it whole, is it new.

Whatever web framework receives the request, three things are needed of it: how it was asked, its headers, its body.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tongban.client.errors import NotGenuine
from tongban.client.keys import NodeKey
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import Key, Message, Policy, joined
from tongban.kernel import clock
from tongban.kernel.errors import Failure

COVERED = ("@method", "@authority", "@path", "@query")
BATCH = "application/cloudevents-batch+json"
SINGLE = "application/cloudevents+json"
POLICY = Policy(covered=COVERED, prefixes=("x-tongban-", "webhook-", "content-type"))


@dataclass(frozen=True, slots=True)
class Event:
    """One change, as CloudEvents 1.0 has it; ``data`` is the row with the granted fields.

    ``key`` names it for ever: the same change, told again or replayed, has the same. Whoever keeps the keys of what was
    done, in the transaction that did it, does everything once. ``position`` counts within the feed, without gaps.
    """

    source: str
    id: str
    type: str
    subject: str
    time: str
    data: Any

    @property
    def key(self) -> tuple[str, str]:
        """Return what names the change."""
        return self.source, self.id

    @property
    def position(self) -> int:
        """Return the place in the feed."""
        return int(self.id)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the node has told in one request: to which subscription, which changes; none when it asks for permission."""

    subscription: str
    events: tuple[Event, ...]
    nonce: str


def verified(
    method: str,
    url: str,
    headers: Mapping[str, str] | Iterable[tuple[str, str]],
    body: bytes,
    *,
    keys: Collection[NodeKey],
    moment: float | None = None,
) -> Delivery:
    """Return what a request tells, once it is known that the node has sent it just so; raise NotGenuine.

    ``url`` is the whole address as the sender wrote it, scheme and host included: behind a proxy, its outer one.
    ``keys`` are the node's, several while it changes them; ``moment`` is now, in seconds since 1970.
    """
    known = {one.key.id: one.key for one in keys}
    where = urlsplit(url)
    message = Message(
        headers=joined(headers.items() if isinstance(headers, Mapping) else headers),
        method=method,
        scheme=where.scheme,
        authority=where.netloc,
        path=where.path,
        query=where.query,
    )

    def find(id: str) -> Key | None:
        return known.get(id)

    now = clock.now().timestamp() if moment is None else moment
    try:
        signed, _ = signatures.verified(message, body, find_key=find, policy=POLICY, moment=now)
    except Failure as why:
        raise NotGenuine(f"{why.code}: {why}") from None
    events = events_of(message.headers.get("content-type", ""), body) if body else ()
    return Delivery(message.headers.get("x-tongban-subscription", ""), events, signed.nonce or "")


def permission(
    headers: Mapping[str, str] | Iterable[tuple[str, str]], *, origin: str, rate: int = 0
) -> dict[str, str]:
    """Return the headers that let the node tell changes here, to be answered to its OPTIONS request with status 200.

    ``origin`` is the node's host name; another one is not let in, and gets no header. ``rate`` is how many deliveries a
    minute are welcome, 0 as many as it likes.
    """
    said = joined(headers.items() if isinstance(headers, Mapping) else headers)
    if said.get("webhook-request-origin") != origin:
        return {}
    return {"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": str(rate) if rate else "*"}


def events_of(content_type: str, body: bytes) -> tuple[Event, ...]:
    """Return the events of a body, one or a batch; raise NotGenuine when it holds none."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        said = json.loads(body)
        listed = {SINGLE: [said], BATCH: said}[kind]
        return tuple(
            Event(one["source"], one["id"], one["type"], one["subject"], one["time"], one["data"])
            for one in listed
        )
    except (ValueError, KeyError, TypeError):
        raise NotGenuine("these are no CloudEvents") from None
