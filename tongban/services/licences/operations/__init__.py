"""Writes of licences: issue, combine, suspend, resume, take back, strike off, correct, seal, remind, share."""

from tongban.services.licences.operations.changing import (
    cancel,
    correct,
    correct_grant,
    resume,
    revoke,
    suspend,
    withdraw,
)
from tongban.services.licences.operations.expiring import remind
from tongban.services.licences.operations.issuing import issue, issue_combined, issue_many
from tongban.services.licences.operations.sealing import open_page, seal_page
from tongban.services.licences.operations.sharing import end_sharing, share, show_shared

__all__ = [
    "cancel", "correct", "correct_grant", "end_sharing", "issue", "issue_combined", "issue_many", "open_page", "remind",
    "resume", "revoke", "seal_page", "share", "show_shared", "suspend", "withdraw",
]  # fmt: skip
