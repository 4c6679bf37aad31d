"""Every read of the exchange."""

from tongban.datahub.exchange.queries.history import evidence_of, exchanges_about, exchanges_of, find_exchange
from tongban.datahub.exchange.queries.registry import find_service, keys_of, services, subsystems
from tongban.datahub.exchange.queries.usage import usage
from tongban.datahub.exchange.rules.protocol import PREFIX, read_call

__all__ = [
    "PREFIX",
    "evidence_of",
    "exchanges_about",
    "exchanges_of",
    "find_exchange",
    "find_service",
    "keys_of",
    "read_call",
    "services",
    "subsystems",
    "usage",
]
