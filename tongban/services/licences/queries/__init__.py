"""Reads of licences: of a holder, of a case, by what stands on the paper, by what was shared; drawing a paper."""

from tongban.services.licences.queries.choices import choices_of
from tongban.services.licences.queries.papers import pdf, render
from tongban.services.licences.queries.records import (
    changes_of,
    find_licence,
    get_licence,
    licences_of,
    licences_of_case,
)
from tongban.services.licences.queries.sharing import names_held, own_licence, shared, sharings_of
from tongban.services.licences.queries.verifying import verify, verify_pdf, verify_record
from tongban.services.licences.rules.life_cycle import ACT_NAMES, LAWS, STATE_NAMES, STATE_SAYS
from tongban.services.licences.rules.sharing import MINUTES as SHARING_MINUTES

__all__ = [
    "ACT_NAMES", "LAWS", "SHARING_MINUTES", "STATE_NAMES", "STATE_SAYS", "changes_of", "choices_of", "find_licence", "get_licence",
    "licences_of", "licences_of_case", "names_held", "own_licence", "pdf", "render", "shared", "sharings_of", "verify",
    "verify_pdf", "verify_record",
]  # fmt: skip
