"""Writes of attestation: a signed head, its witnesses, its time stamp.

How nodes witness each other::

    # at the node whose ledger it is
    growth = queries.growth(since)                      # since: what the witness has signed last, 0 at first
    # at the witness, which has called ``watch_log(log=…, root=…)`` once
    made = operations.cosign(log=…, growth=growth, at=…)          # raises HeadNotSigned, LogRewritten
    # at the node whose ledger it is, which has called ``add_witness(code=…, name=…, root=…)`` once
    operations.witness(witness=…, size=growth.signed.head.size, made=made)
"""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import NoReturn

from django.db import transaction

from tongban.foundation.attestation import rules
from tongban.foundation.attestation.errors import (
    CosignatureWrong,
    HeadNotSigned,
    HeadUnknown,
    LedgerRewritten,
    LogRewritten,
    WitnessTaken,
    WitnessUnknown,
)
from tongban.foundation.attestation.kept import Kept
from tongban.foundation.attestation.models import CosignatureRow, HeadRow, SeenRow, StampRow, WitnessRow
from tongban.foundation.attestation.queries import head_of, is_cosigned, is_signed
from tongban.foundation.attestation.types import Cosignature, Growth, SignedHead
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger import queries as ledger_queries
from tongban.foundation.ledger import tree
from tongban.foundation.ledger.types import Head
from tongban.foundation.statements import queries as statements
from tongban.foundation.trust import operations as trust
from tongban.foundation.trust import queries as trusted
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import SYSTEM, Actor, Subject

STAMPER_LOCK = 0x7469_7374_616D  # any constant of our own


def sign_head(*, at: dt.datetime, kept_in: Path | None = None) -> SignedHead | None:
    """Sign the ledger's present head and return it; None when nothing has come since the last.

    It is not itself recorded in the ledger: the record would have to be signed, too. Raises LedgerRewritten when it does not
    begin with the last one, or with the one that is ``kept_in`` a folder outside of the database: who rewrites all of the
    database finds nobody who signs it.
    """
    kept = Kept(kept_in) if kept_in else None
    # Before the head is read: others sign meanwhile.
    last = HeadRow.objects.order_by("-size").first()
    before = kept.newest(trusted.root() or b"") if kept else None
    head = ledger_queries.head()
    for known in (before, Head(last.size, bytes(last.root)) if last else None):
        if known is not None and not ledger_queries.grew(known, head):
            raise LedgerRewritten(known.size)
    if head.size == (last.size if last else 0):
        return None
    signed = _sign(head, at)
    if kept:
        kept.keep(trusted.root() or b"", signed)
    return signed


def _sign(head: Head, at: dt.datetime) -> SignedHead:
    mark = trust.sign_as_log(rules.signed_bytes(head, at))
    with transaction.atomic():
        HeadRow.objects.bulk_create(
            [HeadRow(size=head.size, root=head.root, at=at, suite=mark.suite, signer=mark.fingerprint,
                     signature=mark.value)],
            ignore_conflicts=True,  # another worker was quicker, and has signed the same
        )  # fmt: skip
    return SignedHead(head, at, mark.suite, mark.certificate, mark.value)


@transaction.atomic
def stamp_days(*, by: Actor = SYSTEM, at: dt.datetime) -> int:
    """Have the last head of each day that is over stamped (RFC 3161) and return how many days were; today is not over.

    What one who holds all our keys could still do, date a rewritten ledger back, a stamp of the day stands against.
    """
    if statements.one("SELECT pg_try_advisory_xact_lock(%s)", [STAMPER_LOCK]) != (True,):
        return 0
    today = at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    last = StampRow.objects.order_by("-day").first()
    rows = HeadRow.objects.filter(at__lt=today)
    if last:
        rows = rows.filter(at__gte=_midnight(last.day + dt.timedelta(days=1)))
    newest: dict[dt.date, HeadRow] = {
        row.at.astimezone(SHANGHAI).date(): row for row in rows.order_by("size")
    }
    made = [_stamp(day, row, at) for day, row in sorted(newest.items())]
    StampRow.objects.bulk_create(made)
    for one in made:
        detail = {"size": one.head_id, "token": hashlib.sha256(one.token).hexdigest()}
        day = Subject("day", one.day.isoformat())
        ledger.record(act="attestation.day_stamped", subject=day, by=by, at=at, detail=detail)
    return len(made)


def _stamp(day: dt.date, row: HeadRow, at: dt.datetime) -> StampRow:
    token = trust.time_stamp(rules.stamped_bytes(head_of(row)), suite=row.suite, at=at)
    return StampRow(day=day, head=row, at=at, suite=row.suite, token=token)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), SHANGHAI)


@transaction.atomic
def add_witness(*, code: str, name: str, root: bytes, by: Actor = SYSTEM, at: dt.datetime) -> None:
    """Let another node sign our heads beside us; ``root`` is its root certificate, X.509, DER.

    Raises WitnessTaken when the code stands for another root.
    """
    row, is_new = WitnessRow.objects.get_or_create(
        code=code, defaults={"name": name, "root": root, "added_at": at}
    )
    if bytes(row.root) != root:
        raise WitnessTaken(code)
    if is_new or row.ended_at:
        WitnessRow.objects.filter(code=code).update(name=name, ended_at=None)
        _record("attestation.witness_added", code, by, at, name=name, root=rules.fingerprint(root))


@transaction.atomic
def end_witness(*, code: str, reason: str, by: Actor, at: dt.datetime) -> None:
    """Take no further signatures of a witness; those it has given stay. Raises WitnessUnknown."""
    if not WitnessRow.objects.filter(code=code, ended_at=None).update(ended_at=at):
        raise WitnessUnknown(code)
    _record("attestation.witness_ended", code, by, at, reason=reason)


def witness(*, witness: str, size: int, made: Cosignature) -> None:
    """Keep a witness's signature over the head of ``size`` entries; a second one of the same changes nothing.

    Like a head it is no act in the ledger, which would have to be signed again for it.
    Raises WitnessUnknown, HeadUnknown, CosignatureWrong.
    """
    known = WitnessRow.objects.filter(code=witness, ended_at=None).first()
    row = HeadRow.objects.filter(size=size).first()
    if known is None:
        raise WitnessUnknown(witness)
    if row is None:
        raise HeadUnknown
    if not is_cosigned(head_of(row), made, bytes(known.root)):
        raise CosignatureWrong(witness)
    said = CosignatureRow(head=row, witness=known, at=made.at, suite=made.suite, certificate=made.certificate,
                          signature=made.signature)  # fmt: skip
    CosignatureRow.objects.bulk_create([said], ignore_conflicts=True)


@transaction.atomic
def watch_log(*, log: str, root: bytes, by: Actor = SYSTEM, at: dt.datetime) -> None:
    """Be a witness of another node's ledger from now on; ``root`` is that node's root certificate, X.509, DER.

    Raises WitnessTaken when the code stands for another root.
    """
    empty = {"certificate": root, "size": 0, "root": tree.EMPTY, "at": at}
    row, is_new = SeenRow.objects.get_or_create(log=log, defaults=empty)
    if bytes(row.certificate) != root:
        raise WitnessTaken(log)
    if is_new:
        _record("attestation.log_watched", log, by, at, root=rules.fingerprint(root))


def cosign(*, log: str, growth: Growth, by: Actor = SYSTEM, at: dt.datetime) -> Cosignature:
    """Sign another node's head as its witness, once it is known to be signed there and to begin with what we signed last.

    Raises WitnessUnknown (the log is not watched), HeadNotSigned, or LogRewritten, which goes on our own record.
    """
    try:
        return _cosign(log, growth, at)
    except LogRewritten:
        signed = growth.signed
        _record("attestation.log_rewritten", log, by, at, size=signed.head.size, root=signed.head.root.hex(),
                signature=signed.signature.hex(), since=growth.since)  # fmt: skip
        raise


def note_shorter(*, log: str, by: Actor = SYSTEM, at: dt.datetime) -> NoReturn:
    """Note that another node has fewer entries than were signed here as its witness, on our own record; LogRewritten."""
    seen = SeenRow.objects.get(log=log)
    _record(
        "attestation.log_rewritten", log, by, at, size=seen.size, root=bytes(seen.root).hex(), since=seen.size
    )
    raise LogRewritten(log)


@transaction.atomic
def _cosign(log: str, growth: Growth, at: dt.datetime) -> Cosignature:
    seen, signed = SeenRow.objects.select_for_update().filter(log=log).first(), growth.signed
    if seen is None:
        raise WitnessUnknown(log)
    if not is_signed(signed, bytes(seen.certificate)):
        raise HeadNotSigned(log)
    if not rules.continues(seen.size, bytes(seen.root), growth):
        raise LogRewritten(log)
    seen.size, seen.root, seen.at = signed.head.size, signed.head.root, at
    seen.save(update_fields=["size", "root", "at"])
    mark = trust.sign_as_log(rules.cosigned_bytes(signed, at))
    return Cosignature(at, mark.suite, mark.certificate, mark.value)


def _record(act: str, code: str, by: Actor, at: dt.datetime, **detail: object) -> None:
    ledger.record(act=act, subject=Subject("witness", code), by=by, at=at, detail=detail)
