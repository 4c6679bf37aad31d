"""The proof that one exchange stands in the signed ledger as it is on record."""

from __future__ import annotations

import uuid
from typing import Any

from tongban.datahub.exchange import leaves
from tongban.datahub.exchange.rules import sealing as rules
from tongban.datahub.exchange.types import ExchangeProof, Kind, Sealed
from tongban.foundation.attestation import queries as attestation
from tongban.foundation.attestation.types import Standing
from tongban.foundation.statements import queries as statements

# Call and answer with the batch of each: the first of its kind that ends behind it.
FOUND = " UNION ALL ".join(
    f"""
SELECT '{kind.value}', found.said, b.number, b.ids, b.leaves, b.root, b.entry
FROM (SELECT xact, {leaves.IDS[kind]} AS id, {leaves.said(kind)} AS said FROM {leaves.TABLES[kind]}
    WHERE {leaves.IDS[kind]} = %(id)s LIMIT 1) found
LEFT JOIN LATERAL (
    SELECT * FROM exchange_batch WHERE kind = '{kind.value}' AND (last_xact, last_id) >= (found.xact, found.id)
    ORDER BY last_xact, last_id LIMIT 1
) b ON true"""  # noqa: S608 - constants of this module
    for kind in Kind
)


def proof_of(id: uuid.UUID) -> ExchangeProof | None:
    """Return the proof of one exchange, computed anew from what is on record; None when it is not there or not sealed yet.

    An exchange is sealed within seconds, and a signed head covers it some seconds later. Three statements.
    """
    found = {kind: sealed for kind, sealed, _ in _sealed(id)}
    call, answer = found.get(Kind.CALL), found.get(Kind.ANSWER)
    standing = attestation.standing(call.entry) if call else None
    if call is None or standing is None:
        return None
    return _proof(id, call, answer, standing)


def sealed_of(id: uuid.UUID) -> dict[Kind, tuple[Sealed, bytes]]:
    """Return the places of an exchange's call and answer, each with what the database says of its row."""
    return {kind: (sealed, said) for kind, sealed, said in _sealed(id)}


def _sealed(id: uuid.UUID) -> list[tuple[Kind, Sealed, bytes]]:
    found = []
    for name, said, *batch in statements.rows(FOUND, {"id": id}):
        sealed = _place(Kind(name), id, bytes(said), *batch)
        if sealed:
            found.append((sealed.kind, sealed, bytes(said)))
    return found


def _place(
    kind: Kind,
    id: uuid.UUID,
    said: bytes,
    number: int | None,
    ids: Any,
    all_leaves: Any,
    root: Any,
    entry: uuid.UUID,
) -> Sealed | None:
    index = rules.place_of(bytes(ids), id.bytes) if number is not None else None
    if number is None or index is None:
        return None
    joined, at = bytes(all_leaves), index * rules.DIGEST
    kept, path = joined[at : at + rules.DIGEST], rules.path_of(joined, index)
    leaf, size = rules.leaf_of(leaves.key(), id.bytes, said), len(joined) // rules.DIGEST
    is_intact = leaf == kept and rules.root_from(leaf, index, size, path) == bytes(root)
    return Sealed(kind, leaf, number, index, size, path, bytes(root), entry, is_intact)


def _proof(id: uuid.UUID, call: Sealed, answer: Sealed | None, standing: Standing) -> ExchangeProof:
    head = standing.head
    return ExchangeProof(
        id=id,
        call=call,
        answer=answer,
        number=standing.number,
        head_size=head.size if head else None,
        head_root=head.root if head else None,
        head_at=standing.head_at,
        signers=standing.signers,
        holds=standing.holds
        and call.is_intact
        and rules.is_said(standing.entry.detail, call)
        and (answer is None or answer.is_intact),
    )
