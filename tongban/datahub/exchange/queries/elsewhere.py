"""What this node has decided about somebody, for the node where they read their account; and what other nodes have told.

A call that was handed on is told by the node that decided it, so that each is told once. Told is also what a law keeps
from the person: it is kept from them where the account is shown, which is where the secrecy stands (``about``).
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from tongban.datahub.exchange.models import Heard
from tongban.datahub.exchange.queries.about import digest_of
from tongban.datahub.exchange.queries.proving import sealed_of
from tongban.datahub.exchange.rules import sealing
from tongban.datahub.exchange.types import Kind, Noted, ProofElsewhere, Sealed
from tongban.foundation.attestation import queries as attestation
from tongban.foundation.attestation.types import SignedHead
from tongban.foundation.statements import queries as statements
from tongban.kernel.clock import SHANGHAI

MOST_TOLD = 500
HEADS = 20
"""Signed heads among which one is looked for that a witness has signed: some minutes of them."""
NOWHERE = uuid.UUID(int=0)
# Within months that the moment of arrival names: a signature is accepted for minutes only (``protocol.POLICY``).
DECIDED = """
SELECT r.id, r.at, r.signed_at, k.id, r.nonce, r.consumer, r.provider, r.service, r.outcome, r."grant",
    CASE WHEN r.subject = %(subject)s THEN r."user" ELSE '' END, CASE WHEN r.subject = %(subject)s THEN r.issue ELSE '' END,
    a.status, r.subject IS DISTINCT FROM %(subject)s
FROM exchange_record r JOIN exchange_key k ON k.number = r.key
LEFT JOIN exchange_answer a ON a.record = r.id AND a.at = r.at
WHERE (r.subject = %(subject)s OR r.id = ANY(ARRAY(
        SELECT record FROM exchange_named WHERE subject = %(subject)s AND at >= %(since)s)))
    AND r.outcome <> 'Relayed' AND r.at >= %(since)s
    AND r.signed_at >= %(since)s::timestamptz - interval '1 hour'
    AND (%(at)s::timestamptz IS NULL OR (r.at, r.id) < (%(at)s::timestamptz, %(id)s::uuid))
ORDER BY r.at DESC, r.id DESC LIMIT %(most)s
"""
READ_SINCE = """
SELECT r.subject FROM exchange_record r
WHERE r.subject = ANY(%(subjects)s) AND r.outcome = '' AND r.at >= %(since)s
    AND r.signed_at >= %(since)s::timestamptz - interval '1 hour'
UNION SELECT m.subject FROM exchange_named m WHERE m.subject = ANY(%(subjects)s) AND m.at >= %(since)s
"""
IS_ABOUT = """
SELECT r.subject = %(subject)s FROM exchange_record r
WHERE r.id = %(id)s AND r.outcome <> 'Relayed' AND (r.subject = %(subject)s
    OR EXISTS (SELECT FROM exchange_named WHERE record = r.id AND subject = %(subject)s))
"""


def decided_about(
    identifier: str, *, since: dt.datetime, before: tuple[dt.datetime, uuid.UUID] | None = None
) -> tuple[Noted, ...]:
    """Return what was asked here about a person or company, newest first, at most ``MOST_TOLD``.

    ``before`` is the moment and id of the last one told.
    """
    at, id = before or (None, None)
    values = {"subject": digest_of(identifier), "since": since, "at": at, "id": id, "most": MOST_TOLD}
    return tuple(Noted(*row) for row in statements.rows(DECIDED, values))


def read_since(identifiers: Sequence[str], since: dt.datetime) -> tuple[int, ...]:
    """Return the places of those persons or companies who were asked about, or named in an answer, here since then."""
    places = {digest_of(one): place for place, one in enumerate(identifiers)}
    rows = statements.rows(READ_SINCE, {"subjects": list(places), "since": since})
    return tuple(sorted(places[bytes(subject)] for (subject,) in rows))


def is_about(id: uuid.UUID, identifier: str) -> bool:
    """Return whether a call was about this person or company, and decided here."""
    row = _about(id, identifier)
    return bool(row and row[0])


def is_in_account(id: uuid.UUID, identifier: str) -> bool:
    """Return whether a call was about this person or company, or its answer named them, and it was decided here."""
    return _about(id, identifier) is not None


def _about(id: uuid.UUID, identifier: str) -> Sequence[object] | None:
    return statements.one(IS_ABOUT, {"id": id, "subject": digest_of(identifier)})


def heard(subject: bytes) -> dict[str, dt.datetime]:
    """Return when each other node has told last what it has about a subject, by the digest of here."""
    return {row.node: row.at for row in Heard.objects.filter(subject=subject)}


def said_proof(id: uuid.UUID) -> dict[str, Any] | None:
    """Return as JSON what proves to another node that a call stands in this ledger; None for the seconds until it does.

    The call's leaf with its way up the batch, the batch's record with its way up to a signed head, who has signed that head
    beside this node, and the time stamp of its day.
    """
    found = sealed_of(id).get(Kind.CALL)
    signed = _best_head(found[0].entry) if found else None
    if found is None or signed is None:
        return None
    sealed, evidence = found[0], attestation.evidence(found[0].entry, signed)
    made = attestation.cosignatures(signed.head.size)
    return {
        "leaf": sealed.leaf.hex(), "batch": sealed.batch, "index": sealed.index, "size": sealed.size,
        "path": [one.hex() for one in sealed.path], "root": sealed.root.hex(), "is_intact": sealed.is_intact,
        "evidence": attestation.to_file(evidence, b""),
        "cosignatures": {one.witness.code: attestation.said_cosignature(one.cosignature) for one in made},
        "stamp": _said_stamp(evidence.proof.number),
    }  # fmt: skip


def _best_head(entry: uuid.UUID) -> SignedHead | None:
    """Return the signed head under which a record is shown: of the newest that cover it the one with most witnesses."""
    standing = attestation.standing(entry)
    if standing is None or standing.head is None or standing.number is None:
        return None
    covering = [one for one in attestation.signed_heads(limit=HEADS) if one.head.size >= standing.number]
    return max(covering, key=lambda one: len(attestation.cosignatures(one.head.size)))


def _said_stamp(number: int) -> dict[str, Any] | None:
    stamp = attestation.stamp_over(number)
    signed = attestation.head_of_size(stamp.size) if stamp else None
    if stamp is None or signed is None:
        return None
    return {"head": attestation.said_head(signed), "token": base64.b64encode(stamp.token).decode()}


def read_proof(said: Mapping[str, Any], roots: Mapping[str, bytes], node: str) -> ProofElsewhere:
    """Return what another node's proof shows, computed anew under its root certificate and those of its witnesses.

    ``roots`` are by the code of the node. Raises ValueError, KeyError, TypeError or Invalid for what is no proof.
    """
    sealed = Sealed(
        Kind.CALL, bytes.fromhex(said["leaf"]), int(said["batch"]), int(said["index"]), int(said["size"]),
        tuple(bytes.fromhex(one) for one in said["path"]), bytes.fromhex(said["root"]), NOWHERE, bool(said["is_intact"]),
    )  # fmt: skip
    evidence, _ = attestation.from_file(json.dumps(said["evidence"]))
    signed, root = evidence.signed, roots[node]
    up = sealing.root_from(sealed.leaf, sealed.index, sealed.size, sealed.path)
    holds = sealed.is_intact and up == sealed.root and sealing.is_said(evidence.entry.detail, sealed)
    signers = [
        code for code, made in said["cosignatures"].items()
        if code in roots and attestation.is_cosigned(signed, attestation.read_cosignature(made), roots[code])
    ]  # fmt: skip
    return ProofElsewhere(
        node, sealed.leaf, evidence.proof.number, signed.head.size, signed.head.root, signed.at, tuple(sorted(signers)),
        _stamped_on(said["stamp"], evidence.proof.number, root), holds and not attestation.check(evidence, root).problem,
    )  # fmt: skip


def _stamped_on(said: Mapping[str, Any] | None, number: int, root: bytes) -> dt.date | None:
    signed = attestation.read_head(said["head"]) if said else None
    if said is None or signed is None or signed.head.size < number:
        return None
    moment = attestation.stamped_at(signed, base64.b64decode(said["token"]), root)
    return moment.astimezone(SHANGHAI).date() if moment else None
