"""A call that another node hands on: its signature, the caller's, then as any call.

The caller signed for a host of its own node. That is let pass for the hosts that the directory names for that node, for
subsystems that live there, and for nobody else.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange import queries as exchange_queries
from tongban.datahub.exchange.types import Answer, ServiceKind
from tongban.datahub.nodes import known
from tongban.datahub.nodes.errors import (
    DirectoryTooOld,
    NodeUnknown,
    NodeUnsigned,
    NotHere,
    NotItsCaller,
)
from tongban.datahub.nodes.operations.relays import RELAYS, Noted
from tongban.datahub.nodes.rules import freshness, relaying
from tongban.datahub.nodes.types import Node, Relay
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import Message, Signed
from tongban.kernel.errors import Failure


def relay_of(message: Message, body: bytes, *, at: dt.datetime) -> tuple[Node, Relay, Signed]:
    """Return which node hands a call on, and what it says of it, once its signature holds; raise a Fault."""
    relay = relaying.read(message)
    node = known.find_node(relay.node)
    if node is None:
        raise NodeUnknown(relay.node)
    key = known.key_of(node.public)
    try:
        signed, _ = signatures.verified(
            relaying.as_signed_by_node(message),
            body,
            find_key=lambda id: key if id == key.id else None,
            policy=relaying.POLICY,
            moment=at.timestamp(),
        )
    except Failure as why:
        raise NodeUnsigned(why) from None
    return node, relay, signed


def receive(
    *,
    message: Message,
    path: str,
    body: bytes,
    node: Node,
    relay: Relay,
    signed: Signed,
    number: uuid.UUID,
    at: dt.datetime,
    tell: Callable[[Any], None],
) -> Answer:
    """Return the answer to a call that a node hands on, which ``number`` is on record here; raise a Fault."""
    call = exchange_queries.read_call(relaying.as_signed_by_caller(message, relay), path, body, number=number)
    if relay.authority not in node.authorities or known.home_of(call.client) != node.code:
        raise NotItsCaller(node.code)
    own = known.here()
    if not own.is_city and not freshness.is_fresh(known.agreed_at(), at, within=freshness.FAR):
        raise DirectoryTooOld
    service = exchange_queries.find_service(call.provider, call.service)
    if service is not None and service.kind is ServiceKind.NODE:
        raise NotHere(call.service_id)
    RELAYS.put(Noted.came(number, at, node.code, relay.number, signed))
    return exchange.call(call=call, at=at, tell=tell)
