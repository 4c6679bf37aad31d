"""Decisions: granted or refused in writing, once; silence where the item says so; many at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from tongban.foundation.packs import queries as packs
from tongban.kernel.errors import Conflict, Failure
from tongban.kernel.law import law
from tongban.kernel.types import SYSTEM, Actor
from tongban.services.approvals import models
from tongban.services.approvals.errors import AlreadyDecided, BranchUnknown
from tongban.services.approvals.events import BranchDecided
from tongban.services.approvals.operations.opening import close_clock, opened, went_on
from tongban.services.approvals.operations.recording import (
    about,
    branches_of,
    find_locked_round,
    locked,
    note,
)
from tongban.services.approvals.operations.sheet import Sheet
from tongban.services.approvals.operations.writing import writing
from tongban.services.approvals.rules import decisions, letters, life_cycle
from tongban.services.approvals.standing import roles_of
from tongban.services.approvals.types import Act, BranchState, Bulk, Outcome, Role
from tongban.services.cases import operations as case_operations
from tongban.services.cases import queries as cases
from tongban.services.cases.types import CaseState
from tongban.services.catalogue import queries as catalogue

FINAL_FIELDS = ("closed_at", "used_days")
ACT_OF = {Outcome.GRANTED: Act.GRANT, Outcome.REFUSED: Act.REFUSE, Outcome.SILENCE: Act.GRANT_BY_SILENCE}
KIND_OF = {
    Outcome.GRANTED: letters.Kind.GRANT,
    Outcome.REFUSED: letters.Kind.REFUSAL,
    Outcome.SILENCE: letters.Kind.SILENCE,
}


@transaction.atomic
def decide(
    *,
    branch_id: uuid.UUID,
    outcome: Outcome,
    reasons: str = "",
    remedies: Sequence[str] = (),
    by: Actor,
    at: dt.datetime,
) -> uuid.UUID:
    """Grant or refuse, in writing and sealed; return the letter's id.

    A refusal has reasons and the ways of redress; without ``remedies`` those of the city (行政许可法 38).
    Raises AlreadyDecided when somebody else was first.
    """
    row, sheet = locked(branch_id), Sheet(at)
    letter = _judge(row, outcome, reasons, remedies, sheet, by)
    _finish(row.round, _with_others(row), sheet)
    return letter


def _judge(
    row: models.Branch, outcome: Outcome, reasons: str, remedies: Sequence[str], sheet: Sheet, by: Actor
) -> uuid.UUID:
    """Decide a locked branch if the rules allow it; return the letter's id."""
    roles = roles_of(by, row, sheet.at)
    _check_not_decided(row, roles)
    role = life_cycle.check_act(ACT_OF[outcome], BranchState(row.state), roles)
    said = tuple(remedies) or catalogue.get_city().remedies
    if outcome is Outcome.REFUSED:
        decisions.check_refusal(reasons, said)
    decisions.check_reviewed(
        is_immediate=row.is_immediate,
        has_opinion=row.has_opinion,
        reasons=reasons,
        needs_visit=row.needs_visit and outcome is not Outcome.REFUSED,
        has_finding=_is_found(row),
    )
    return _decide(row, outcome, reasons.strip(), said, role, sheet, by)


def _check_not_decided(row: models.Branch, roles: frozenset[Role]) -> None:
    """Tell who comes second that somebody else was first; who may not decide hears that instead."""
    if row.closed_at is None or not roles & {Role.DECIDER, Role.HEAD}:
        return
    made = models.Decision.objects.filter(branch_id=row.id).first()
    if made is not None:
        raise AlreadyDecided(made.by_name or made.by_id, made.at)


def _is_found(row: models.Branch) -> bool:
    if not row.needs_visit:
        return False
    return models.VisitMember.objects.filter(branch_id=row.id, found_at__isnull=False).exists()


def _decide(
    row: models.Branch, outcome: Outcome, reasons: str, remedies: Sequence[str], role: Role, sheet: Sheet, by: Actor
) -> uuid.UUID:  # fmt: skip
    # A case taken back a moment ago, whose branches have not heard of it yet, is not decided any more; one that is
    # taken back at this moment waits for the decision, or the decision for it.
    if cases.locked_state(row.round_id) is not CaseState.ACCEPTED:
        raise BranchUnknown
    letter, parts = writing(row, KIND_OF[outcome], _body(row, outcome, reasons, remedies), by=by, at=sheet.at)
    sheet.add_parts(parts)
    sheet.add(models.Decision(
        branch_id=row.id, outcome=outcome.value, reasons=reasons, letter=letter, by_kind=by.kind, by_id=by.id,
        remedies=list(remedies) if outcome is Outcome.REFUSED else [], by_name=by.name, at=sheet.at,
    ))  # fmt: skip
    close_clock(row, sheet)
    detail = {
        "outcome": outcome.value,
        "letter": letter.number,
        "sha256": letter.sha256,
        "used_days": row.used_days,
    }
    note(
        row, ACT_OF[outcome], role, by=by, at=sheet.at, event=BranchDecided(**about(row), outcome=outcome.value),
        detail=detail, changed=FINAL_FIELDS, sheet=sheet,
    )  # fmt: skip
    return letter.id


def _with_others(row: models.Branch) -> list[models.Branch]:
    """Return all branches of the round, this one as the act has left it."""
    return [row if one.id == row.id else one for one in branches_of(row.round)]


def _finish(row: models.Round, branches: list[models.Branch], sheet: Sheet) -> None:
    """Go on with the round after decisions, write all of it, and tell the case when its last branch was decided."""
    outcome = went_on(row, branches, sheet)
    try:
        sheet.write()
    except IntegrityError as error:
        if "branch_decided_once" in str(error):
            raise Conflict("branch-decided-once", str(error)) from error
        raise
    if outcome:
        case_operations.record_decided(case_id=row.case_id, outcome=outcome, by=SYSTEM, at=sheet.at)


def _body(row: models.Branch, outcome: Outcome, reasons: str, remedies: Sequence[str]) -> list[str]:
    accepted = row.round.accepted_on
    if outcome is Outcome.REFUSED:
        return letters.refusal(row.item_name, accepted, reasons, remedies)
    if outcome is Outcome.SILENCE:
        return letters.silence(row.item_name, row.due_on or accepted)
    return letters.grant(row.item_name, accepted, reasons)


@law("silence-only-where-published", basis="行政许可法 50（类推）；docs/reference/counting.md", says="Silence of a department is "
     "consent only where the item's published rule says so")  # fmt: skip
@transaction.atomic
def grant_by_silence(*, branch_id: uuid.UUID, by: Actor = SYSTEM, at: dt.datetime) -> bool:
    """Grant what nobody decided in time, where the item says that silence is consent; return whether it was so."""
    row = locked(branch_id)
    if not row.silence_is_consent or row.state != BranchState.OPEN.value:
        return False
    role = life_cycle.check_act(Act.GRANT_BY_SILENCE, BranchState(row.state), roles_of(by, row, at))
    sheet = Sheet(at)
    _decide(row, Outcome.SILENCE, "", (), role, sheet, by)
    _finish(row.round, _with_others(row), sheet)
    return True


@law("decide-on-the-spot", basis="行政许可法 34(2)", says="What is complete and can be decided on the spot is decided on the "
     "spot, in writing")  # fmt: skip
@transaction.atomic
def grant_many(*, branch_ids: Sequence[uuid.UUID], reasons: str = "", by: Actor, at: dt.datetime) -> Bulk:
    """Grant several branches, each as ``decide``; what can not be granted is told with its sentence."""
    done, refused = [], {}
    for branch_id in branch_ids:
        try:
            with transaction.atomic():
                decide(branch_id=branch_id, outcome=Outcome.GRANTED, reasons=reasons, by=by, at=at)
            done.append(branch_id)
        except Failure as failure:
            refused[branch_id] = str(failure)
    return Bulk(tuple(done), refused)


@packs.of_one_revision
@transaction.atomic
def grant_on_the_spot(*, case_id: uuid.UUID, by: Actor, at: dt.datetime) -> bool:
    """Open and grant an accepted case of immediate items at once; return whether there was anything to do."""
    sheet = Sheet(at)
    branches = _open_now(case_id, sheet)
    ready = [one for one in branches if one.state == BranchState.OPEN.value and one.is_immediate]
    for one in ready:
        _judge(one, Outcome.GRANTED, "", (), sheet, by)
    if ready:
        _finish(ready[0].round, branches, sheet)
    else:
        sheet.write()
    return bool(ready)


def _open_now(case_id: uuid.UUID, sheet: Sheet) -> list[models.Branch]:
    """Return the branches of a case, their round locked: opened by this act if they were not."""
    row = find_locked_round(case_id)
    branches = opened(case_id, sheet) if row is None else branches_of(row)
    if branches is None and (row := find_locked_round(case_id)):  # somebody else was quicker
        branches = branches_of(row)
    return branches or []
