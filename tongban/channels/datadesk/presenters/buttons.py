"""Every act on a request as a button with its key; one that is not possible stays and says why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongban.channels.datadesk.door import Officer
from tongban.datahub.resources.types import Dispute, DisputeState, Request, RequestState
from tongban.kernel.errors import N_


@dataclass(frozen=True, slots=True)
class Button:
    """An act: its name in addresses, its key, its words, how it looks."""

    act: str
    key: str
    words: str
    kind: str = ""


GRANT = Button("grant", "G", N_("签发授权"), "main")
REFUSE = Button("refuse", "R", N_("不同意共享"))
CONFIRM = Button("confirm", "B", N_("编入目录"), "main")
FORWARD = Button("forward", "T", N_("转请其他部门"))
EXTEND = Button("extend", "E", N_("延长期限"))
WITHDRAW = Button("withdraw", "W", N_("撤回需求"))
DISPUTE = Button("dispute", "D", N_("提出异议"), "main")
UPHOLD = Button("uphold", "R", N_("维持不同意"))
OVERTURN = Button("overturn", "G", N_("改为同意"), "main")
DROP = Button("drop", "W", N_("撤回异议"))
ALL = (GRANT, REFUSE, CONFIRM, FORWARD, EXTEND, WITHDRAW, DISPUTE, UPHOLD, OVERTURN, DROP)
WORDS = {one.act: one.words for one in ALL}
PANELS = {
    "refuse": "datadesk/acts/refuse.html",
    "confirm": "datadesk/acts/confirm.html",
    "forward": "datadesk/acts/forward.html",
    "extend": "datadesk/acts/extend.html",
    "withdraw": "datadesk/acts/withdraw.html",
    "dispute": "datadesk/acts/dispute.html",
    "uphold": "datadesk/acts/uphold.html",
    "overturn": "datadesk/acts/overturn.html",
    "drop": "datadesk/acts/drop.html",
}
"""What each panel asks; the form of a grant stands on the page itself."""


def of(request: Request, officer: Officer, today: dt.date) -> tuple[Button, ...]:
    """Return what somebody may do with a request that waits for its answer; the domain decides again when it is done."""
    if request.state is not RequestState.QUEUED:
        return ()
    found: list[Button] = []
    if request.wish.department in officer.office.departments:
        found.append(WITHDRAW)
    if officer.is_authority and not request.is_extended and not request.is_overdue(today):
        found.append(EXTEND)
    if officer.acts_for(request.owner):
        found += [REFUSE, GRANT] if request.resource else [FORWARD, REFUSE, CONFIRM]
    return tuple(found)


def of_refusal(
    request: Request, dispute: Dispute | None, officer: Officer, *, is_by_lists: bool
) -> tuple[Button, ...]:
    """Return what somebody may do with a refusal: dispute it, answer again, decide, or drop the dispute."""
    if request.state is not RequestState.REFUSED:
        return ()
    is_wanting = officer.speaks_for(request.wish.department)
    if dispute is None:
        return (DISPUTE,) if is_wanting and request.resource and not is_by_lists else ()
    found = [DROP] if is_wanting and dispute.state.is_open else []
    owner_s = dispute.state is DisputeState.ANSWERING and officer.speaks_for(request.owner)
    authority_s = dispute.state is DisputeState.REFERRED and officer.is_authority
    return (*found, UPHOLD, OVERTURN) if owner_s or authority_s else tuple(found)
