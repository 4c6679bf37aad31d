"""Who has signed a request of the exchange that is no call of a service: what feeds take and give."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongban.datahub.exchange import known
from tongban.datahub.exchange.connecting import connected
from tongban.datahub.exchange.errors import (
    BadHeader,
    BadSignature,
    HeaderMissing,
    NotAuthorised,
    NotTheClient,
)
from tongban.datahub.exchange.queries.registry import key_outcome
from tongban.datahub.exchange.rules import protocol
from tongban.datahub.exchange.types import Connection, Outcome
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import Key, Message, Signed
from tongban.kernel.errors import Failure
from tongban.kernel.ids import new_id

CLIENT = "X-Road-Client"


@dataclass(frozen=True, slots=True)
class Signer:
    """A subsystem whose signature holds; ``key`` is the number of its key, ``base`` what was signed."""

    subsystem: str
    key: int
    signed: Signed
    base: bytes


def signer_of(
    message: Message, body: bytes, *, at: dt.datetime, connection: Connection | None = None
) -> Signer:
    """Return who has signed a request, by the same rules as a call; raise a Fault.

    ``connection`` is what is known of it when it came by mutual TLS: it stands for a signature where there is none.

    Whether the signature was used before, the caller has to know.
    """
    client = message.headers.get(CLIENT.lower())
    if not client:
        raise HeaderMissing(CLIENT)
    if not protocol.is_subsystem(client):
        raise BadHeader(CLIENT)
    if connection and "signature" not in message.headers:
        signed, base, number = connected(message, body, connection, number=new_id(), at=at)
        return _counting(Signer(client, number, signed, base), message, at)
    found: list[tuple[Key, int, str]] = []

    def find(id: str) -> Key | None:
        one = known.find_key(id)
        found.extend([one] if one else [])
        return one[0] if one else None

    try:
        signed, base = signatures.verified(
            message, body, find_key=find, policy=protocol.POLICY, moment=at.timestamp()
        )
    except Failure as why:
        raise BadSignature(why) from None
    _, number, subsystem = found[0]
    if subsystem != client:
        raise NotTheClient(client)
    return _counting(Signer(subsystem, number, signed, base), message, at)


def _counting(signer: Signer, message: Message, at: dt.datetime) -> Signer:
    """Return the signer; raise NotAuthorised when its key is revoked or past its last day."""
    outcome = key_outcome(signer.key, at)
    if outcome is not Outcome.AUTHORISED:
        raise NotAuthorised(outcome, signer.subsystem, message.path)
    return signer
