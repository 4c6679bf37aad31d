"""Every write of the federation."""

from tongban.datahub.nodes.operations.accounts import (
    answer_account,
    answer_evidence,
    answer_proof,
    ask_accounts,
    ask_evidence,
    ask_proof,
)
from tongban.datahub.nodes.operations.belonging import admit, anchor, become_city, join, retire
from tongban.datahub.nodes.operations.carrying import PAUSE_SECONDS, carry_at_once
from tongban.datahub.nodes.operations.directory import accept, keep_changes, say, say_everything
from tongban.datahub.nodes.operations.news import answer_news, ask_news
from tongban.datahub.nodes.operations.own_ledger import seen_by_others
from tongban.datahub.nodes.operations.purging import purge_relays
from tongban.datahub.nodes.operations.receiving import receive, relay_of
from tongban.datahub.nodes.operations.relays import RELAYS, make_months
from tongban.datahub.nodes.operations.signing import asker, check_answer, signed_answer
from tongban.datahub.nodes.operations.syncing import answer_sync, bring, sync
from tongban.datahub.nodes.operations.uses import answer_uses, ask_uses
from tongban.datahub.nodes.operations.witnessing import answer_witness, witness_others
from tongban.datahub.nodes.rules.saying import MOST_ASKED

__all__ = [
    "MOST_ASKED",
    "PAUSE_SECONDS",
    "RELAYS",
    "accept",
    "admit",
    "anchor",
    "answer_account",
    "answer_evidence",
    "answer_news",
    "answer_proof",
    "answer_sync",
    "answer_uses",
    "answer_witness",
    "ask_accounts",
    "ask_evidence",
    "ask_news",
    "ask_proof",
    "ask_uses",
    "asker",
    "become_city",
    "bring",
    "carry_at_once",
    "check_answer",
    "join",
    "keep_changes",
    "make_months",
    "purge_relays",
    "receive",
    "relay_of",
    "retire",
    "say",
    "say_everything",
    "seen_by_others",
    "signed_answer",
    "sync",
    "witness_others",
]
