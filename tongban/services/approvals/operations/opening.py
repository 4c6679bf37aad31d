"""A case is accepted: its branches open, all at once but for what waits for another; the end of a round."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from typing import Any

from django.db import transaction

from tongban.foundation.calendars import queries as calendars
from tongban.foundation.calendars.types import Unit
from tongban.foundation.statements import operations as statements
from tongban.foundation.statements import queries as reading
from tongban.kernel.ids import new_id
from tongban.kernel.types import SYSTEM, Actor
from tongban.services.approvals import models
from tongban.services.approvals.events import BranchEnded, BranchOpened
from tongban.services.approvals.operations.intake import drop_intake, dropping_intake, shown_name
from tongban.services.approvals.operations.recording import (
    CLOCK,
    about,
    add_event,
    branches_of,
    iso,
    joint_timer_key,
    locked_round,
    move,
    note,
    timer_key,
    wind,
    wind_round,
)
from tongban.services.approvals.operations.sheet import Sheet, line
from tongban.services.approvals.rules.clocks import day_of
from tongban.services.approvals.rules.lights import WorkingDays
from tongban.services.approvals.rules.plan import Planned, is_joint, plan_branches
from tongban.services.approvals.types import FINAL, Act, BranchState, Role, Stage
from tongban.services.approvals.unsealing import name_index
from tongban.services.cases import queries as cases
from tongban.services.cases.types import Case, CaseState, MaterialState
from tongban.services.catalogue import queries as catalogue

CLOSED = [state.value for state in FINAL]
PREREQUISITE = "prerequisite"
IS_OPEN = "SELECT 1 FROM approvals_round WHERE case_id = %s"


@transaction.atomic(savepoint=False)
def open_round(*, case_id: uuid.UUID, by: Actor = SYSTEM, at: dt.datetime) -> bool:
    """Open the branches of an accepted case; return whether there was anything to do."""
    if reading.one(IS_OPEN, [case_id]):
        return False
    sheet = Sheet(at)
    branches = opened(case_id, sheet, by=by)
    sheet.write()
    return branches is not None


def opened(case_id: uuid.UUID, sheet: Sheet, *, by: Actor = SYSTEM) -> list[models.Branch] | None:
    """Open the branches of an accepted case that has none and return them; None when there is nothing to do.

    The round is written at once: who else opens it waits. The branches are on the sheet.
    """
    case = cases.get_case(case_id, by=SYSTEM, at=sheet.at)
    if case.state is not CaseState.ACCEPTED or case.accepted_on is None:
        return None
    items = {code: catalogue.get_item(code, case.versions.get(code)).item for code in case.items}
    alone = catalogue.effective(items[case.items[0]], case.district).promise if len(items) == 1 else None
    planned = plan_branches(case, items, alone)
    row = models.Round(case_id=case_id, **_round(case, planned))
    # Of two at once the second waits for the first and writes nothing.
    if not statements.run_together([unless_there(row)]):
        return None
    sheet.add_parts(dropping_intake(case_id))
    branches = [_branch(row, one, position) for position, one in enumerate(planned, start=1)]
    for branch in branches:
        sheet.open(branch, _work(branch, case))
        if not branch.waits_for:
            _open(branch, case.accepted_on, sheet, by)
    wind_round(row, sheet)
    return branches


def unless_there(row: models.Round) -> statements.Part:
    """Return the insertion of a round that somebody else may have opened meanwhile."""
    part = statements.inserting([row])
    return statements.Part(f"{part.sql} ON CONFLICT DO NOTHING", part.values)


def _open(branch: models.Branch, on: dt.date, sheet: Sheet, by: Actor) -> None:
    _begin(branch, on, sheet)
    move(branch, Act.OPEN)
    waiting, detail = BranchState.WAITING.value, _opened(branch)
    add_event(branch, Act.OPEN, Role.SYSTEM, waiting, by=by, detail=detail, sheet=sheet)
    sheet.tell(BranchOpened(**about(branch), **detail))


def _begin(branch: models.Branch, on: dt.date, sheet: Sheet) -> None:
    branch.opened_on = branch.started_on = on
    wind(branch, sheet, stops=())


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


def _start(branch: models.Branch, on: dt.date, sheet: Sheet) -> None:
    """Open a branch that has waited: its clock runs from the day, which is not counted."""
    _begin(branch, on, sheet)
    event = BranchOpened(**about(branch), **_opened(branch))
    note(
        branch, Act.OPEN, Role.SYSTEM, by=SYSTEM, at=sheet.at, event=event, detail=_opened(branch),
        changed=("opened_on", *CLOCK), sheet=sheet,
    )  # fmt: skip


def went_on(row: models.Round, branches: list[models.Branch], sheet: Sheet) -> str:
    """After a branch became final: open what waited for it, end what stood on a refusal, close the round.

    Args: ``branches`` are all of the round, as the act has left them. Returns the outcome of the whole case once all
    are final and any of them was decided, else nothing.
    """
    state_of = {branch.item: branch for branch in branches}
    # In the order of the path: what ends here may end others that come after it.
    for branch in branches * 2:
        if branch.state == BranchState.WAITING.value:
            _go_on(branch, [state_of[code].state for code in branch.waits_for if code in state_of], sheet)
    if all(branch.state in CLOSED for branch in branches):
        return _close(row, branches, sheet)
    return ""


def _go_on(branch: models.Branch, awaited: list[str], sheet: Sheet) -> None:
    if any(state in (BranchState.REFUSED.value, BranchState.ENDED.value) for state in awaited):
        end_branch(branch, PREREQUISITE, by=SYSTEM, sheet=sheet)
    elif all(state == BranchState.GRANTED.value for state in awaited):
        _start(branch, day_of(sheet.at), sheet)


def end_branch(branch: models.Branch, because: str, *, by: Actor, sheet: Sheet) -> None:
    """End a branch without a decision."""
    close_clock(branch, sheet)
    branch.ended_because = because
    event = BranchEnded(**about(branch), because=because)
    note(
        branch, Act.END, Role.SYSTEM, by=by, at=sheet.at, event=event, detail={"because": because}, sheet=sheet,
        changed=("closed_at", "used_days", "ended_because", "due_on", "statutory_on"),
    )  # fmt: skip


def close_clock(branch: models.Branch, sheet: Sheet) -> None:
    """Stop counting for good: set how many working days the branch used, call the timer off."""
    branch.closed_at = sheet.at
    branch.used_days = used_days(branch, day_of(sheet.at))
    sheet.call_off(timer_key(branch.id))


def used_days(branch: models.Branch, on: dt.date) -> int:
    """Return the working days from opening to a day, without those of stops."""
    if branch.opened_on is None:
        return 0
    days = WorkingDays(calendars.current_calendar(), on, reach=abs((on - branch.opened_on).days) + 1)
    return max(0, days.between(branch.opened_on, on) - branch.stopped_days)


def _close(row: models.Round, branches: list[models.Branch], sheet: Sheet) -> str:
    row.closed_at = sheet.at
    sheet.change(row, ["closed_at"])
    if row.is_joint:
        sheet.call_off(joint_timer_key(row.case_id))
    states = Counter(branch.state for branch in branches)
    granted, refused = states[BranchState.GRANTED.value], states[BranchState.REFUSED.value]
    if not granted + refused:
        return ""
    return "granted" if granted == len(branches) else "partly" if granted else "refused"


@transaction.atomic
def end_round(*, case_id: uuid.UUID, because: str, by: Actor = SYSTEM, at: dt.datetime) -> None:
    """End what is still open of a case that was withdrawn or terminated."""
    drop_intake(case_id)
    if not reading.one(IS_OPEN, [case_id]):
        return
    row = locked_round(case_id)
    if row.closed_at is not None:
        return
    sheet = Sheet(at)
    for branch in branches_of(row):
        if branch.state not in CLOSED:
            _end_stop(branch, at)
            end_branch(branch, because, by=by, sheet=sheet)
    row.closed_at = at
    sheet.change(row, ["closed_at"])
    sheet.call_off(joint_timer_key(case_id))
    sheet.write()


def _end_stop(branch: models.Branch, at: dt.datetime) -> None:
    for stop in models.Stop.objects.filter(branch_id=branch.id, last_on__isnull=True):
        stop.last_on = max(stop.first_on, day_of(at))
        stop.save(update_fields=["last_on"])
