"""Ratings: the applicant's own word, what the department mends, and the call-back of supervision."""

from __future__ import annotations

import random
import uuid

from tongban.demo.plan.types import Act, Step
from tongban.demo.playing.office import Office
from tongban.kernel.types import SYSTEM, Actor
from tongban.oversight.ratings import operations, queries
from tongban.oversight.ratings.types import FollowUp, Level
from tongban.services.cases import queries as cases

WORDS = ("跑了两趟才说清要哪些材料", "等了很久没有人叫号", "电话里说的和窗口说的不一样")
CALLED, MENDED, CALLED_BACK = (
    "当天电话联系，情况属实。",
    "已经改了办事指南，窗口人员重新培训，一次说清要哪些材料。",
    "电话回访：申请人说问题已经解决。",
)


class Rating:
    """What is said of one case at one moment, and done about it."""

    def __init__(self, office: Office, case_id: uuid.UUID, act: Act, chance: int) -> None:
        self.office, self.case_id, self.act, self.at, self.chance = office, case_id, act, act.at, chance

    def play(self, by: Actor) -> None:
        """Do this step; ``by`` is who was served."""
        if self.act.step is Step.RATE:
            self._rate(by)
            return
        found = queries.find_follow_up(self.case_id, at=self.at)
        if found is not None and self.act.step is Step.MEND:
            self._mend(found)
        elif found is not None:
            by = self.office.supervisor(found.department)
            operations.close(follow_up_id=found.id, text=CALLED_BACK, by=by, at=self.at)

    def _rate(self, by: Actor) -> None:
        """Rate it where it may be rated: a case that was to be closed may still wait for a department."""
        case = cases.get_case(self.case_id, by=SYSTEM, at=self.at)
        if not queries.prompt(case, by=by, at=self.at).may_rate:
            return
        level = Level(self.act.words)
        # Not a secret: the same must come out every time.
        tags = random.Random(self.chance).sample(queries.tags_of(level), 2)  # noqa: S311
        operations.rate(
            case_id=case.id, level=level, tag_codes=[tag.code for tag in tags],
            words=WORDS[self.chance % len(WORDS)] if level.is_bad else "", by=by, at=self.at,
        )  # fmt: skip

    def _mend(self, found: FollowUp) -> None:
        """Contact the applicant and say what was mended."""
        by = self.office.anybody(found.department, self.chance)
        operations.contact(follow_up_id=found.id, is_complex=False, text=CALLED, by=by, at=self.at)
        operations.answer(follow_up_id=found.id, text=MENDED, by=by, at=self.at)
