"""What cases are called, for which data was asked by the id of a draft."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.channels.ui import typed
from tongban.services.cases import queries as cases


def numbers_of(issues: Iterable[str]) -> dict[str, str]:
    """Return the number of each case that is named by its id, or what it is about while it has none; others are left out."""
    ids = {issue: id for issue in issues if (id := typed.identifier(issue))}
    cards = cases.names_and_numbers(ids.values())
    return {
        issue: cases.spaced(card.number) if card.number else card.service_name
        for issue, id in ids.items()
        if (card := cards.get(id))
    }
