"""Every write of cases: each function is one act, in one transaction, on the ledger, told to who reacts.

- ``drafting``    start, save_fields, dispute_value
- ``papers``      attach, bring_promised, detach, sign_commitment
- ``obtaining``   obtain_papers
- ``filing``      submit
- ``acceptance``  accept, accept_many, deem_accepted, give_notice, supplement, refuse_acceptance
- ``ending``      demand_later, correct, withdraw, terminate, record_decided, close, close_if_complete
- ``reading``     read_case, read_file: what an official reads is an act too
- ``unmasking``   unmask_value
"""

from tongban.services.cases.operations.acceptance import (
    accept,
    accept_many,
    deem_accepted,
    give_notice,
    refuse_acceptance,
    supplement,
)
from tongban.services.cases.operations.drafting import dispute_value, save_fields, start
from tongban.services.cases.operations.ending import (
    close,
    close_if_complete,
    correct,
    demand_later,
    record_decided,
    terminate,
    withdraw,
)
from tongban.services.cases.operations.filing import submit
from tongban.services.cases.operations.obtaining import obtain_papers
from tongban.services.cases.operations.papers import attach, bring_promised, detach, sign_commitment
from tongban.services.cases.operations.reading import read_case, read_file
from tongban.services.cases.operations.unmasking import unmask_value

__all__ = [
    "accept",
    "accept_many",
    "attach",
    "bring_promised",
    "close",
    "close_if_complete",
    "correct",
    "deem_accepted",
    "demand_later",
    "detach",
    "dispute_value",
    "give_notice",
    "obtain_papers",
    "read_case",
    "read_file",
    "record_decided",
    "refuse_acceptance",
    "save_fields",
    "sign_commitment",
    "start",
    "submit",
    "supplement",
    "terminate",
    "unmask_value",
    "withdraw",
]  # fmt: skip
