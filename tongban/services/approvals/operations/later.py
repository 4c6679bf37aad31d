"""After the decision: correct its writing, take the licence back (行政许可法 69, 8), strike it off (行政许可法 70).

Licences hear of it by the event, which names them; the branch stays granted, as what was decided then.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction

from tongban.kernel.law import law
from tongban.kernel.types import Actor
from tongban.services.approvals.events import DecisionCorrected, LicencesCancelled, LicencesRevoked
from tongban.services.approvals.operations.recording import about, entered, note
from tongban.services.approvals.operations.writing import write
from tongban.services.approvals.rules import decisions, letters
from tongban.services.approvals.types import Act, Change, Fault, Lapse
from tongban.services.catalogue import queries as catalogue


@law("decision-corrected", basis="行政许可法 8（类推；更正笔误无专门条文）", says="What was written wrongly is put right in "
     "writing, told, and leaves the decision as it is")  # fmt: skip
@transaction.atomic
def correct(
    *, branch_id: uuid.UUID, licences: Sequence[str], what: str, by: Actor, at: dt.datetime
) -> uuid.UUID:
    """Put right what was written wrongly in a decision; return the letter. The licences are written anew."""
    row, role = entered(branch_id, Act.CORRECT, by=by, at=at)
    decisions.check_later_act(licences, what)
    letter = write(
        row, letters.Kind.CORRECTION, letters.correction(row.item_name, licences, what), by=by, at=at
    )
    event = DecisionCorrected(**about(row), licences=tuple(licences), what=what)
    detail = {"licences": list(licences), "what": what, "letter": letter.number}
    note(row, Act.CORRECT, role, by=by, at=at, event=event, detail=detail)
    return letter.id


@transaction.atomic
def revoke(
    *,
    branch_id: uuid.UUID,
    licences: Sequence[str],
    fault: Fault,
    reasons: str,
    harms_public: bool = False,
    by: Actor,
    at: dt.datetime,
) -> uuid.UUID:
    """Take back what was wrongly granted, with reasons and the ways of redress; return the letter (行政许可法 69)."""
    row, role = entered(branch_id, Act.REVOKE, by=by, at=at)
    decisions.check_later_act(licences, reasons)
    decisions.check_may_revoke(fault, harms_public=harms_public)
    body = letters.revocation(row.item_name, licences, fault, reasons, catalogue.get_city().remedies)
    letter = write(row, letters.Kind.REVOCATION, body, by=by, at=at)
    event = LicencesRevoked(**about(row), licences=tuple(licences), fault=fault.value, reasons=reasons)
    detail = {"licences": list(licences), "fault": fault.value, "letter": letter.number}
    note(row, Act.REVOKE, role, by=by, at=at, event=event, detail=detail)
    return letter.id


@transaction.atomic
def retract(
    *,
    branch_id: uuid.UUID,
    licences: Sequence[str],
    change: Change,
    reasons: str,
    compensation: str,
    by: Actor,
    at: dt.datetime,
) -> uuid.UUID:
    """Take back what was rightly granted, since law or facts have changed (行政许可法 8); return the letter.

    The licences are struck off, as those of every grant that was taken back (行政许可法 70(四)).
    """
    row, role = entered(branch_id, Act.RETRACT, by=by, at=at)
    decisions.check_later_act(licences, reasons)
    decisions.check_may_retract(change, compensation)
    body = letters.retraction(
        row.item_name, licences, change, reasons, compensation, catalogue.get_city().remedies
    )
    letter = write(row, letters.Kind.RETRACTION, body, by=by, at=at)
    event = LicencesCancelled(
        **about(row), licences=tuple(licences), lapse=Lapse.TAKEN_BACK.value, reasons=reasons
    )
    detail = {"licences": list(licences), "change": change.value, "letter": letter.number}
    note(row, Act.RETRACT, role, by=by, at=at, event=event, detail=detail)
    return letter.id


@law("licence-struck-off", basis="行政许可法 70", says="A licence that expired, whose holder is no more, or that was taken back is "
     "struck off")  # fmt: skip
@transaction.atomic
def cancel(
    *, branch_id: uuid.UUID, licences: Sequence[str], lapse: Lapse, reasons: str, by: Actor, at: dt.datetime
) -> uuid.UUID:
    """Strike licences off; return the letter (行政许可法 70)."""
    row, role = entered(branch_id, Act.CANCEL, by=by, at=at)
    decisions.check_later_act(licences, reasons)
    letter = write(
        row,
        letters.Kind.CANCELLING,
        letters.cancelling(row.item_name, licences, lapse, reasons),
        by=by,
        at=at,
    )
    event = LicencesCancelled(**about(row), licences=tuple(licences), lapse=lapse.value, reasons=reasons)
    detail = {"licences": list(licences), "lapse": lapse.value, "letter": letter.number}
    note(row, Act.CANCEL, role, by=by, at=at, event=event, detail=detail)
    return letter.id
