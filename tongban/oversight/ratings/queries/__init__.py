"""Reads of ratings: what a case's page asks, follow-ups of bad ones, how departments and services are rated."""

from tongban.oversight.ratings.queries.figures import by_service, figures
from tongban.oversight.ratings.queries.follow_ups import (
    acts_for,
    find_follow_up,
    follow_ups,
    get_follow_up,
    head,
)
from tongban.oversight.ratings.queries.prompts import ended_on, prompt
from tongban.oversight.ratings.rules.mending import ACT_NAMES, STATE_NAMES, can_see_figures
from tongban.oversight.ratings.rules.rating import LEVEL_NAMES, LONGEST_WORDS
from tongban.oversight.ratings.rules.tags import tags_of

__all__ = [
    "ACT_NAMES", "LEVEL_NAMES", "LONGEST_WORDS", "STATE_NAMES", "acts_for", "by_service", "can_see_figures", "ended_on",
    "figures", "find_follow_up", "follow_ups", "get_follow_up", "head", "prompt", "tags_of",
]  # fmt: skip
