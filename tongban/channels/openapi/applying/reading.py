"""How records of the house become answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tongban.channels.openapi.applying.records import (
    Applicant,
    BranchLine,
    CaseLine,
    DaysLine,
    DemandLine,
    ForecastLine,
    LetterWhole,
    ReceiptWhole,
    Service,
    VisitLine,
)
from tongban.kernel.types import Subject
from tongban.oversight.effectiveness.types import Forecast
from tongban.services.approvals.types import Branch, Round
from tongban.services.approvals.types import Written as BranchWritten
from tongban.services.cases.types import Case, CaseCard, Receipt, Written


def service(kind_and_code: Subject, name: str) -> Service:
    """Return what is applied for."""
    return Service(kind=kind_and_code.kind, code=kind_and_code.id, name=name)  # type: ignore[arg-type]


def line(case: Case | CaseCard) -> CaseLine:
    """Return a case as a list shows it."""
    return CaseLine(**shared(case))


def shared(case: Case | CaseCard) -> dict[str, Any]:
    """Return the fields that a case has in a list and alone."""
    same = ("id", "number", "state", "district", "items", "started_at", "received_at", "completeness_due",
            "accepted_on", "deemed", "promised_due", "closed_at")  # fmt: skip
    who = case.applicant
    return {name: getattr(case, name) for name in same} | {
        "service": service(case.service, case.service_name),
        "applicant": Applicant(kind=who.kind, id=who.id, name=case.applicant_name),  # type: ignore[arg-type]
    }


def branch(one: Branch) -> BranchLine:
    """Return a branch; who works on it is the department's affair."""
    stopped = one.stops[-1].procedure.value if one.state == "stopped" and one.stops else ""
    decided = one.decision
    return BranchLine(
        item=one.item, item_name=one.item_name, department=one.department, state=one.state.value,
        waits_for=list(one.waits_for), opened_on=one.opened_on, due_on=one.due_on, promised_days=one.promised_days,
        used_days=one.used_days, left_days=one.left_days, stopped_for=stopped,
        outcome=decided.outcome.value if decided else "", reasons=decided.reasons if decided else "",
        remedies=list(decided.remedies) if decided else [],
    )  # fmt: skip


def days(found: Round | None) -> list[DaysLine]:
    """Return whose days were used."""
    stretches = found.account.stretches if found else ()
    return [
        DaysLine(parties=list(one.parties), first=one.first, last=one.last, days=one.days)
        for one in stretches
    ]


def visit(found: Round | None) -> VisitLine | None:
    """Return the one visit, if one is planned."""
    one = found.visit if found else None
    if one is None:
        return None
    return VisitLine(
        starts_at=one.starts_at, ends_at=one.ends_at, place=one.place, prepare=one.prepare, held=one.is_held
    )


def forecast(found: Forecast | None) -> ForecastLine | None:
    """Return the forecast, if there is one."""
    if found is None:
        return None
    return ForecastLine(p50_on=found.p50_on, p90_on=found.p90_on, in_time=found.in_time, basis=found.basis)


def receipt(found: Receipt) -> ReceiptWhole:
    """Return a receipt."""
    return ReceiptWhole(
        case=found.case_id, number=found.number, code=found.code, service=service(found.service, found.service_name),
        applicant_name=found.applicant_name, received_at=found.received_at, completeness_due=found.completeness_due,
        items=list(found.items), departments=list(found.departments),
    )  # fmt: skip


def letters(found: Sequence[Written | BranchWritten]) -> list[LetterWhole]:
    """Return letters in the order in which they were sent."""
    return [letter(one) for one in sorted(found, key=lambda one: one.at)]


def letter(one: Written | BranchWritten) -> LetterWhole:
    """Return a letter word for word."""
    demands = [DemandLine.model_validate(demand) for demand in getattr(one, "demands", ())]
    return LetterWhole(
        kind=str(one.kind),
        number=one.number,
        text=one.text,
        sha256=one.sha256,
        seal=one.seal,
        at=one.at,
        demands=demands,
    )
