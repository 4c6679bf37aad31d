"""Which branches an accepted case opens: one an item and department, by the path compiled when it began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tongban.foundation.calendars.types import Limit, Unit
from tongban.kernel import conditions
from tongban.kernel.conditions import Answers
from tongban.kernel.law import law
from tongban.services.approvals.rules.clocks import ALONE
from tongban.services.cases.types import Case, PlanStep
from tongban.services.catalogue.types import CaseKind, Item
from tongban.services.catalogue.types import Limit as ItemLimit
from tongban.services.catalogue.types import Unit as ItemUnit


@dataclass(frozen=True, slots=True)
class Planned:
    """A branch before it has a row."""

    item: str
    item_name: str
    version: int
    department: str
    waits_for: tuple[str, ...]
    promised: Limit
    statutory: Limit
    is_immediate: bool
    silence_is_consent: bool
    needs_visit: bool
    shares_visit: bool
    first_department: str


@law("parallel-branches", basis="行政许可法 26", says="An accepted application goes to all departments at once; only what "
     "stands on another's result waits for it")  # fmt: skip
def plan_branches(
    case: Case, items: Mapping[str, Item], own_promise: ItemLimit | None = None
) -> tuple[Planned, ...]:
    """Return the branches of a case in their order.

    Args: ``own_promise`` is what the district promises for the item when it is applied for alone.
    """
    steps = {step.step: step for step in case.plan}
    joint = frozenset(code for step in case.plan for code in step.joint)
    return tuple(
        _planned(case, items[code], steps.get(code), joint, own_promise if len(case.items) == 1 else None)
        for code in case.items
    )


def is_joint(planned: tuple[Planned, ...]) -> bool:
    """Return whether two or more departments handle it together (行政许可法 26(2))."""
    return len({one.department for one in planned}) > 1


def _planned(
    case: Case, item: Item, step: PlanStep | None, joint: frozenset[str], own: ItemLimit | None
) -> Planned:
    promised = _promised(item, step, own)
    return Planned(
        item=item.code,
        item_name=item.name,
        version=case.versions.get(item.code, 1),
        department=item.department,
        waits_for=tuple(code for code in step.after if code in case.items) if step else (),
        promised=promised,
        statutory=_statutory(item, promised),
        is_immediate=item.case_kind is CaseKind.IMMEDIATE or promised.number == 0,
        silence_is_consent=item.silence_is_consent,
        needs_visit=item.code in joint or _is_checked(item, case.answers),
        shares_visit=item.code in joint,
        first_department=item.first_department,
    )


def _promised(item: Item, step: PlanStep | None, own: ItemLimit | None) -> Limit:
    """Return what was promised: inside the bundle what its path says, alone what the item or district says."""
    if step is not None and (own is None or own.unit is ItemUnit.WORKING):
        days = step.end - step.start
        return Limit(min(days, own.days) if own else days)
    promise = own or item.promise or item.statutory
    return _limit(promise) if promise else ALONE


def _statutory(item: Item, promised: Limit) -> Limit:
    """Return what the law allows: the item's own law, else 20 working days (行政许可法 42)."""
    if item.statutory is not None and item.statutory.days:
        return _limit(item.statutory)
    return ALONE if promised.unit is not Unit.WORKING_DAYS else Limit(max(ALONE.number, promised.number))


def _limit(limit: ItemLimit) -> Limit:
    return Limit(limit.days, Unit.WORKING_DAYS if limit.unit is ItemUnit.WORKING else Unit.DAYS)


def _is_checked(item: Item, answers: Answers) -> bool:
    check = item.site_check
    if check is None or not check.needed:
        return False
    return check.when is None or conditions.holds(check.when, answers)
