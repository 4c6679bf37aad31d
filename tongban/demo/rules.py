"""Pure decisions: on which day a history ends, how the words of two plans are compared, the digest of a city."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import astuple

from tongban.demo.plan.types import Plan
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.digests import digest_of

CLOSING = dt.time(18, 0)
ONE_DAY = dt.timedelta(days=1)


def last_day(at: dt.datetime) -> dt.date:
    """Return the last day whose office hours are over: today from six in the evening, else yesterday."""
    moment = at.astimezone(SHANGHAI)
    return moment.date() if moment.time() >= CLOSING else moment.date() - ONE_DAY


def plan_digest(plan: Plan) -> str:
    """Return a digest of everything that is to happen."""
    acts = [
        [one.at.isoformat(), one.story, one.step, one.words, str(one.on), list(one.share)]
        for one in plan.acts
    ]
    stories = [[str(part) for part in astuple(one)] for one in plan.stories]
    return digest_of([plan.seed, plan.until.isoformat(), plan.days, stories, acts])


def digest(counts: Mapping[str, int]) -> str:
    """Return a digest of how many there are of everything: equal for two cities with the same history."""
    return digest_of(sorted(counts.items()))


def mornings(before: dt.datetime | None, now: dt.datetime) -> list[dt.datetime]:
    """Return the first moment of each day after ``before`` up to ``now``: limits have ended then."""
    if before is None:
        return []
    day, found = before.astimezone(SHANGHAI).date() + ONE_DAY, []
    while day <= now.astimezone(SHANGHAI).date():
        found.append(dt.datetime.combine(day, dt.time(0, 0, 1), SHANGHAI))
        day += ONE_DAY
    return found
