"""Every read of approvals: branches, visit, whose days, the queue, precedents; frozen records."""

from tongban.services.approvals.queries.branches import (
    account,
    branches,
    choices,
    choices_of,
    events,
    find_round,
    get_branch,
    letters,
    roles,
    visit,
    visits,
)
from tongban.services.approvals.queries.filters import saved_filters
from tongban.services.approvals.queries.performance import performance
from tongban.services.approvals.queries.precedents import days_used, precedents
from tongban.services.approvals.queries.queue import queue
from tongban.services.approvals.rules.life_cycle import (
    ACT_NAMES,
    LIFE_CYCLE,
    ROLE_NAMES,
    STATE_NAMES,
)

__all__ = [
    "ACT_NAMES", "LIFE_CYCLE", "ROLE_NAMES", "STATE_NAMES", "account", "branches", "choices", "choices_of", "days_used",
    "events", "find_round", "get_branch", "letters", "performance", "precedents", "queue", "roles", "saved_filters", "visit", "visits",
]  # fmt: skip
