"""Reads of attestation: signed heads, evidence, and whether evidence and ledger hold."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef

from tongban.foundation.attestation import rules
from tongban.foundation.attestation.auditing import audit_stamps, audit_witnesses
from tongban.foundation.attestation.errors import NotAttested, WordsPurged
from tongban.foundation.attestation.kept import Kept
from tongban.foundation.attestation.models import CosignatureRow, HeadRow, SeenRow, StampRow, WitnessRow
from tongban.foundation.attestation.types import (
    Audit,
    Confirmed,
    Cosignature,
    Doubt,
    Evidence,
    Findings,
    Growth,
    SignedHead,
    Stamp,
    Standing,
    Witness,
    Witnessed,
)
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.ledger.types import Entry, Head
from tongban.foundation.statements import queries as statements
from tongban.foundation.trust import queries as trust
from tongban.kernel.errors import N_
from tongban.kernel.types import Actor, Subject

__all__ = [
    "audit",
    "audit_stamps",
    "audit_witnesses",
    "began_with",
    "check",
    "continues",
    "cosignatures",
    "doubts",
    "evidence",
    "from_file",
    "growth",
    "head_of",
    "head_of_size",
    "is_cosigned",
    "is_signed",
    "kept_heads",
    "latest_head",
    "read_cosignature",
    "read_growth",
    "read_head",
    "said_cosignature",
    "said_growth",
    "said_head",
    "seen",
    "signed_heads",
    "stamp_over",
    "stamped_at",
    "stamped_bytes",
    "stamps",
    "standing",
    "to_file",
    "witnesses",
]

# As courts and nodes are given them.
from_file, to_file, stamped_bytes = rules.from_file, rules.to_file, rules.stamped_bytes
said_growth, read_growth, continues = rules.said_growth, rules.read_growth, rules.continues
said_head, read_head = rules.said_head, rules.read_head
said_cosignature, read_cosignature = rules.said_cosignature, rules.read_cosignature

CHANGED = N_("记录与签名的账本对不上：内容被改动过，或者证明不完整。")
NOT_OPENED = N_("文件说记录里的代号是谁，但是按它说的算不出记录里的代号。")
BAD_SIGNATURE = N_("账本的签名不对，或者签名证书不是由所附根证书签发的。")
STANDING = """
SELECT r.at, r.actor_kind, r.actor_id, r.actor_name, r.act, r.subject_kind, r.subject_id, r.detail, l.number, l.leaf,
    h.size, h.root, h.at, ARRAY['ledger'] || ARRAY(
        SELECT w.code::text FROM attestation_cosignature c JOIN attestation_witness w ON w.code = c.witness_id
        WHERE c.head_id = h.size ORDER BY c.at)
FROM ledger_record r
LEFT JOIN ledger_link l ON l.record_id = r.id
LEFT JOIN LATERAL (
    SELECT size, root, at FROM attestation_head WHERE size >= l.number ORDER BY size DESC LIMIT 1
) h ON true
WHERE r.id = %s
"""


def latest_head() -> SignedHead | None:
    """Return the newest signed head, if there is one."""
    row = HeadRow.objects.order_by("-size").first()
    return head_of(row) if row else None


def signed_heads(*, until: int | None = None, limit: int = 100) -> tuple[SignedHead, ...]:
    """Return signed heads, the newest first, of at most ``until`` entries."""
    rows = HeadRow.objects.order_by("-size")
    return tuple(map(head_of, (rows if until is None else rows.filter(size__lte=until))[:limit]))


def growth(since: int) -> Growth | None:
    """Return the newest signed head and the proof that it begins with the tree of ``since`` entries; for a witness.

    None when nothing is signed yet, or the newest head is smaller than that.
    """
    signed = latest_head()
    if signed is None or not 0 <= since <= signed.head.size:
        return None
    return Growth(signed, since, ledger.prove_growth(since, signed.head.size) if since else ())


def witnesses() -> tuple[Witness, ...]:
    """Return who signs our heads beside us, those that have ended, too."""
    rows = WitnessRow.objects.order_by("code")
    return tuple(_witness(row) for row in rows)


def cosignatures(size: int) -> tuple[Witnessed, ...]:
    """Return the witnesses' signatures over the head of a size, the first given first."""
    rows = CosignatureRow.objects.filter(head_id=size).select_related("witness").order_by("at")
    return tuple(Witnessed(_witness(row.witness), size, _cosignature(row)) for row in rows)


def seen(log: str) -> int:
    """Return how large another node's ledger was when we signed it last; 0 when we never did."""
    row = SeenRow.objects.filter(log=log).first()
    return row.size if row else 0


def seen_heads() -> dict[str, Head]:
    """Return of each other node's ledger the head that we signed last."""
    return {row.log: Head(row.size, bytes(row.root)) for row in SeenRow.objects.filter(size__gt=0)}


def stamps(*, limit: int = 100) -> tuple[Stamp, ...]:
    """Return the daily time stamps, the newest first."""
    return tuple(map(_stamp, StampRow.objects.order_by("-day")[:limit]))


def stamp_over(number: int) -> Stamp | None:
    """Return the first daily time stamp whose head covers an entry, if there is one yet."""
    row = StampRow.objects.filter(head_id__gte=number).order_by("day").first()
    return _stamp(row) if row else None


def head_of_size(size: int) -> SignedHead | None:
    """Return the signed head of a size, if one was signed."""
    row = HeadRow.objects.filter(size=size).first()
    return head_of(row) if row else None


def is_signed(signed: SignedHead, root: bytes) -> bool:
    """Return whether a head is signed by a ledger's key under this root certificate. No database."""
    said = rules.signed_bytes(signed.head, signed.at)
    return trust.is_signed_by_log(said, signed.signature, signed.certificate, root, suite=signed.suite)


def is_cosigned(signed: SignedHead, made: Cosignature, root: bytes) -> bool:
    """Return whether a witness's signature is one over this head, under the witness's root. No database."""
    return trust.is_signed_by_log(
        rules.cosigned_bytes(signed, made.at), made.signature, made.certificate, root, suite=made.suite
    )


def stamped_at(signed: SignedHead, token: bytes, root: bytes) -> dt.datetime | None:
    """Return the moment that a time stamp under this root gives to exactly this head, or None. No database."""
    return trust.stamped_at(rules.stamped_bytes(signed), token, root, suite=signed.suite)


def standing(id: uuid.UUID) -> Standing | None:
    """Return how a record of the ledger stands under the newest signed head; None when there is no such record.

    Two statements.
    """
    row = statements.one(STANDING, [id])
    if row is None:
        return None
    entry = _entry(id, row)
    number, leaf, size, root, at, signers = row[8:]
    is_itself = ledger.leaf_of(entry) == bytes(leaf or b"")
    if size is None:
        return Standing(entry, number, None, None, (), holds=is_itself)
    proof = ledger.prove_leaf(number, bytes(leaf), size)
    holds = is_itself and proof.head.root == bytes(root)
    return Standing(entry, number, Head(size, bytes(root)), at, tuple(signers), holds)


def evidence(
    id: uuid.UUID, signed: SignedHead | None = None, *, shows: Iterable[tuple[str, str]] = ()
) -> Evidence:
    """Return the evidence of a record, under this signed head or the newest; raises NotAttested, WordsPurged.

    ``shows`` names whom (kind, id) it is to show behind the record's pseudonyms: only who asks for their own.
    """
    signed, entry = signed or latest_head(), ledger.find_entry(id)
    proof = ledger.prove(id, signed.head.size) if signed and entry else None
    if signed is None or entry is None or proof is None:
        raise NotAttested
    if ledger.is_purged(entry):
        raise WordsPurged
    return Evidence(entry, proof, signed, ledger.openings(entry, shows))


def check(found: Evidence, root: bytes) -> Findings:
    """Return whether the record is under the head, and the head signed under the root certificate. No database."""
    entry, signed, proof = found.entry, found.signed, found.proof
    problem = ""
    if ledger.root_of(entry, proof) != signed.head.root:
        problem = CHANGED
    elif not is_signed(signed, root):
        problem = BAD_SIGNATURE
    elif not all(ledger.is_opened_by(entry, one) for one in found.openings):
        problem = NOT_OPENED
    record = {
        "act": entry.act,
        "at": entry.at,
        "by": entry.by,
        "subject": entry.subject,
        "detail": entry.detail,
    }
    print_of_root = hashlib.sha256(root).hexdigest()
    return Findings(record, proof.number, signed.head.size, signed.at, print_of_root, problem)


def audit(also: Iterable[Head] = ()) -> Audit:
    """Compute the whole ledger anew and hold it against every signed head, and those that others have kept (``also``).

    Return where it first differs.
    """
    rows = HeadRow.objects.values_list("size", "root")
    signed = {Head(size, bytes(root)) for size, root in rows}
    state = ledger.check_tree(sorted({*signed, *also}, key=lambda head: head.size))
    until = max((one.size for one in signed if one.size <= state.head.size), default=0)
    return Audit(state, len(signed), until)


def kept_heads(folder: Path, root: bytes) -> tuple[Head, ...]:
    """Return the heads that are kept in a folder of the ledger with this root certificate, the smallest first. No database."""
    return Kept(folder).heads(root)


def began_with(known: Head) -> bool:
    """Return whether this ledger begins with what somebody has signed of it."""
    return ledger.grew(known, ledger.head())


def doubts(*, root: bytes | None = None, most: int = 1000) -> tuple[Doubt, ...]:
    """Hold our newest heads against the ledger's own signature, the daily stamps and the witnesses' signatures.

    Return what does not confirm them, under this root certificate or the one that we have, and what is over a head that is
    not there any more. Who rewrites the ledger with all
    its heads has not the key; who has all our keys is found by what others have signed before.
    """
    root = root or trust.root() or b""
    signed = HeadRow.objects.order_by("-size")[:most]
    stamped = StampRow.objects.select_related("head").order_by("-day")[:most]
    cosigned = CosignatureRow.objects.select_related("head", "witness").order_by("-head_id")[:most]
    has_head = Exists(HeadRow.objects.filter(size=OuterRef("head_id")))
    headless, left = (
        StampRow.objects.exclude(has_head)[:most],
        CosignatureRow.objects.exclude(has_head)[:most],
    )
    by_us, by_day, by_others = Confirmed.SIGNATURE, Confirmed.STAMP, Confirmed.WITNESS
    return (
        *(Doubt(row.size, by_us, "", row.at) for row in signed if not _is_signed(row, root)),
        *(Doubt(row.head_id, by_day, "", row.at) for row in stamped if not _is_stamped(row, root)),
        *(Doubt(row.head_id, by_others, row.witness_id, row.at) for row in cosigned if not _is_cosigned(row)),
        *(Doubt(row.head_id, by_day, "", row.at) for row in headless),
        *(Doubt(row.head_id, by_others, row.witness_id, row.at) for row in left),
    )


def _is_signed(row: HeadRow, root: bytes) -> bool:
    signed = _head_if_known(row)
    return signed is not None and is_signed(signed, root)


def _is_stamped(row: StampRow, root: bytes) -> bool:
    signed = _head_if_known(row.head)
    return signed is not None and stamped_at(signed, bytes(row.token), root) is not None


def _is_cosigned(row: CosignatureRow) -> bool:
    signed = _head_if_known(row.head)
    return signed is not None and is_cosigned(signed, _cosignature(row), bytes(row.witness.root))


def _head_if_known(row: HeadRow) -> SignedHead | None:
    """Return a head; None for one by a key that never was the ledger's."""
    try:
        return head_of(row)
    except KeyError:
        return None


def head_of(row: HeadRow) -> SignedHead:
    """Return a head's row as others see it."""
    certificate = trust.certificate_of_log(row.signer)
    return SignedHead(Head(row.size, bytes(row.root)), row.at, row.suite, certificate, bytes(row.signature))


def _witness(row: WitnessRow) -> Witness:
    return Witness(row.code, row.name, bytes(row.root), row.added_at, row.ended_at)


def _cosignature(row: CosignatureRow) -> Cosignature:
    return Cosignature(row.at, row.suite, bytes(row.certificate), bytes(row.signature))


def _stamp(row: StampRow) -> Stamp:
    return Stamp(row.day, row.head_id, row.at, row.suite, bytes(row.token))


def _entry(id: uuid.UUID, row: tuple[Any, ...]) -> Entry:
    at, kind, actor, name, act, about, subject, detail, number = row[:9]
    said = json.loads(detail) if isinstance(detail, str) else detail
    return Entry(id, number, at, Actor(kind, actor, name), act, Subject(about, subject), said)
