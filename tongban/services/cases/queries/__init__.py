"""Every read of cases. An applicant sees their own, an official those of their departments; to anybody else a
case does not exist.

An official's reading of a whole case belongs on the ledger: channels call ``operations.read_case``.
"""

from tongban.services.cases.queries.cases import (
    acts_for,
    cards_about,
    cases_of,
    drafts_of,
    events,
    get_case,
    id_of,
    latest_applicant,
    limits,
    locked_state,
    names_and_numbers,
    open_cases_of,
    responsible_by_issue,
    right_to,
    standing,
    to_accept,
)
from tongban.services.cases.queries.files import CaseFile, OwnFile, file_of, own_file
from tongban.services.cases.queries.full import held, shown_in_full
from tongban.services.cases.queries.headlines import (
    Applied,
    Headline,
    headline,
    hearers_of,
    locked_applied,
    told_of,
)
from tongban.services.cases.queries.papers import (
    breaches,
    commitment_text,
    commitment_texts,
    commitments,
    corrections,
    letters,
)
from tongban.services.cases.queries.receipts import check_audience, find_by_number, pre_review, receipt
from tongban.services.cases.rules.acceptance import LATEST, USUAL
from tongban.services.cases.rules.life_cycle import ACT_NAMES, LIFE_CYCLE, ROLE_NAMES, STATE_NAMES
from tongban.services.cases.rules.numbers import read_number, spaced

__all__ = [
    "ACT_NAMES",
    "LATEST",
    "LIFE_CYCLE",
    "ROLE_NAMES",
    "STATE_NAMES",
    "USUAL",
    "Applied",
    "CaseFile",
    "Headline",
    "OwnFile",
    "acts_for",
    "breaches",
    "cards_about",
    "cases_of",
    "check_audience",
    "commitment_text",
    "commitment_texts",
    "commitments",
    "corrections",
    "drafts_of",
    "events",
    "file_of",
    "find_by_number",
    "get_case",
    "headline",
    "hearers_of",
    "held",
    "id_of",
    "latest_applicant",
    "letters",
    "limits",
    "locked_applied",
    "locked_state",
    "names_and_numbers",
    "open_cases_of",
    "own_file",
    "pre_review",
    "read_number",
    "receipt",
    "responsible_by_issue",
    "right_to",
    "shown_in_full",
    "spaced",
    "standing",
    "to_accept",
    "told_of",
]  # fmt: skip
