"""What applicants say of a case that was closed, and what follows where they are not satisfied."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

from tongban.demo.plan.routes import Beat
from tongban.demo.plan.scenes import PERSONAS
from tongban.demo.plan.types import Step, Story, Via

SAID = {"very_satisfied": 62, "satisfied": 24, "fair": 8, "dissatisfied": 4, "very_dissatisfied": 2}
"""How often which level is given, in a hundred."""
BAD = frozenset({"dissatisfied", "very_dissatisfied"})
RATED, MENDED = 0.3, 0.8
"""The share of closed cases that are rated, and of bad ratings whose mending is over by now."""
BY_HAND = frozenset(one.applicant for one in PERSONAS)
"""Who signs in as one of these gives the rating themselves."""


def rated(story: Story, played: Iterable[Beat]) -> Iterator[Beat]:
    """Yield the rating of a case by who was served, some days after it was closed, and the call-back after a bad one."""
    # Its own chance: how a case goes does not hang on what is said of it.
    chance = random.Random(f"rating:{story.chance}")  # noqa: S311
    closed = [beat.day for beat in played if beat.step is Step.CLOSE]
    if not closed or story.via is Via.MANDATE or story.applicant in BY_HAND or chance.random() > RATED:
        return
    day = closed[-1] + chance.choice((0, 0, 1, 2, 5))
    level = chance.choices(list(SAID), list(SAID.values()))[0]
    yield Beat(day, Step.RATE, level)
    if level in BAD:
        yield Beat(day + 1, Step.MEND)
        if chance.random() < MENDED:
            yield Beat(day + chance.randint(3, 6), Step.CALL_BACK)
