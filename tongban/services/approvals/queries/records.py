"""How rows become records."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tongban.foundation.calendars.rules import ONE_DAY
from tongban.foundation.calendars.types import Procedure
from tongban.foundation.statements import queries as statements
from tongban.kernel.types import Actor
from tongban.services.approvals import models
from tongban.services.approvals.rules import days as whose
from tongban.services.approvals.rules import lights
from tongban.services.approvals.rules.clocks import day_of
from tongban.services.approvals.rules.days import Life, Span
from tongban.services.approvals.types import (
    APPLICANT,
    PROCEDURE_PREFIX,
    Act,
    Branch,
    BranchEvent,
    BranchState,
    ClockStop,
    Decision,
    Extension,
    Finding,
    Opinion,
    Outcome,
    Role,
    Stage,
    Stance,
    Visit,
    Written,
)
from tongban.services.approvals.unsealing import open_text


@dataclass(slots=True)
class Rows:
    """Everything of a case's branches, read in one statement."""

    branches: Sequence[models.Branch]
    opinions: dict[uuid.UUID, list[models.Opinion]] = field(default_factory=lambda: defaultdict(list))
    stops: dict[uuid.UUID, list[models.Stop]] = field(default_factory=lambda: defaultdict(list))
    decisions: dict[uuid.UUID, models.Decision] = field(default_factory=dict)
    visits: list[models.Visit] = field(default_factory=list)
    members: dict[uuid.UUID, list[models.VisitMember]] = field(default_factory=lambda: defaultdict(list))
    first_reviews: dict[uuid.UUID, dt.date] = field(default_factory=dict)
    letters: list[models.Letter] = field(default_factory=list)
    events: dict[uuid.UUID, list[models.Event]] = field(default_factory=lambda: defaultdict(list))


def read(case_id: uuid.UUID) -> Rows:
    """Return the rows of a case's branches, their relations set (one statement)."""
    of_branch = {"branch__round_id": case_id}
    branches, rounds, opinions, stops, decisions, visits, members, letters, events = statements.together(
        models.Branch.objects.filter(round_id=case_id).order_by("position"),
        models.Round.objects.filter(case_id=case_id),
        models.Opinion.objects.filter(**of_branch).order_by("at", "id"),
        models.Stop.objects.filter(**of_branch).order_by("first_on"),
        models.Decision.objects.filter(**of_branch),
        models.Visit.objects.filter(round_id=case_id, cancelled_at__isnull=True).order_by("starts_at"),
        models.VisitMember.objects.filter(visit__round_id=case_id),
        models.Letter.objects.filter(**of_branch).order_by("at", "id"),
        models.Event.objects.filter(**of_branch).order_by("branch_id", "number"),
    )
    rows = Rows(branches, visits=visits, letters=letters)
    known = {row.id: row for row in branches}
    written = {letter.id: letter for letter in letters}
    for row in branches:
        row.round = rounds[0]
    for opinion in opinions:
        rows.opinions[opinion.branch_id].append(opinion)
        if opinion.stage == Stage.FIRST.value:
            rows.first_reviews[opinion.branch_id] = day_of(opinion.at)
    for stop in stops:
        stop.letter = written[stop.letter_id]
        rows.stops[stop.branch_id].append(stop)
    for decision in decisions:
        decision.letter = written[decision.letter_id]
        rows.decisions[decision.branch_id] = decision
    for member in members:
        member.branch = known[member.branch_id]
        rows.members[member.visit_id].append(member)
    for event in events:
        rows.events[event.branch_id].append(event)
    return rows


def lives(rows: Rows) -> list[Life]:
    """Return the branches as the account of days sees them."""
    return [_life(row, rows) for row in rows.branches]


def _life(row: models.Branch, rows: Rows) -> Life:
    return Life(
        key=row.item,
        department=row.department,
        waits_for=tuple(row.waits_for),
        opened_on=row.opened_on,
        closed_on=day_of(row.closed_at) if row.closed_at else None,
        spans=tuple(_spans(row, rows)),
    )


def _spans(row: models.Branch, rows: Rows) -> Iterable[Span]:
    """Yield the days of a branch that stand under another name than its department's."""
    for stop in rows.stops[row.id]:
        # Both days of an excluded period are out (行政许可法 45).
        yield Span(stop.first_on - ONE_DAY, stop.last_on, PROCEDURE_PREFIX + stop.procedure)
    for visit in rows.visits:
        if any(member.branch_id == row.id for member in rows.members[visit.id]):
            yield from _moves(visit)
    if row.first_department and row.opened_on:
        yield Span(row.opened_on, rows.first_reviews.get(row.id), row.first_department)


def _moves(visit: models.Visit) -> Iterable[Span]:
    for move in visit.moves:
        before, after = dt.date.fromisoformat(move["from"]), dt.date.fromisoformat(move["to"])
        if move["by"] == APPLICANT and before < after:
            yield Span(before, after, APPLICANT)


def branch(row: models.Branch, rows: Rows, lived: list[Life], days: lights.WorkingDays) -> Branch:
    """Return a branch as it stands today."""
    state = BranchState(row.state)
    accepted = row.round.accepted_on
    decision = rows.decisions.get(row.id)
    return Branch(
        id=row.id,
        case_id=row.round_id,
        item=row.item,
        item_name=row.item_name,
        department=row.department,
        state=state,
        stage=Stage(row.stage),
        light=lights.light(state, row.due_on, days),
        waits_for=tuple(row.waits_for),
        opened_on=row.opened_on,
        due_on=row.due_on,
        statutory_on=row.statutory_on,
        promised_days=row.promised_days,
        days=whose.days_by_party(days.calendar, accepted, days.today, lived, row.item),
        assignee=row.assignee,
        silence_is_consent=row.silence_is_consent,
        needs_visit=row.needs_visit,
        is_immediate=row.is_immediate,
        used_days=_used(row, rows, days),
        left_days=days.left(row.due_on) if row.due_on and state is BranchState.OPEN else None,
        opinions=tuple(opinion(one) for one in rows.opinions[row.id]),
        stops=tuple(clock_stop(one) for one in rows.stops[row.id]),
        extension=extension(row),
        decision=_decision(decision) if decision else None,
        closed_at=row.closed_at,
        first_department=row.first_department,
        first_due_on=row.due_on if row.stage == Stage.FIRST.value else None,
        ended_because=row.ended_because,
        is_provisional=row.is_provisional,
        shares_visit=row.shares_visit,
        district=row.round.district,
    )


def _used(row: models.Branch, rows: Rows, days: lights.WorkingDays) -> int:
    if row.used_days is not None:
        return row.used_days
    if row.opened_on is None:
        return 0
    until = days.today
    if row.state == BranchState.STOPPED.value:
        running = (stop.first_on for stop in rows.stops[row.id] if stop.last_on is None)
        until = min(until, next(running, until) - ONE_DAY)
    return max(0, days.between(row.opened_on, until) - row.stopped_days)


def extension(row: models.Branch | models.Round) -> Extension | None:
    """Return the extension of a branch or of the whole, if there is one."""
    if not row.extended_days or row.extended_at is None:
        return None
    by = Actor("staff", row.extended_by, row.extended_by_name)
    return Extension(row.extended_days, row.extended_reason, by, row.extended_at)


def opinion(row: models.Opinion) -> Opinion:
    """Return an opinion."""
    return Opinion(Stance(row.stance), row.grounds, Actor("staff", row.by_id, row.by_name), row.at)


def clock_stop(row: models.Stop) -> ClockStop:
    """Return a stop with its notice."""
    return ClockStop(
        id=row.id,
        branch_id=row.branch_id,
        procedure=Procedure(row.procedure),
        first=row.first_on,
        last=row.last_on,
        expected_days=row.expected_days,
        notice=written(row.letter),
        hearing_on=row.hearing_on,
        chair=row.chair,
    )


def _decision(row: models.Decision) -> Decision:
    by = Actor(row.by_kind, row.by_id, row.by_name)
    return Decision(Outcome(row.outcome), row.reasons, tuple(row.remedies), written(row.letter), by, row.at)


def written(row: models.Letter) -> Written:
    """Return a letter, decrypted."""
    return Written(
        kind=row.kind,
        number=row.number,
        text=open_text(row.text),
        sha256=row.sha256,
        seal=row.seal,
        signature=row.signature,
        at=row.at,
        by=Actor(row.by_kind, row.by_id, row.by_name),
    )


def visit(row: models.Visit, members: Iterable[models.VisitMember]) -> Visit:
    """Return a visit with what each department found."""
    first = row.moves[0]["from"] if row.moves else None
    return Visit(
        id=row.id,
        case_id=row.round_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=row.place,
        prepare=row.prepare,
        moved_by=row.moves[-1]["by"] if row.moves else "",
        first_planned_on=dt.date.fromisoformat(first) if first else day_of(row.starts_at),
        findings=tuple(_finding(one) for one in sorted(members, key=lambda one: one.branch.position)),
    )


def _finding(row: models.VisitMember) -> Finding:
    by = Actor("staff", row.found_by, row.found_by_name) if row.found_at else None
    return Finding(
        row.branch_id, row.branch.department, tuple(row.people), row.passes, row.finding, by, row.found_at
    )


def event(row: models.Event) -> BranchEvent:
    """Return one act of a branch."""
    return BranchEvent(
        number=row.number,
        act=Act(row.act),
        before=BranchState(row.before) if row.before else None,
        after=BranchState(row.after),
        at=row.at,
        by=Actor(row.by_kind, row.by_id, row.by_name),
        role=Role(row.role),
        detail=row.detail,
    )
