"""What happened, newest first: the acts of the case and of the branch looked at, in one list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from tongban.kernel.errors import N_
from tongban.kernel.types import Actor
from tongban.services.approvals import queries as approvals
from tongban.services.approvals.types import BranchEvent
from tongban.services.cases import queries as cases
from tongban.services.cases.types import CaseEvent

STARTED = N_("开始填写")
BY_APPLICANT, BY_SYSTEM = N_("申请人"), N_("系统")


@dataclass(frozen=True, slots=True)
class Happened:
    """One act: when, what, by whom, and what was said."""

    at: dt.datetime
    act: str
    by: str
    said: str = ""


def story(of_case: Iterable[CaseEvent], of_branch: Iterable[BranchEvent]) -> tuple[Happened, ...]:
    """Return both histories as one, newest first."""
    found = [
        Happened(one.at, cases.ACT_NAMES[one.act] if one.act else STARTED, who(one.by), _said(one.detail))
        for one in of_case
    ]
    found += [
        Happened(one.at, approvals.ACT_NAMES[one.act], who(one.by), _said(one.detail)) for one in of_branch
    ]
    # Of acts at the same moment, the later one was written later.
    found.reverse()
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def who(by: Actor) -> str:
    """Return who did something: staff by name, everybody else by capacity."""
    if by.kind == "staff":
        return by.name or by.id
    return BY_SYSTEM if by.kind == "system" else BY_APPLICANT


def _said(detail: object) -> str:
    reason = detail.get("reason") if isinstance(detail, dict) else ""
    return str(reason or "")[:200]
