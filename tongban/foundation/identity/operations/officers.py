"""Acts of the officers: reviewing readings in full, lifting lock-outs, reading the ledger; each is on the ledger."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping

from django.db import transaction

from tongban.foundation.identity import rules
from tongban.foundation.identity.errors import AccountUnknown, ReadingUnknown
from tongban.foundation.identity.models import Account, UnmaskingReview
from tongban.foundation.identity.queries.officers import LOOKS, QUESTIONED, READINGS
from tongban.foundation.identity.queries.staff import staff_access
from tongban.foundation.identity.types import StaffAccess
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger import queries as records
from tongban.foundation.ledger.types import Entry, Wanted
from tongban.kernel.types import Actor, Subject


def _access(by: Actor, at: dt.datetime) -> StaffAccess | None:
    return staff_access(by.id, at=at) if by.kind == "staff" else None


@transaction.atomic
def review_unmasking(*, record: uuid.UUID, verdict: str, note: str = "", by: Actor, at: dt.datetime) -> None:
    """Write down what the security officer found of a reading in full; a later finding replaces the earlier.

    Raises NotAllowed, ReadingUnknown, Invalid. Source: 个人信息保护法第 51、54 条 (regular audits of compliance).
    """
    rules.check_may_watch(_access(by, at))
    found = records.find_entry(record)
    if found is None or found.act not in READINGS:
        raise ReadingUnknown
    rules.check_review(verdict, note, reader=found.by.id, reviewer=by.id)
    values = {"reviewer": by.id, "verdict": verdict, "note": note.strip()[:300], "at": at}
    UnmaskingReview.objects.update_or_create(record=record, defaults=values)
    detail = {"record": str(record), "verdict": verdict}
    ledger.record(act="identity.unmasking_reviewed", subject=found.subject, by=by, at=at, detail=detail)


@transaction.atomic
def question_reading(*, record: uuid.UUID, subjects: Collection[Subject], by: Actor, at: dt.datetime) -> None:
    """Tell the security officer that somebody does not recognise a reading of their data; once a reading.

    Args: ``subjects`` are what the asking person may ask about: themselves, and cases of theirs.
    Raises ReadingUnknown. Source: 个人信息保护法第 45、50 条 (to know, and to be answered).
    """
    found = records.find_entry(record)
    if found is None or found.act not in LOOKS or found.by.kind != "staff":
        raise ReadingUnknown
    if not records.is_about(found, subjects):
        raise ReadingUnknown
    detail = {"record": str(record), "act": found.act, "reader": found.by.id}
    asked = {str(one.detail.get("record")) for one in records.entries(found.subject, limit=500)
             if one.act == QUESTIONED}  # fmt: skip
    if str(record) not in asked:
        ledger.record(act=QUESTIONED, subject=found.subject, by=by, at=at, detail=detail)


@transaction.atomic
def lift_lock_out(*, account: uuid.UUID, by: Actor, at: dt.datetime) -> str:
    """Let somebody try their password again at once, and return by what word their tries are counted.

    The security officer does this, for staff. Raises NotAllowed, AccountUnknown.
    """
    rules.check_may_watch(_access(by, at))
    row = Account.objects.filter(id=account, staff__isnull=False).first()
    if row is None:
        raise AccountUnknown
    ledger.record(act="identity.lock_out_lifted", subject=Subject("account", str(row.id)), by=by, at=at)
    return row.handle


@transaction.atomic
def read_ledger(
    *,
    wanted: Wanted,
    asked: Mapping[str, str],
    page: int = 1,
    size: int = 50,
    access: StaffAccess | None = None,
    by: Actor,
    at: dt.datetime,
) -> tuple[tuple[Entry, ...], bool]:
    """Return acts of a period to the audit officer, and whether there are more; the look itself is an act.

    Args: ``asked`` is what was typed, for the record, where no number of a person belongs; ``access`` is what the reader may do, where it was read
    already. Raises NotAllowed.
    """
    rules.check_may_read_ledger(access if access and access.actor == by else _access(by, at))
    found = records.find_entries(wanted, page=page, size=size)
    typed = {name: rules.mask_within(value)[:100] for name, value in asked.items()}
    detail = {**typed, "page": str(page)}
    ledger.record(act="identity.ledger_read", subject=Subject("ledger", "acts"), by=by, at=at, detail=detail)
    return found
