"""Who may rate what, until when, and what a rating says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from tongban.foundation.identity.types import ActingFor
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_, Conflict, Invalid, NotAllowed
from tongban.kernel.law import law
from tongban.oversight.ratings.rules.tags import TAGS
from tongban.oversight.ratings.types import Level, Tag
from tongban.services.cases.types import CaseState

RATED = frozenset({CaseState.DECIDED, CaseState.CLOSED, CaseState.NOT_ACCEPTED})
"""In these the office has said what it has to say; who was turned away rates too."""
RATE_WITHIN = dt.timedelta(days=30)
"""Calendar days after the end of a case: the city's own rule, no law names any. Nobody who is silent counts as
satisfied."""
LONGEST_WORDS = 500
OWN_RIGHTS = frozenset({"self", "representative", "guardian"})
"""Who was served: the person, the company by its legal representative, a child by its parent. No agent."""

LEVEL_NAMES = {
    Level.VERY_SATISFIED: N_("非常满意"),
    Level.SATISFIED: N_("满意"),
    Level.FAIR: N_("基本满意"),
    Level.DISSATISFIED: N_("不满意"),
    Level.VERY_DISSATISFIED: N_("非常不满意"),
}


@law("rating-by-applicant", basis="上海市优化营商环境条例 30", says="Every finished case can be rated, by the "
     "applicant only, within thirty days; nobody who is silent counts as satisfied")  # fmt: skip
def check_may_rate(state: CaseState, right: ActingFor | None, ended_on: dt.date, today: dt.date) -> None:
    """Raise NotAllowed or Conflict unless who acts by this right may rate the case today."""
    if right is None or right.via not in OWN_RIGHTS:
        raise NotAllowed("rating-not-yours", N_("只有申请人本人（企业由法定代表人）可以评价。"))
    if state not in RATED:
        raise Conflict("rating-too-early", N_("办件有了结果才能评价。"))
    if today > until(ended_on):
        raise Conflict("rating-too-late", N_("评价期到 {day} 已经结束。"), day=until(ended_on).isoformat())


def day_of(at: dt.datetime) -> dt.date:
    """Return the day of a moment in Shanghai."""
    return at.astimezone(SHANGHAI).date()


def until(ended_on: dt.date) -> dt.date:
    """Return the last day on which a case that ended then may be rated."""
    return ended_on + RATE_WITHIN


def check_said(level: Level, codes: Collection[str], words: str) -> tuple[Tag, ...]:
    """Return the tags chosen; raise Invalid for one of another level, or for words that are too many."""
    chosen = tuple(TAGS[code] for code in dict.fromkeys(codes) if code in TAGS)
    if len(chosen) != len(set(codes)) or any(tag.level is not level for tag in chosen):
        raise Invalid("rating-unknown-tag", N_("请从这一档下面的选项里选。"))
    if len(words.strip()) > LONGEST_WORDS:
        raise Invalid("rating-too-long", N_("文字最多 {most} 个字。"), most=LONGEST_WORDS)
    return chosen
