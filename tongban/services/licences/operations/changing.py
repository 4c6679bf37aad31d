"""What happens to a licence after it was issued: each act once, with law and reason, in one transaction."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.types import Actor, Subject
from tongban.services.approvals import operations as approvals
from tongban.services.approvals.errors import BranchUnknown
from tongban.services.licences import models, unsealing
from tongban.services.licences.errors import LicenceUnknown
from tongban.services.licences.events import LicenceChanged, LicenceIssued
from tongban.services.licences.operations import issuing, recording
from tongban.services.licences.rules import life_cycle, validity
from tongban.services.licences.standing import roles_of
from tongban.services.licences.types import Act, Correction, LicenceState


def suspend(*, id: uuid.UUID, law: str, reason: str, by: Actor, at: dt.datetime) -> None:
    """Suspend a licence (暂扣): it can not be relied upon until it is resumed."""
    _change(id, Act.SUSPEND, law, reason, by, at)


def resume(*, id: uuid.UUID, law: str, reason: str, by: Actor, at: dt.datetime) -> None:
    """Resume a suspended licence."""
    _change(id, Act.RESUME, law, reason, by, at)


def revoke(*, id: uuid.UUID, law: str, reason: str, by: Actor, at: dt.datetime) -> None:
    """Revoke a licence (撤销): it should not have been granted (行政许可法 69)."""
    _change(id, Act.REVOKE, law, reason, by, at)


def withdraw(*, id: uuid.UUID, law: str, reason: str, by: Actor, at: dt.datetime) -> None:
    """Withdraw a licence (吊销): a penalty (行政处罚法 9)."""
    _change(id, Act.WITHDRAW, law, reason, by, at)


def cancel(*, id: uuid.UUID, law: str, reason: str, by: Actor, at: dt.datetime) -> None:
    """Strike a licence off (注销): expired, its holder is no more, or it was taken back (行政许可法 70)."""
    _change(id, Act.CANCEL, law, reason, by, at)


@transaction.atomic
def correct(
    *, id: uuid.UUID, correction: Correction, law: str, reason: str, by: Actor, at: dt.datetime
) -> uuid.UUID:
    """Issue a new version that says it right and return its id; the one before holds no more."""
    row = _row(id)
    name, face = unsealing.open_name(row.holder_name), unsealing.open_face(row.face)
    until = None if correction.is_open_ended else correction.valid_until or row.valid_until
    wanted = (name if correction.holder_name is None else correction.holder_name,
              face if correction.face is None else correction.face, until)  # fmt: skip
    if wanted == (name, face, row.valid_until):
        raise Invalid("licence-nothing-corrected", N_("更正后的内容和原来一样，没有什么要更正。"))
    if until is not None and until < row.valid_from:
        raise Invalid("licence-ends-before-it-begins", N_("有效期不能在开始之前结束。"))
    _apply(row, Act.CORRECT, law, reason, by, at)
    newer = issuing.reissue(row, holder_name=wanted[0], face=wanted[1], valid_until=until, at=at)
    recording.change(newer, 1, Act.ISSUE, None, LicenceState.VALID, law, reason, by, at).save(
        force_insert=True
    )
    ledger.record(act="licence.issue", subject=Subject("licence", str(newer.id)), by=by, at=at,
                  detail={"number": newer.number, "identifier": newer.identifier, "replaces": str(row.id)})  # fmt: skip
    outbox.publish(
        LicenceIssued(**recording.event_head(newer), number=newer.number, identifier=newer.identifier), at=at
    )
    _tell(row, Act.CORRECT, law, reason, by, at, newer=str(newer.id))
    return newer.id


@transaction.atomic
def correct_grant(
    *, id: uuid.UUID, correction: Correction, what: str, by: Actor, at: dt.datetime
) -> uuid.UUID:
    """Put right a licence and what was written in its decision; return the new version's id. One letter says both.

    Raises BranchUnknown for a licence that no decision of ours gave, and whatever ``correct`` raises.
    """
    row = _row(id)
    if row.branch_id is None:
        raise BranchUnknown
    approvals.correct(branch_id=row.branch_id, licences=[row.number], what=what, by=by, at=at)
    return correct(id=id, correction=correction, law=life_cycle.LAWS[Act.CORRECT], reason=what, by=by, at=at)


@transaction.atomic
def _change(id: uuid.UUID, act: Act, law: str, reason: str, by: Actor, at: dt.datetime) -> None:
    row = _row(id)
    _apply(row, act, law, reason, by, at)
    _tell(row, act, law, reason, by, at)


def _row(id: uuid.UUID) -> models.Licence:
    row = models.Licence.objects.select_for_update().filter(id=id).first()
    if row is None:
        raise LicenceUnknown
    return row


def _apply(row: models.Licence, act: Act, law: str, reason: str, by: Actor, at: dt.datetime) -> None:
    before = validity.state_on(LicenceState(row.state), row.valid_until, recording.day_of(at))
    step = life_cycle.check(before, act, roles_of(by, row.department, row.district, at))
    life_cycle.check_reason(law, reason)
    row.state, row.changes_count = step.next.value, row.changes_count + 1
    row.save(update_fields=["state", "changes_count"])
    recording.change(row, row.changes_count, act, before, step.next, law, reason, by, at).save(
        force_insert=True
    )
    detail = {"before": before.value, "after": step.next.value, "law": law, "reason": reason}
    ledger.record(
        act=f"licence.{act.value}", subject=Subject("licence", str(row.id)), by=by, at=at, detail=detail
    )


def _tell(
    row: models.Licence, act: Act, law: str, reason: str, by: Actor, at: dt.datetime, newer: str = ""
) -> None:
    event = LicenceChanged(
        **recording.event_head(row), act=act.value, state=row.state, law=law, reason=reason, newer=newer,
        by_kind=by.kind,
    )  # fmt: skip
    outbox.publish(event, at=at)
