"""Every write of the account."""

from tongban.services.disclosures.operations.asking import ask_districts, prove_elsewhere
from tongban.services.disclosures.operations.contesting import (
    answer_contest,
    contest_reading,
    escalate_overdue,
    hand_on_contest,
    withdraw_contest,
)
from tongban.services.disclosures.operations.evidencing import take_evidence
from tongban.services.disclosures.operations.hearing import tell_districts
from tongban.services.disclosures.operations.purposing import check_purposes, check_purposes_elsewhere
from tongban.services.disclosures.operations.telling import tell_readings, wish_to_be_told

__all__ = [
    "answer_contest",
    "ask_districts",
    "check_purposes",
    "check_purposes_elsewhere",
    "contest_reading",
    "escalate_overdue",
    "hand_on_contest",
    "prove_elsewhere",
    "take_evidence",
    "tell_districts",
    "tell_readings",
    "wish_to_be_told",
    "withdraw_contest",
]
