"""Every write of the exchange."""

from tongban.datahub.exchange.operations.answering import node_key, read_wish, sign_answer
from tongban.datahub.exchange.operations.calling import call
from tongban.datahub.exchange.operations.own import call_as
from tongban.datahub.exchange.operations.publishing import enable_service, publish_service
from tongban.datahub.exchange.operations.purging import purge
from tongban.datahub.exchange.operations.registering import (
    register_certificate,
    register_key,
    register_subsystem,
    revoke_key,
)
from tongban.datahub.exchange.operations.sealing import MOST_SEALED, begin_era, seal
from tongban.datahub.exchange.operations.secrecy import (
    confirm_secrecy,
    extend_secrecy,
    keep_secret,
    lift_secrecy,
)
from tongban.datahub.exchange.operations.storing import AnswerWriter, make_months, write_answers
from tongban.datahub.exchange.providers.registers import add_register

__all__ = [
    "MOST_SEALED",
    "AnswerWriter",
    "add_register",
    "begin_era",
    "call",
    "call_as",
    "confirm_secrecy",
    "enable_service",
    "extend_secrecy",
    "keep_secret",
    "lift_secrecy",
    "make_months",
    "node_key",
    "publish_service",
    "purge",
    "read_wish",
    "register_certificate",
    "register_key",
    "register_subsystem",
    "revoke_key",
    "seal",
    "sign_answer",
    "write_answers",
]
