"""Writes of the data hub's lists: the catalogue and its lists, requests and their answers, grants."""

from tongban.datahub.resources.operations.grants import TIMER as GRANT_TIMER
from tongban.datahub.resources.operations.grants import (
    enforce_negatives,
    expire_grants,
    give_up_grant,
    revoke_grant,
)
from tongban.datahub.resources.operations.listing import (
    list_demand,
    load_data,
    register_resource,
    take_off,
    write_duty,
    write_negative,
)
from tongban.datahub.resources.operations.requests import TIMER as ANSWER_TIMER
from tongban.datahub.resources.operations.requests import (
    confirm_resource,
    escalate_overdue,
    extend_answer,
    grant_request,
    list_and_state,
    pass_on,
    refuse_request,
    state_demand,
    state_listed,
    withdraw_request,
)

__all__ = [
    "ANSWER_TIMER",
    "GRANT_TIMER",
    "confirm_resource",
    "enforce_negatives",
    "escalate_overdue",
    "expire_grants",
    "extend_answer",
    "give_up_grant",
    "grant_request",
    "list_and_state",
    "list_demand",
    "load_data",
    "pass_on",
    "refuse_request",
    "register_resource",
    "revoke_grant",
    "state_demand",
    "state_listed",
    "take_off",
    "withdraw_request",
    "write_duty",
    "write_negative",
]
