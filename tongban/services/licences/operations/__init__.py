"""Writes of licences: issue, combine, suspend, resume, take back, strike off, correct, seal."""

from tongban.services.licences.operations.changing import (
    cancel,
    correct,
    correct_grant,
    resume,
    revoke,
    suspend,
    withdraw,
)
from tongban.services.licences.operations.issuing import issue, issue_combined, issue_many
from tongban.services.licences.operations.sealing import seal_page

__all__ = [
    "cancel", "correct", "correct_grant", "issue", "issue_combined", "issue_many", "resume", "revoke", "seal_page", "suspend",
    "withdraw",
]  # fmt: skip
