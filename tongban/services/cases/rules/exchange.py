"""Our states in the words of two real systems, and theirs in ours (reference: state lists of the field).

Each list is a mapping to be complete: every standing of ours has a code, every code of theirs is given by a
standing or says why it never is. A further partner is a further table.
"""

from __future__ import annotations

from enum import StrEnum

from tongban.services.cases.types import CaseState, Refusal


class Standing(StrEnum):
    """What a partner may want to know of a case: its state and what goes with it."""

    DRAFT = "draft"
    RECEIVED = "received"
    NOTICED = "noticed"
    SUPPLEMENTED = "supplemented"
    NOT_NEEDED = "not_needed"
    WRONG_BODY = "wrong_body"
    ACCEPTED = "accepted"
    UNDER_WAY = "under_way"
    STOPPED = "stopped"
    RESUMED = "resumed"
    GRANTED = "granted"
    GRANTED_WITH_LATER_PAPERS = "granted_with_later_papers"
    REFUSED = "refused"
    CLOSED = "closed"
    WITHDRAWAL_ASKED = "withdrawal_asked"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    LICENCE_WITHDRAWN = "licence_withdrawn"
    LICENCE_REVOKED = "licence_revoked"


STATE_OF = {
    Standing.DRAFT: CaseState.DRAFT,
    Standing.RECEIVED: CaseState.RECEIVED,
    Standing.NOTICED: CaseState.SUPPLEMENT,
    Standing.SUPPLEMENTED: CaseState.ACCEPTED,
    Standing.NOT_NEEDED: CaseState.NOT_ACCEPTED,
    Standing.WRONG_BODY: CaseState.NOT_ACCEPTED,
    Standing.ACCEPTED: CaseState.ACCEPTED,
    Standing.UNDER_WAY: CaseState.ACCEPTED,
    Standing.STOPPED: CaseState.ACCEPTED,
    Standing.RESUMED: CaseState.ACCEPTED,
    Standing.GRANTED: CaseState.DECIDED,
    Standing.GRANTED_WITH_LATER_PAPERS: CaseState.DECIDED,
    Standing.REFUSED: CaseState.DECIDED,
    Standing.CLOSED: CaseState.CLOSED,
    Standing.WITHDRAWAL_ASKED: CaseState.ACCEPTED,
    Standing.WITHDRAWN: CaseState.WITHDRAWN,
    Standing.TERMINATED: CaseState.TERMINATED,
    Standing.LICENCE_WITHDRAWN: CaseState.CLOSED,
    Standing.LICENCE_REVOKED: CaseState.CLOSED,
}

PLATFORM = {
    Standing.RECEIVED: "02",
    Standing.NOTICED: "06",
    Standing.SUPPLEMENTED: "05",
    Standing.NOT_NEEDED: "13",
    Standing.WRONG_BODY: "07",
    Standing.ACCEPTED: "05",
    Standing.UNDER_WAY: "12",
    Standing.STOPPED: "11",
    Standing.RESUMED: "12",
    Standing.GRANTED: "10",
    Standing.GRANTED_WITH_LATER_PAPERS: "10",
    Standing.REFUSED: "10",
    Standing.CLOSED: "10",
    Standing.WITHDRAWAL_ASKED: "12",
    Standing.WITHDRAWN: "09",
    Standing.TERMINATED: "09",
    Standing.LICENCE_WITHDRAWN: "10",
    Standing.LICENCE_REVOKED: "10",
}
"""02 收件 05 受理 06 补齐补正 07 不予受理 09 作废办结 10 办结 11 挂起 12 在办 13 退件."""

PARALLEL = {
    Standing.RECEIVED: "1",
    Standing.NOTICED: "6",
    Standing.SUPPLEMENTED: "7",
    Standing.NOT_NEEDED: "4",
    Standing.WRONG_BODY: "5",
    Standing.ACCEPTED: "3",
    Standing.UNDER_WAY: "8",
    Standing.STOPPED: "9",
    Standing.RESUMED: "10",
    Standing.GRANTED: "11",
    Standing.GRANTED_WITH_LATER_PAPERS: "12",
    Standing.REFUSED: "13",
    Standing.CLOSED: "11",
    Standing.WITHDRAWAL_ASKED: "16",
    Standing.WITHDRAWN: "2",
    Standing.TERMINATED: "2",
    Standing.LICENCE_WITHDRAWN: "14",
    Standing.LICENCE_REVOKED: "15",
}
"""1 已接件 2 已撤件 3 窗口受理 4 不受理 5 不予受理 6 补正(开始) 7 补正(结束) 8 部门受理 9 特别程序(开始)
10 特别程序(结束) 11 办结(通过) 12 办结(容缺通过) 13 办结(不通过) 14 撤回 15 撤销 16 撤件待确认."""

NEVER_SENT = frozenset({Standing.DRAFT})
"""A draft is the applicant's own; no partner hears of it."""

PLATFORM_CODES = frozenset({"02", "05", "06", "07", "09", "10", "11", "12", "13"})
PARALLEL_CODES = frozenset(str(number) for number in range(1, 17))

FROM_PLATFORM = {
    "02": CaseState.RECEIVED, "05": CaseState.ACCEPTED, "06": CaseState.SUPPLEMENT,
    "07": CaseState.NOT_ACCEPTED, "09": CaseState.TERMINATED, "10": CaseState.CLOSED,
    "11": CaseState.ACCEPTED, "12": CaseState.ACCEPTED, "13": CaseState.NOT_ACCEPTED,
}  # fmt: skip
FROM_PARALLEL = {
    "1": CaseState.RECEIVED, "2": CaseState.WITHDRAWN, "3": CaseState.ACCEPTED, "4": CaseState.NOT_ACCEPTED,
    "5": CaseState.NOT_ACCEPTED, "6": CaseState.SUPPLEMENT, "7": CaseState.ACCEPTED, "8": CaseState.ACCEPTED,
    "9": CaseState.ACCEPTED, "10": CaseState.ACCEPTED, "11": CaseState.CLOSED, "12": CaseState.CLOSED,
    "13": CaseState.CLOSED, "14": CaseState.CLOSED, "15": CaseState.CLOSED, "16": CaseState.ACCEPTED,
}  # fmt: skip


def standing(
    state: CaseState, *, refusal: Refusal | None = None, supplemented: bool = False, outcome: str = ""
) -> Standing:
    """Return what a partner is told of a case that is in this state."""
    if state is CaseState.NOT_ACCEPTED:
        return Standing.NOT_NEEDED if refusal is Refusal.NOT_NEEDED else Standing.WRONG_BODY
    if state is CaseState.DECIDED:
        return Standing.REFUSED if outcome == "refused" else Standing.GRANTED
    if state is CaseState.ACCEPTED and supplemented:
        return Standing.SUPPLEMENTED
    return Standing(state.value) if state is not CaseState.SUPPLEMENT else Standing.NOTICED
