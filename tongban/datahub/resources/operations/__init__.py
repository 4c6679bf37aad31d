"""Writes of the data hub's lists: the catalogue and its lists, requests and their answers, grants."""

from tongban.datahub.resources.items import learn_from as learn_items_from
from tongban.datahub.resources.operations.disputing import TIMER as DISPUTE_TIMER
from tongban.datahub.resources.operations.disputing import (
    dispute_refusal,
    drop_dispute,
    overturn_refusal,
    refer_overdue,
    uphold_refusal,
)
from tongban.datahub.resources.operations.grants import (
    ENDING_TIMER,
    enforce_negatives,
    expire_grants,
    give_up_grant,
    reduce_grant,
    revoke_grant,
    tell_ending,
)
from tongban.datahub.resources.operations.grants import TIMER as GRANT_TIMER
from tongban.datahub.resources.operations.importing import hold_list, write_list
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
    renew_grant,
    state_demand,
    state_listed,
    withdraw_request,
)
from tongban.datahub.resources.published import learn_from as learn_services_from

__all__ = [
    "ANSWER_TIMER",
    "DISPUTE_TIMER",
    "ENDING_TIMER",
    "GRANT_TIMER",
    "confirm_resource",
    "dispute_refusal",
    "drop_dispute",
    "enforce_negatives",
    "escalate_overdue",
    "expire_grants",
    "extend_answer",
    "give_up_grant",
    "grant_request",
    "hold_list",
    "learn_items_from",
    "learn_services_from",
    "list_and_state",
    "list_demand",
    "load_data",
    "overturn_refusal",
    "pass_on",
    "reduce_grant",
    "refer_overdue",
    "refuse_request",
    "register_resource",
    "renew_grant",
    "revoke_grant",
    "state_demand",
    "state_listed",
    "take_off",
    "tell_ending",
    "uphold_refusal",
    "withdraw_request",
    "write_duty",
    "write_list",
    "write_negative",
]
