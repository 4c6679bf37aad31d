"""A case is accepted: its branches open, all at once but for what waits for another; the end of a round."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from typing import Any

from django.db import transaction

from tongban.foundation.calendars import queries as calendars
from tongban.foundation.calendars.types import Unit
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.statements import operations as statements
from tongban.foundation.statements import queries as reading
from tongban.kernel.ids import new_id
from tongban.kernel.types import SYSTEM, Actor
from tongban.services.approvals import models
from tongban.services.approvals.events import BranchEnded, BranchOpened
from tongban.services.approvals.operations.intake import drop_intake, shown_name
from tongban.services.approvals.operations.recording import (
    CLOCK,
    about,
    iso,
    joint_timer_key,
    line,
    locked_round,
    move,
    note,
    timer_key,
    wind,
    wind_round,
    write_event,
)
from tongban.services.approvals.rules.clocks import day_of
from tongban.services.approvals.rules.lights import WorkingDays
from tongban.services.approvals.rules.plan import Planned, is_joint, plan_branches
from tongban.services.approvals.types import FINAL, Act, BranchState, Role, Stage
from tongban.services.approvals.unsealing import name_index
from tongban.services.cases import operations as case_operations
from tongban.services.cases import queries as cases
from tongban.services.cases.types import Case, CaseState, MaterialState
from tongban.services.catalogue import queries as catalogue

CLOSED = [state.value for state in FINAL]
PREREQUISITE = "prerequisite"
IS_OPEN = "SELECT 1 FROM approvals_round WHERE case_id = %s"


@transaction.atomic
def open_round(*, case_id: uuid.UUID, by: Actor = SYSTEM, at: dt.datetime) -> bool:
    """Open the branches of an accepted case; return whether there was anything to do."""
    if reading.one(IS_OPEN, [case_id]):
        return False
    case = cases.get_case(case_id, by=SYSTEM, at=at)
    if case.state is not CaseState.ACCEPTED or case.accepted_on is None:
        return False
    items = {code: catalogue.get_item(code, case.versions.get(code)).item for code in case.items}
    alone = catalogue.effective(items[case.items[0]], case.district).promise if len(items) == 1 else None
    planned = plan_branches(case, items, alone)
    row = models.Round(case_id=case_id, **_round(case, planned))
    models.Round.objects.bulk_create([row], ignore_conflicts=True)
    # Of two at once the second waits for the first, writes nothing, and finds its branches.
    if models.Branch.objects.filter(round_id=case_id).exists():
        return False
    drop_intake(case_id)
    branches = [_branch(row, one, position) for position, one in enumerate(planned, start=1)]
    ready = [branch for branch in branches if not branch.waits_for]
    for branch in ready:
        _begin(branch, case.accepted_on)
        move(branch, Act.OPEN)
    statements.insert_many(branches)
    statements.insert_many([_work(branch, case) for branch in branches])
    for branch in ready:
        write_event(
            branch, Act.OPEN, Role.SYSTEM, BranchState.WAITING.value, by=by, at=at, detail=_opened(branch)
        )
        outbox.publish(BranchOpened(**about(branch), **_opened(branch)), at=at)
    wind_round(row)
    return True


def _begin(branch: models.Branch, on: dt.date) -> None:
    branch.opened_on = branch.started_on = on
    wind(branch, stops=())


def _opened(branch: models.Branch) -> dict[str, str]:
    return {"due_on": iso(branch.due_on)}


def _round(case: Case, planned: tuple[Planned, ...]) -> dict[str, Any]:
    return {
        "number": case.number or "",
        "service_kind": case.service.kind,
        "service_code": case.service.id,
        "service_name": case.service_name,
        "district": case.district,
        "applicant_kind": case.applicant.kind,
        "applicant_id": case.applicant.id,
        "applicant_shown": shown_name(case),
        "applicant_index": name_index(case.applicant_name),
        "lead": case.departments[0],
        "is_joint": is_joint(planned),
        "accepted_on": case.accepted_on,
    }


def _branch(row: models.Round, planned: Planned, position: int) -> models.Branch:
    """Return the row of a branch before it is written: waiting, until it begins."""
    branch = models.Branch(
        round=row,
        position=position,
        item=planned.item,
        item_version=planned.version,
        item_name=planned.item_name,
        department=planned.department,
        state=BranchState.WAITING.value,
        stage=Stage.FIRST.value if planned.first_department else Stage.MAIN.value,
        first_department=planned.first_department,
        waits_for=list(planned.waits_for),
        promised_days=planned.promised.number,
        promised_calendar=planned.promised.unit is Unit.DAYS,
        statutory_days=planned.statutory.number,
        statutory_calendar=planned.statutory.unit is Unit.DAYS,
        is_immediate=planned.is_immediate,
        silence_is_consent=planned.silence_is_consent,
        needs_visit=planned.needs_visit,
        shares_visit=planned.shares_visit,
    )
    branch.id = new_id()
    return branch


def _work(branch: models.Branch, case: Case) -> models.Work:
    row = branch.round
    papers = [one for one in case.materials if one.item == branch.item]
    states = Counter(one.state for one in papers)
    return models.Work(
        id=branch.id,
        case_id=row.case_id,
        branch_id=branch.id,
        district=row.district,
        item=branch.item,
        item_name=branch.item_name,
        service=row.service_code,
        service_name=row.service_name,
        number=row.number,
        applicant=row.applicant_shown,
        applicant_index=row.applicant_index,
        is_immediate=branch.is_immediate,
        papers=len(papers),
        papers_exempt=states[MaterialState.EXEMPT],
        papers_missing=states[MaterialState.MISSING] + states[MaterialState.LATER],
        **line(branch),
    )


def _start(branch: models.Branch, on: dt.date, *, by: Actor, at: dt.datetime) -> None:
    """Open a branch that has waited: its clock runs from the day, which is not counted."""
    _begin(branch, on)
    event = BranchOpened(**about(branch), **_opened(branch))
    changed = ("opened_on", *CLOCK)
    note(branch, Act.OPEN, Role.SYSTEM, by=by, at=at, event=event, detail=_opened(branch), changed=changed)


def went_on(row: models.Round, *, at: dt.datetime) -> None:
    """After a branch became final: open what waited for it, end what stood on a refusal, close the round."""
    branches = list(models.Branch.objects.filter(round_id=row.case_id).order_by("position"))
    for branch in branches:
        branch.round = row
    state_of = {branch.item: branch for branch in branches}
    # In the order of the path: what ends here may end others that come after it.
    for branch in branches * 2:
        if branch.state == BranchState.WAITING.value:
            _go_on(branch, [state_of[code].state for code in branch.waits_for if code in state_of], at)
    if all(branch.state in CLOSED for branch in branches):
        _close(row, branches, at)


def _go_on(branch: models.Branch, awaited: list[str], at: dt.datetime) -> None:
    if any(state in (BranchState.REFUSED.value, BranchState.ENDED.value) for state in awaited):
        end_branch(branch, PREREQUISITE, by=SYSTEM, at=at)
    elif all(state == BranchState.GRANTED.value for state in awaited):
        _start(branch, day_of(at), by=SYSTEM, at=at)


def end_branch(branch: models.Branch, because: str, *, by: Actor, at: dt.datetime) -> None:
    """End a branch without a decision."""
    close_clock(branch, at)
    branch.ended_because = because
    event = BranchEnded(**about(branch), because=because)
    changed = ("closed_at", "used_days", "ended_because", "due_on", "statutory_on")
    note(
        branch, Act.END, Role.SYSTEM, by=by, at=at, event=event, detail={"because": because}, changed=changed
    )


def close_clock(branch: models.Branch, at: dt.datetime) -> None:
    """Stop counting for good: set how many working days the branch used, call the timer off."""
    branch.closed_at = at
    branch.used_days = used_days(branch, day_of(at))
    outbox.cancel(timer_key(branch.id))


def used_days(branch: models.Branch, on: dt.date) -> int:
    """Return the working days from opening to a day, without those of stops."""
    if branch.opened_on is None:
        return 0
    days = WorkingDays(calendars.current_calendar(), on, reach=abs((on - branch.opened_on).days) + 1)
    return max(0, days.between(branch.opened_on, on) - branch.stopped_days)


def _close(row: models.Round, branches: list[models.Branch], at: dt.datetime) -> None:
    row.closed_at = at
    statements.update(row, ("closed_at",))
    if row.is_joint:
        outbox.cancel(joint_timer_key(row.case_id))
    states = Counter(branch.state for branch in branches)
    granted, refused = states[BranchState.GRANTED.value], states[BranchState.REFUSED.value]
    if granted + refused:
        outcome = "granted" if granted == len(branches) else "partly" if granted else "refused"
        case_operations.record_decided(case_id=row.case_id, outcome=outcome, by=SYSTEM, at=at)


@transaction.atomic
def end_round(*, case_id: uuid.UUID, because: str, by: Actor = SYSTEM, at: dt.datetime) -> None:
    """End what is still open of a case that was withdrawn or terminated."""
    drop_intake(case_id)
    if not models.Round.objects.filter(case_id=case_id).exists():
        return
    row = locked_round(case_id)
    if row.closed_at is not None:
        return
    for branch in models.Branch.objects.filter(round_id=case_id).exclude(state__in=CLOSED):
        branch.round = row
        _end_stop(branch, at)
        end_branch(branch, because, by=by, at=at)
    row.closed_at = at
    row.save(update_fields=["closed_at"])
    outbox.cancel(joint_timer_key(case_id))


def _end_stop(branch: models.Branch, at: dt.datetime) -> None:
    for stop in models.Stop.objects.filter(branch_id=branch.id, last_on__isnull=True):
        stop.last_on = max(stop.first_on, day_of(at))
        stop.save(update_fields=["last_on"])
