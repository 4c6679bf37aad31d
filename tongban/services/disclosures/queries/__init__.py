"""Every read of the account."""

from tongban.services.disclosures.answering import who_answers
from tongban.services.disclosures.queries.contests import (
    answered,
    get_contest,
    notes,
    overdue,
    waiting,
)
from tongban.services.disclosures.queries.districts import districts, is_behind
from tongban.services.disclosures.queries.proofs import compared, proof_of
from tongban.services.disclosures.queries.purposes import (
    asked_beside_purpose,
    beside_purpose,
    grants_beside_purpose,
)
from tongban.services.disclosures.queries.readings import (
    account,
    find_reading,
    key_text,
    member,
    read_key,
    reading_in,
    summary,
)
from tongban.services.disclosures.reach import opened
from tongban.services.disclosures.rules.contests import (
    ACT_NAMES,
    ANSWER_DAYS,
    KIND_NAMES,
    STATE_NAMES,
    VERDICT_NAMES,
    can_contest,
)
from tongban.services.disclosures.rules.purposes import WHY_NAMES

__all__ = [
    "ACT_NAMES",
    "ANSWER_DAYS",
    "KIND_NAMES",
    "STATE_NAMES",
    "VERDICT_NAMES",
    "WHY_NAMES",
    "account",
    "answered",
    "asked_beside_purpose",
    "beside_purpose",
    "can_contest",
    "compared",
    "districts",
    "find_reading",
    "get_contest",
    "grants_beside_purpose",
    "is_behind",
    "key_text",
    "member",
    "notes",
    "opened",
    "overdue",
    "proof_of",
    "read_key",
    "reading_in",
    "summary",
    "waiting",
    "who_answers",
]
