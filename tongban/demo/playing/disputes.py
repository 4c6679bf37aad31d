"""Data officers who do not accept a refusal, those who answer again, and the data authority that decides."""

from __future__ import annotations

import datetime as dt
import logging
import uuid

from tongban.datahub.resources import operations, queries
from tongban.datahub.resources.types import Request, RequestState
from tongban.demo.plan.disputes import Course, Turn
from tongban.demo.playing.demands import LAW, MANY, REASON, Demands
from tongban.kernel.errors import Failure

SAYS = {
    Course.REFERRED: "同样的信息项已经共享给其他区的部门，口径应当一致，请重新答复",
    Course.ANSWERING: "责任清单列明了这几项，办理事项确有需要，请重新答复",
    Course.OVERTURNED: "已经核减为办理事项必需的信息项，请重新答复",
    Course.UPHELD: "群众要自己跑来开证明，请重新考虑",
}
STANDS = "用途说明没有变化，仍请按更少的信息项重新提出"
YIELDS = "核减后同意共享"
DECIDED = "双方材料已经核对，所列用途由现有授权可以满足，不再另行共享"
log = logging.getLogger("tongban.demo")


class Disputes:
    """What departments do about refusals."""

    def __init__(self, demands: Demands) -> None:
        self._demands = demands

    def play(self, words: str, at: dt.datetime) -> None:
        """Do what is next in a dispute of some course, where there is a refusal for it."""
        said, turn = words.split()
        course = Course(said)
        found = self._refused(course) if turn == Turn.DISPUTE else _disputed(course)
        if found is None:
            return
        try:
            self._do(Turn(turn), course, found, at)
        except Failure as failure:
            # Somebody has answered by hand before: nothing else depends on it.
            log.warning("dispute %s of %s: %s", course, found.demand, failure)

    def _do(self, turn: Turn, course: Course, one: Request, at: dt.datetime) -> None:
        owner, authority = self._demands.officer(one.owner), self._demands.officer("")
        if turn is Turn.DISPUTE:
            by = self._demands.officer(one.wish.department)
            operations.dispute_refusal(request_id=one.id, reason=SAYS[course], by=by, at=at)
        elif turn is Turn.OVERTURN:
            operations.overturn_refusal(request_id=one.id, answer=YIELDS, by=owner, at=at)
        else:
            by, why = (authority, DECIDED) if turn is Turn.DECIDE else (owner, STANDS)
            operations.uphold_refusal(request_id=one.id, legal_basis=LAW, reason=why, by=by, at=at)

    def _refused(self, course: Course) -> Request | None:
        """Return the refusal for this course: they are taken as they came, those that wait for somebody first."""
        found = [
            one for one in queries.requests(state=RequestState.REFUSED, size=MANY).items if self._is_ours(one)
        ]
        place = list(Course).index(course)
        return sorted(found, key=_moment)[place] if place < len(found) else None

    def _is_ours(self, one: Request) -> bool:
        """Return whether its owner refused it in this history, what the catalogue has, and both sides have an officer of their own."""
        is_owners = bool(one.resource and one.refused) and one.refused[-1].reason == REASON
        return is_owners and all(map(self._demands.has_officer, (one.owner, one.wish.department)))


def _moment(one: Request) -> tuple[dt.datetime, uuid.UUID]:
    return one.answered_at or one.stated_at, one.id


def _disputed(course: Course) -> Request | None:
    return next((request for one, request in queries.disputes() if one.reason == SAYS[course]), None)
