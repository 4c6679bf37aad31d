"""Every write of approvals: each function is one act, in one transaction, on the ledger, told to who reacts.

- ``opening``   open_round, end_round (by events of the case)
- ``intake``    keep_intake: the line of a case that waits for a clerk
- ``desk``      take, assign, hand_over, give_opinion, first_review
- ``visits``    plan_visit, move_visit, record_finding
- ``clocks``    stop, resume, extend, extend_round; note_limit, note_joint_limit (by timers)
- ``deciding``  decide, grant_many, grant_on_the_spot, grant_by_silence
- ``later``     correct, revoke, retract, cancel
- ``filters``   save_filter, forget_filter: parts of the queue, no act on a case
"""

from tongban.services.approvals.operations.clocks import (
    extend,
    extend_round,
    note_joint_limit,
    note_limit,
    resume,
    stop,
)
from tongban.services.approvals.operations.deciding import (
    decide,
    grant_by_silence,
    grant_many,
    grant_on_the_spot,
)
from tongban.services.approvals.operations.desk import assign, first_review, give_opinion, hand_over, take
from tongban.services.approvals.operations.filters import forget_filter, save_filter
from tongban.services.approvals.operations.intake import keep_intake
from tongban.services.approvals.operations.later import cancel, correct, retract, revoke
from tongban.services.approvals.operations.opening import end_round, open_round
from tongban.services.approvals.operations.visits import move_visit, plan_visit, record_finding

decide_by_silence = grant_by_silence

__all__ = [
    "assign", "cancel", "correct", "decide", "decide_by_silence", "end_round", "extend", "extend_round",
    "first_review", "forget_filter", "give_opinion", "grant_by_silence", "grant_many", "grant_on_the_spot", "hand_over",
    "keep_intake", "move_visit", "note_joint_limit", "note_limit", "open_round", "plan_visit", "record_finding",
    "resume", "retract", "revoke", "save_filter", "stop", "take",
]  # fmt: skip
