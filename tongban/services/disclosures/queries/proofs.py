"""The proof of one reading, and whether the ledger of today begins with the one that somebody saw before."""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.datahub.exchange import queries as exchange
from tongban.foundation.attestation import queries as attestation
from tongban.foundation.ledger import queries as ledger
from tongban.services.disclosures.types import Compared, Kind, Proved, Reading, Seen


def proof_of(reading: Reading) -> Proved:
    """Return the proof of a reading, computed anew."""
    return _of_call(reading) if is_call(reading) else _of_act(reading)


def is_call(reading: Reading) -> bool:
    """Return whether a reading is a call on the exchange's record; all others are acts on the ledger."""
    return reading.kind in (Kind.EXCHANGE, Kind.REFUSED, Kind.FAILED) and reading.about is None


def record_of(reading: Reading) -> uuid.UUID:
    """Return the number of a reading's record on the ledger; of what a feed told, the record is about the delivery.

    Of a delivery's two that is the first: what was sent to whom.
    """
    if reading.kind is Kind.EXCHANGE and reading.about:
        found = ledger.entries(reading.about, limit=2)
        return found[-1].id if found else reading.id
    return reading.id


def _of_call(reading: Reading) -> Proved:
    found = exchange.proof_of(reading.id)
    if found is None:
        return Proved(reading, "", None, None, "", None, (), None, holds=True)
    return Proved(
        reading, found.call.leaf.hex(), found.number, found.head_size, found.head_root.hex() if found.head_root else "",
        found.head_at, found.signers, _stamped_on(found.number), found.holds,
    )  # fmt: skip


def _of_act(reading: Reading) -> Proved:
    found = attestation.standing(record_of(reading))
    if found is None:
        return Proved(reading, "", None, None, "", None, (), None, holds=True)
    head = found.head
    return Proved(
        reading, ledger.leaf_of(found.entry).hex(), found.number, head.size if head else None,
        head.root.hex() if head else "", found.head_at, found.signers, _stamped_on(found.number), found.holds,
    )  # fmt: skip


def _stamped_on(number: int | None) -> dt.date | None:
    stamp = attestation.stamp_over(number) if number is not None else None
    return stamp.day if stamp else None


def compared(before: Seen) -> Compared | None:
    """Return whether the signed ledger of today begins with the one of ``before``; None while nothing is signed.

    One that is larger than today's is none of ours. The hashes let anybody compute it again (RFC 6962 2.1.2).
    """
    found = attestation.growth(before.size)
    if found is None:
        now = attestation.latest_head()
        return Compared(before, now, (), holds=False) if now else None
    holds = attestation.continues(before.size, bytes.fromhex(before.root), found)
    return Compared(before, found.signed, tuple(one.hex() for one in found.path), holds)
