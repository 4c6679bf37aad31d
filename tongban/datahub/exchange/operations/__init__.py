"""Every write of the exchange."""

from tongban.datahub.exchange.operations.calling import call
from tongban.datahub.exchange.operations.publishing import enable_service, publish_service
from tongban.datahub.exchange.operations.registering import register_key, register_subsystem, revoke_key
from tongban.datahub.exchange.operations.storing import AnswerWriter, make_months, write_answers
from tongban.datahub.exchange.providers.registers import add_register

__all__ = [
    "AnswerWriter",
    "add_register",
    "call",
    "enable_service",
    "make_months",
    "publish_service",
    "register_key",
    "register_subsystem",
    "revoke_key",
    "write_answers",
]
