"""Reads of attestation: signed heads, evidence, and whether evidence and ledger hold."""

from __future__ import annotations

import hashlib
import uuid

from tongban.foundation.attestation import rules
from tongban.foundation.attestation.errors import NotAttested
from tongban.foundation.attestation.models import HeadRow
from tongban.foundation.attestation.types import Audit, Evidence, Findings, SignedHead
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.ledger.types import Head
from tongban.foundation.trust import queries as trust
from tongban.kernel.errors import N_

CHANGED = N_("记录与签名的账本对不上：内容被改动过，或者证明不完整。")
BAD_SIGNATURE = N_("账本的签名不对，或者签名证书不是由所附根证书签发的。")


def latest_head() -> SignedHead | None:
    """Return the newest signed head, if there is one."""
    row = HeadRow.objects.order_by("-size").first()
    return _head(row) if row else None


def evidence(id: uuid.UUID) -> Evidence:
    """Return the evidence of a record, under the newest signed head; raises NotAttested."""
    signed, entry = latest_head(), ledger.find_entry(id)
    proof = ledger.prove(id, signed.head.size) if signed and entry else None
    if signed is None or entry is None or proof is None:
        raise NotAttested
    return Evidence(entry, proof, signed)


def check(found: Evidence, root: bytes) -> Findings:
    """Return whether the record is under the head, and the head signed under the root certificate. No database."""
    entry, signed, proof = found.entry, found.signed, found.proof
    problem = ""
    if ledger.root_of(entry, proof) != signed.head.root:
        problem = CHANGED
    elif not trust.is_signed_by_log(
        rules.signed_bytes(signed.head, signed.at),
        signed.signature,
        signed.certificate,
        root,
        suite=signed.suite,
    ):
        problem = BAD_SIGNATURE
    record = {
        "act": entry.act,
        "at": entry.at,
        "by": entry.by,
        "subject": entry.subject,
        "detail": entry.detail,
    }
    print_of_root = hashlib.sha256(root).hexdigest()
    return Findings(record, proof.number, signed.head.size, signed.at, print_of_root, problem)


def audit() -> Audit:
    """Compute the whole ledger anew and hold it against every signed head; return where it first differs."""
    rows = HeadRow.objects.order_by("size").values_list("size", "root")
    known = [Head(size, bytes(root)) for size, root in rows]
    state = ledger.check_tree(known)
    until = max((one.size for one in known if one.size <= state.head.size), default=0)
    return Audit(state.head, len(known), until, state.pending, state.broken)


def _head(row: HeadRow) -> SignedHead:
    certificate = trust.certificate_of_log(row.signer)
    return SignedHead(Head(row.size, bytes(row.root)), row.at, row.suite, certificate, bytes(row.signature))
