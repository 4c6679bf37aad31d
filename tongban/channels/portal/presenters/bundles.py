"""Cards of bundles: the name, how many departments, and the figures before → after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from tongban.channels.ui.environment import local, say
from tongban.kernel.errors import N_
from tongban.services.bundles.queries import BundleCard
from tongban.services.catalogue.queries import ItemCard

MEASURES = (
    ("materials", N_("材料"), N_("份")),
    ("days", N_("用时"), N_("个工作日")),
    ("visits", N_("跑动"), N_("次")),
)
MOST_PARTS = 6
NOTHING = Markup("")


@dataclass(frozen=True, slots=True)
class BundleTile:
    """A bundle as cards show it; ``rows`` are (label, before, after, unit)."""

    code: str
    name: str
    english: str
    plain: str
    plain_english: str
    icon: str
    says: str
    rows: tuple[tuple[str, int, int, str], ...]
    parts: tuple[str | Markup, ...]
    is_for_persons: bool
    as_of: str
    drawing: Markup


def bundle_tile(
    card: BundleCard, items: Mapping[str, ItemCard], language: str, drawing: Markup = NOTHING
) -> BundleTile:
    """Return the card of a bundle; ``items`` are the cards of its items, by code."""
    parts = [items[code] for code in card.items if code in items]
    return BundleTile(
        code=card.code, name=card.name, english=card.english, plain=card.plain, plain_english=card.plain_english,
        icon=card.icon, says=_says(card, len({part.department for part in parts}), language), rows=_rows(card, language),
        parts=tuple(dict.fromkeys(local(language, part.name, part.english) for part in parts))[:MOST_PARTS],
        is_for_persons="1" in card.audience,
        as_of=card.as_of, drawing=drawing,
    )  # fmt: skip


def _says(card: BundleCard, departments: int, language: str) -> str:
    words = [
        say(language, N_("{count} 个部门"), count=departments),
        say(language, N_("{count} 个事项"), count=len(set(card.items))),
    ]
    if card.as_of:
        words.append(card.as_of)
    return " · ".join(words)


def _rows(card: BundleCard, language: str) -> tuple[tuple[str, int, int, str], ...]:
    if card.before is None or card.after is None:
        return ()
    return tuple(
        (say(language, label), getattr(card.before, name), after, say(language, unit, count=after))
        for name, label, unit in MEASURES
        if getattr(card.before, name)
        for after in [getattr(card.after, name)]
    )
