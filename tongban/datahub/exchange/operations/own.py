"""Calls that this node makes for a department that has no programmers of its own: as any other, signed and recorded.

The public part of such a subsystem's key (``derived``) is registered like anybody's, and can be revoked like anybody's.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from tongban.datahub.exchange import derived, known
from tongban.datahub.exchange.errors import KeyTaken
from tongban.datahub.exchange.operations.calling import call
from tongban.datahub.exchange.operations.registering import register_key, register_subsystem
from tongban.datahub.exchange.rules.protocol import COVERED, PREFIX, REPRESENTED, member_of, read_call
from tongban.datahub.exchange.types import Answer
from tongban.foundation.government import queries as government
from tongban.foundation.http_signatures import operations as signing
from tongban.foundation.http_signatures.types import ED25519, Message
from tongban.kernel.errors import N_, Failure
from tongban.kernel.types import SYSTEM

AUTHORITY = "this-node"
MSG_CASES = N_("{department}办件系统")


def call_as(
    *,
    number: uuid.UUID,
    consumer: str,
    provider: str,
    service: str,
    parameters: Mapping[str, str],
    grant: uuid.UUID,
    user: str,
    issue: str,
    district: str = "",
    at: dt.datetime,
) -> Answer:
    """Call a service as one of the city's departments; ``number`` is the exchange's own, on record.

    Nothing is spared: the call is signed with the subsystem's key, verified, authorised by the grant and recorded,
    then the provider is asked. Raises a Fault as ``call`` does.
    Args: ``district`` is where the department's body is that is asked for (six digits), if it has one there: the call
    says so, signed (X-Road-Represented-Party).
    """
    private = _known_to_all(consumer, at)
    said = {
        "x-road-client": consumer,
        "x-road-userid": user,
        "x-road-issue": issue,
        "x-tongban-grant": str(grant),
    }
    if party := government.party_of(member_of(consumer), district) if district else "":
        said[REPRESENTED] = party
    query = urlencode(parameters)
    path = f"{PREFIX}{provider}/{service}"
    message = Message(said, "GET", "https", AUTHORITY, path, query)
    components = (*COVERED, *(name for name in said if name not in COVERED))
    added = signing.signed_headers(
        message, components=components, key=derived.id_of(private), private=private,
        created=int(at.timestamp()), nonce=secrets.token_urlsafe(16),
    )  # fmt: skip
    signed = Message({**said, **added}, "GET", "https", AUTHORITY, path, query)
    return call(call=read_call(signed, path, b"", number=number), at=at)


def _known_to_all(subsystem: str, at: dt.datetime) -> Ed25519PrivateKey:
    """Return the subsystem's key of the year, whose public part is registered by the first call."""
    for moment in (at + derived.DAY_BEFORE, at):
        private = derived.private_of(subsystem, moment)
        if known.find_key(derived.id_of(private)) is None:
            _register(subsystem, signing.public_bytes(private), at)
    return private


def _register(subsystem: str, public: bytes, at: dt.datetime) -> None:
    name = MSG_CASES.format(department=_name_of(member_of(subsystem)))
    with transaction.atomic():
        register_subsystem(code=subsystem, name=name, by=SYSTEM, at=at)
        with suppress(KeyTaken):  # another process was first
            register_key(subsystem=subsystem, algorithm=ED25519, public=public, by=SYSTEM, at=at)


def _name_of(department: str) -> str:
    try:
        return government.get_department(department).name
    except Failure:
        return department
