"""A call from its signature to its answer."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable

from tongban.datahub.exchange import known
from tongban.datahub.exchange.connecting import connected
from tongban.datahub.exchange.errors import BadSignature, Fault, NotTheClient, ProviderFailed
from tongban.datahub.exchange.operations import metadata
from tongban.datahub.exchange.operations.admitting import admit
from tongban.datahub.exchange.operations.authorising import authorise
from tongban.datahub.exchange.operations.naming import record_named
from tongban.datahub.exchange.operations.relaying import carry, record_relayed
from tongban.datahub.exchange.operations.representing import note_represented
from tongban.datahub.exchange.operations.storing import Told, write_answers
from tongban.datahub.exchange.operations.trying import try_call
from tongban.datahub.exchange.providers import asking
from tongban.datahub.exchange.rules import protocol
from tongban.datahub.exchange.types import Answer, Call, Permit, Service, ServiceKind
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.errors import SignatureMissing
from tongban.foundation.http_signatures.types import Key, Signed
from tongban.foundation.trust import operations as trust
from tongban.foundation.trust import queries as trust_queries
from tongban.kernel.errors import Failure
from tongban.kernel.law import law

Parameters = list[tuple[str, str]]
SUBJECT = "exchange.subject"
SIGNED = "exchange.signed"


def tell_now(told: Told) -> None:
    """Write the answer at once."""
    write_answers([told])


@law(
    "exchange-recorded",
    basis="数据安全法 27；个人信息保护法 54",
    says="Every verified call is recorded before the provider is asked: who, for what, by which grant",
)
def call(*, call: Call, at: dt.datetime, tell: Callable[[Told], None] = tell_now) -> Answer:
    """Verify, authorise and record a call, ask the provider, and return the answer with the granted fields.

    ``tell`` is told what was answered, for the record. Raises a Fault; its ``type`` is X-Road's.
    """
    if protocol.is_trial(call.provider):
        return try_call(call, at)
    began = time.perf_counter()
    signed, base, key = _verified(call, at)
    if call.service in protocol.METADATA:
        admit(call, signed, key=key, at=at)
        kind, body = metadata.tell(call, at=at)
        return Answer(200, protocol.headers_of(call, signed, kind, body), body)
    if party := protocol.represented_body(call):
        note_represented(call.number, party)
    service = known.find_service(call.provider, call.service)
    parameters = asking.parameters_of(service, call)
    locked, subject = trust.encrypt(SIGNED, base), _subject(service, parameters)
    if service is not None and service.kind is ServiceKind.NODE:
        if not signed.value:
            # The other node sees no connection of this one's clients: it has to see a signature.
            raise BadSignature(SignatureMissing())
        record_relayed(call, signed, key=key, base=locked, subject=subject, at=at)
        return _carried(service.target, call, signed, at=at, began=began, tell=tell)
    permit = authorise(call, signed, key=key, base=locked, subject=subject, at=at)
    try:
        status, kind, body, named = _asked(call, parameters, permit)
    except Fault as fault:
        tell(_told(call, at, began, fault.status, b"", fault.type))
        raise
    if named:
        record_named(call.number, named, at=at)
    tell(_told(call, at, began, status, body, ""))
    return Answer(status, protocol.headers_of(call, signed, kind, body), body)


def _carried(
    node: str, call: Call, signed: Signed, *, at: dt.datetime, began: float, tell: Callable[[Told], None]
) -> Answer:
    """Return what the provider's node answers, under this node's own number; that node's stands beside it."""
    try:
        given = carry(node, call, signed)
    except Fault as fault:
        tell(_told(call, at, began, fault.status, b"", fault.type))
        raise
    tell(_told(call, at, began, given.status, given.body, given.problem))
    beside = [("X-Tongban-Provider-Request-Id", given.number)]
    beside += [("X-Road-Error", given.problem)] if given.problem else []
    return Answer(
        given.status, (*protocol.headers_of(call, signed, given.kind, given.body), *beside), given.body
    )


def _verified(call: Call, at: dt.datetime) -> tuple[Signed, bytes, int]:
    """Return the signature, what it signs, and the number of its key, which has to be the client's."""
    if call.connection and "signature" not in call.message.headers:
        return connected(call.message, call.body, call.connection, number=call.number, at=at)
    found: list[tuple[Key, int, str]] = []

    def find(id: str) -> Key | None:
        one = known.find_key(id)
        found.extend([one] if one else [])
        return one[0] if one else None

    try:
        signed, base = signatures.verified(
            call.message, call.body, find_key=find, policy=protocol.POLICY, moment=at.timestamp()
        )
    except Failure as why:
        raise BadSignature(why) from None
    _, number, subsystem = found[0]
    if subsystem != call.client:
        raise NotTheClient(call.client)
    return signed, base, number


@law(
    "exchange-subject-hidden",
    basis="个人信息保护法 51",
    says="Whose data a call was about is recorded as a keyed digest, and what was signed is encrypted",
)
def _subject(service: Service | None, parameters: Parameters) -> bytes | None:
    """Return the keyed digest of whose data is asked for, by which that person finds the call."""
    if service is None or not service.subject:
        return None
    values = [value for name, value in parameters if name == service.subject]
    return bytes.fromhex(trust_queries.blind_index(SUBJECT, values[0])) if len(values) == 1 else None


def _asked(call: Call, parameters: Parameters, permit: Permit) -> tuple[int, str, bytes, frozenset[str]]:
    service = known.find_service(call.provider, call.service, version=permit.version)
    if service is None:
        raise ProviderFailed("ServiceFailed.InternalError")
    return asking.ask(service, call, parameters, permit.fields)


def _told(call: Call, at: dt.datetime, began: float, status: int, body: bytes, problem: str) -> Told:
    micros = int((time.perf_counter() - began) * 1_000_000)
    return Told(call.number, at, status, len(body), micros, hashlib.sha256(body).digest(), problem)
