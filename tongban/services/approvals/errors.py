"""Failures of approvals by name."""

from __future__ import annotations

import datetime as dt

from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_, Conflict, NotFound


class BranchUnknown(NotFound):
    """There is no such branch, or it is not yours: both sound the same."""

    def __init__(self) -> None:
        super().__init__("branch-unknown", N_("没有这条审批线，或者您不能查看它。"))


class AlreadyDecided(Conflict):
    """Somebody else was first."""

    def __init__(self, who: str, at: dt.datetime) -> None:
        when = f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        super().__init__(
            "branch-decided-once",
            N_("这件事项已经由{who}在 {when} 决定，不能再决定一次。"),
            who=who,
            when=when,
        )


class VisitUnknown(NotFound):
    """No visit is planned."""

    def __init__(self) -> None:
        super().__init__("visit-unknown", N_("这件办件还没有安排踏勘。"))


class VisitPlannedAlready(Conflict):
    """One visit serves all."""

    def __init__(self) -> None:
        super().__init__(
            "visit-planned-once", N_("这件办件已经安排了一次联合踏勘，只能改时间，不能再安排第二次。")
        )
