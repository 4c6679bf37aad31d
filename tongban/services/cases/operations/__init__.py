"""Every write of cases: each function is one act, in one transaction, on the ledger, told to who reacts.

- ``drafting``    start, save_fields, attach, detach, sign_commitment, dispute_value
- ``filing``      submit
- ``acceptance``  accept, accept_many, deem_accepted, give_notice, supplement, refuse_acceptance
- ``ending``      demand_later, correct, withdraw, terminate, record_decided, close
- ``reading``     read_case, read_file: what an official reads is an act too
"""

from tongban.services.cases.operations.acceptance import (
    accept,
    accept_many,
    deem_accepted,
    give_notice,
    refuse_acceptance,
    supplement,
)
from tongban.services.cases.operations.drafting import (
    attach,
    detach,
    dispute_value,
    save_fields,
    sign_commitment,
    start,
)
from tongban.services.cases.operations.ending import (
    close,
    correct,
    demand_later,
    record_decided,
    terminate,
    withdraw,
)
from tongban.services.cases.operations.filing import submit
from tongban.services.cases.operations.reading import read_case, read_file

__all__ = [
    "accept", "accept_many", "attach", "close", "correct", "deem_accepted", "demand_later", "detach",
    "dispute_value", "give_notice", "read_case", "read_file", "record_decided", "refuse_acceptance",
    "save_fields", "sign_commitment", "start", "submit", "supplement", "terminate", "withdraw",
]  # fmt: skip
