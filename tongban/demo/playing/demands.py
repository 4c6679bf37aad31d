"""The data officers' side: they state what their departments need, and answer what others need of theirs."""

from __future__ import annotations

import datetime as dt
import logging
from functools import cached_property

from tongban.datahub.resources import operations, queries
from tongban.datahub.resources.types import Demand, Request, RequestState
from tongban.demo.plan.demands import Reply
from tongban.foundation.government import queries as government
from tongban.foundation.government.types import May
from tongban.kernel.errors import Failure
from tongban.kernel.types import SYSTEM, Actor

MANY = 1000
LAW, REASON = "上海市数据条例 40", "用途可以由更少的信息项满足，请核减后重新提出"
SHARED = "同意按所列用途共享"
LATE = "因系统改造延迟答复，现同意共享"
log = logging.getLogger("tongban.demo")


class Demands:
    """What data officers do."""

    @cached_property
    def _listed(self) -> dict[str, Demand]:
        return {one.code: one for one in queries.demands()}

    @cached_property
    def _officers(self) -> dict[str, Actor]:
        """Return department → its data officer; under an empty code that of the data authority."""
        posts = {one.code: one for one in government.posts()}
        found: dict[str, Actor] = {}
        for member in government.staff():
            for post in (posts[code] for code in member.posts if code in posts):
                if May.DATA_AUTHORITY in post.may:
                    found.setdefault("", Actor("staff", member.code, member.name))
                elif May.DATA_OFFICER in post.may:
                    found.setdefault(post.department, Actor("staff", member.code, member.name))
        return found

    def officer(self, department: str) -> Actor:
        """Return who speaks for a department: its data officer, else the authority's."""
        return self._officers.get(department) or self._officers.get("", SYSTEM)

    def has_officer(self, department: str) -> bool:
        """Return whether a department has a data officer of its own."""
        return department in self._officers

    def state(self, code: str, at: dt.datetime) -> None:
        """State a demand of the list, whose lists answer at once what they can."""
        demand = self._listed.get(code)
        if demand is None:
            return
        try:
            operations.state_listed(code=code, promised=True, by=self.officer(demand.department), at=at)
        except Failure as failure:
            # Somebody has stated it by hand before, or the lists have changed: nothing else depends on it.
            log.warning("demand %s: %s", code, failure)

    def answer(self, words: str, at: dt.datetime) -> None:
        """Answer a demand, if it still waits for its owner."""
        code, reply = words.split()
        waiting = self._waiting(code)
        if waiting is None:
            return
        by = self.officer(waiting.owner)
        try:
            if reply == Reply.REFUSE or waiting.resource is None:
                operations.refuse_request(request_id=waiting.id, legal_basis=LAW, reason=REASON, by=by, at=at)
            else:
                said = LATE if reply == Reply.LATE else SHARED
                operations.grant_request(request_id=waiting.id, answer=said, by=by, at=at)
        except Failure as failure:
            log.warning("answer to %s: %s", code, failure)

    def _waiting(self, code: str) -> Request | None:
        found = queries.requests(state=RequestState.QUEUED, size=MANY).items
        return next((one for one in found if one.demand == code), None)
