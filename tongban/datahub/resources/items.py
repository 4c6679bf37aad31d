"""What the lists know of the item that a demand comes from: told by the catalogue of items, which stands above.

Where nobody tells, no item is known, and the lists grant nothing at once.
"""

from __future__ import annotations

from collections.abc import Callable

from tongban.datahub.resources.types import ItemFacts

Teller = Callable[[str], ItemFacts | None]


def _nobody(item: str) -> None:
    """Know no item."""


_tellers: list[Teller] = [_nobody]


def learn_from(teller: Teller) -> None:
    """Ask this one from now on, and nobody else; to be used at start only."""
    _tellers[:] = [teller]


def facts_of(item: str) -> ItemFacts | None:
    """Return who handles an item and what it asks for, None where it is not known."""
    return _tellers[-1](item)
