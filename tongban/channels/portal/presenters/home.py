"""What the first page shows."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.channels.ui.environment import say
from tongban.foundation.government.types import Centre
from tongban.kernel.errors import N_
from tongban.services.catalogue.queries import ThemeCard

ON_HOME = 12


@dataclass(frozen=True, slots=True)
class Figures:
    """How much the city offers; all counted, none typed."""

    bundles: int
    items: int
    no_visit: int
    at_once: int
    online: int
    departments: int
    centres: int


@dataclass(frozen=True, slots=True)
class ThemeGroup:
    """The life themes of persons, or of companies; ``count`` is how many matters there are for them."""

    words: str
    path: str
    count: int
    cards: tuple[ThemeCard, ...]


def theme_group(kind: str, cards: tuple[ThemeCard, ...], count: int, language: str) -> ThemeGroup:
    """Return the group of one kind of applicant (``person`` or ``company``), its busiest themes kept in order."""
    words = {"person": N_("个人"), "company": N_("企业")}[kind]
    kept = [card for card in cards if card.items][:ON_HOME]
    return ThemeGroup(say(language, words), f"/for/{kind}", count, tuple(kept))


def nearest(centres: tuple[Centre, ...], district: str) -> tuple[Centre, ...]:
    """Return three halls to show: of the reader's district if one is chosen, else the city's first."""
    here = [centre for centre in centres if centre.district == district] if district else []
    return tuple((here or list(centres))[:3])
