"""The life of a subscription as one table. Pure."""

from __future__ import annotations

from tongban.datahub.subscriptions.errors import NotInThisState
from tongban.datahub.subscriptions.types import State
from tongban.kernel.errors import N_

S = State
STATE_NAMES = {
    S.PROVING: N_("等待地址确认"),
    S.ACTIVE: N_("正在推送"),
    S.PAUSED: N_("已暂停"),
    S.ENDED: N_("已结束"),
}
NOT_NOW = {
    "prove": N_("这项订阅现在不用确认地址。"),
    "pause": N_("这项订阅现在不能暂停：它已经暂停或者结束。"),
    "resume": N_("只有暂停了的订阅才能恢复。"),
    "replay": N_("已结束的订阅不能重放，请重新订阅。"),
    "end": N_("这项订阅已经结束。"),
}
NEXT = {
    (S.PROVING, "prove"): S.ACTIVE,
    (S.PROVING, "pause"): S.PAUSED,
    (S.PROVING, "replay"): S.PROVING,
    (S.PROVING, "end"): S.ENDED,
    (S.ACTIVE, "pause"): S.PAUSED,
    (S.ACTIVE, "replay"): S.ACTIVE,
    (S.ACTIVE, "end"): S.ENDED,
    # The address may have got another owner meanwhile: it is asked again.
    (S.PAUSED, "resume"): S.PROVING,
    (S.PAUSED, "replay"): S.PAUSED,
    (S.PAUSED, "end"): S.ENDED,
}


def after(state: State, act: str) -> State:
    """Return the state after an act; raise NotInThisState where it is not possible."""
    found = NEXT.get((state, act))
    if found is None:
        raise NotInThisState(NOT_NOW[act])
    return found
