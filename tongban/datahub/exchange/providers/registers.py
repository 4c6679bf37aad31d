"""Registers of this node: functions by name, filled in from above when the process starts."""

from __future__ import annotations

from tongban.datahub.exchange.errors import ProviderFailed
from tongban.datahub.exchange.types import Source

_registers: dict[str, Source] = {}


def add_register(name: str, source: Source) -> None:
    """Make a register known by the name that services have as their target."""
    _registers[name] = source


def find_register(name: str) -> Source:
    """Return a register; raise ProviderFailed when this node has none of the name."""
    try:
        return _registers[name]
    except KeyError:
        raise ProviderFailed("ServiceFailed.InternalError") from None


def names() -> tuple[str, ...]:
    """Return the names of all registers of this node."""
    return tuple(sorted(_registers))
