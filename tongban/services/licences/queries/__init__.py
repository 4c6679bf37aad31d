"""Reads of licences: of a holder, of a case, by what stands on the paper; and drawing a paper."""

from tongban.services.licences.queries.papers import pdf, render
from tongban.services.licences.queries.records import (
    changes_of,
    find_licence,
    get_licence,
    licences_of,
    licences_of_case,
)
from tongban.services.licences.queries.verifying import verify, verify_pdf, verify_record
from tongban.services.licences.rules.life_cycle import STATE_NAMES, STATE_SAYS

__all__ = [
    "STATE_NAMES", "STATE_SAYS", "changes_of", "find_licence", "get_licence", "licences_of", "licences_of_case",
    "pdf", "render", "verify", "verify_pdf", "verify_record",
]  # fmt: skip
