"""Which resource a service gives, as it is published: told by the exchange, which stands above.

Where nobody tells, nothing is published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

Teller = Callable[[str], Mapping[str, str]]


def _nobody(subsystem: str) -> Mapping[str, str]:
    """Know no service."""
    return {}


_tellers: list[Teller] = [_nobody]


def learn_from(teller: Teller) -> None:
    """Ask this one from now on, and nobody else; to be used at start only."""
    _tellers[:] = [teller]


def services_of(subsystem: str) -> Mapping[str, str]:
    """Return the codes of a subsystem's services that are published, each with the code of its resource."""
    return _tellers[-1](subsystem)
