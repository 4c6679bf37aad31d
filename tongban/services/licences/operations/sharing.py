"""Sharing a licence: its holder lets somebody look at it for a while, and ends it when they like."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.trust import queries as trusted
from tongban.kernel.types import Actor, Subject
from tongban.services.licences import models
from tongban.services.licences.errors import LicenceUnknown
from tongban.services.licences.queries.sharing import shared_row
from tongban.services.licences.rules import sharing as rules
from tongban.services.licences.standing import check_may_share
from tongban.services.licences.types import Shared

INSTANT = dt.timedelta(microseconds=1)


@transaction.atomic
def share(*, id: uuid.UUID, purpose: str, minutes: int, by: Actor, at: dt.datetime) -> str:
    """Return a code by which anybody sees the licence with its face for so many minutes; it is shown this once."""
    row = _own(id, by, at)
    said, code = rules.check(purpose, minutes), rules.new_code()
    models.Sharing.objects.create(
        licence=row, code=trusted.keyed_digest(rules.PURPOSE, rules.plain(code).encode()), purpose=said,
        made_at=at, ends_at=rules.ends_at(at, minutes), by_kind=by.kind, by_id=by.id,
    )  # fmt: skip
    _record("licence.share", row, by, at, purpose=said, minutes=minutes)
    return code


@transaction.atomic
def end_sharing(*, id: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    """End a sharing before its time; one that has ended stays so. Raises LicenceUnknown."""
    found = models.Sharing.objects.select_for_update().filter(id=id).first()
    if found is None:
        raise LicenceUnknown
    row = _own(found.licence_id, by, at)
    if at < found.ends_at:
        found.ends_at = max(at, found.made_at + INSTANT)
        found.save(update_fields=["ends_at"])
        _record("licence.end_sharing", row, by, at, sharing=str(id))


@transaction.atomic
def show_shared(*, code: str, by: Actor, at: dt.datetime) -> Shared:
    """Return what a code shows, and record that somebody looked: the holder sees it among those who read their data.

    Raises SharingOver when it shows nothing, or nothing any more; that is not recorded.
    """
    row, found = shared_row(code, at=at)
    subject = Subject("licence", str(row.licence_id))
    detail = {"sharing": str(row.id), "purpose": row.purpose}
    ledger.record(act="licence.shown", subject=subject, by=by, at=at, detail=detail)
    return found


def _own(id: uuid.UUID, by: Actor, at: dt.datetime) -> models.Licence:
    row = models.Licence.objects.filter(id=id).first()
    if row is None:
        raise LicenceUnknown
    check_may_share(by, Subject(row.holder_kind, row.holder_id), at)
    return row


def _record(act: str, row: models.Licence, by: Actor, at: dt.datetime, **detail: object) -> None:
    ledger.record(act=act, subject=Subject("licence", str(row.id)), by=by, at=at, detail=detail)
