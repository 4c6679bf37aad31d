"""Every write of the exchange."""

from tongban.datahub.exchange.operations.admitting import forget_metadata_calls
from tongban.datahub.exchange.operations.answering import node_key, read_wish, sign_answer
from tongban.datahub.exchange.operations.calling import call
from tongban.datahub.exchange.operations.counting import (
    MOST_COUNTED,
    count_exchanges,
    forget_counts,
    recount,
)
from tongban.datahub.exchange.operations.describing import described_service, publish_described
from tongban.datahub.exchange.operations.elsewhere import keep_noted
from tongban.datahub.exchange.operations.ending import TIMER as KEY_TIMER
from tongban.datahub.exchange.operations.ending import tell_key_ending
from tongban.datahub.exchange.operations.evidencing import make_evidence
from tongban.datahub.exchange.operations.following import follow_resource
from tongban.datahub.exchange.operations.metering import use_grant
from tongban.datahub.exchange.operations.own import call_as
from tongban.datahub.exchange.operations.providing import TIMER as PROVIDE_TIMER
from tongban.datahub.exchange.operations.providing import check_provided, watch_grant
from tongban.datahub.exchange.operations.publishing import check_publishable, enable_service, publish_service
from tongban.datahub.exchange.operations.purging import purge, purge_elsewhere
from tongban.datahub.exchange.operations.registering import (
    register_certificate,
    register_key,
    register_subsystem,
    revoke_key,
)
from tongban.datahub.exchange.operations.sealing import MOST_SEALED, begin_era, horizon, seal
from tongban.datahub.exchange.operations.secrecy import (
    confirm_secrecy,
    extend_secrecy,
    keep_secret,
    lift_secrecy,
)
from tongban.datahub.exchange.operations.storing import AnswerWriter, make_months, write_answers
from tongban.datahub.exchange.operations.trying import (
    Trial,
    forget_trials,
    register_trial_key,
    set_samples,
    try_as,
    try_out,
)
from tongban.datahub.exchange.providers.gates import have_threads
from tongban.datahub.exchange.providers.registers import add_register
from tongban.datahub.exchange.rules.purging import check_may_purge

__all__ = [
    "KEY_TIMER",
    "MOST_COUNTED",
    "MOST_SEALED",
    "PROVIDE_TIMER",
    "AnswerWriter",
    "Trial",
    "add_register",
    "begin_era",
    "call",
    "call_as",
    "check_may_purge",
    "check_provided",
    "check_publishable",
    "confirm_secrecy",
    "count_exchanges",
    "described_service",
    "enable_service",
    "extend_secrecy",
    "follow_resource",
    "forget_counts",
    "forget_metadata_calls",
    "forget_trials",
    "have_threads",
    "horizon",
    "keep_noted",
    "keep_secret",
    "lift_secrecy",
    "make_evidence",
    "make_months",
    "node_key",
    "publish_described",
    "publish_service",
    "purge",
    "purge_elsewhere",
    "read_wish",
    "recount",
    "register_certificate",
    "register_key",
    "register_subsystem",
    "register_trial_key",
    "revoke_key",
    "seal",
    "set_samples",
    "sign_answer",
    "tell_key_ending",
    "try_as",
    "try_out",
    "use_grant",
    "watch_grant",
    "write_answers",
]
