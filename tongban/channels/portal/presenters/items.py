"""Rows of matters: what it is called, who does it, how long, how often one goes, what one brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from tongban.channels.ui.environment import local, say
from tongban.foundation.government.types import Department
from tongban.kernel.errors import N_
from tongban.services.catalogue.queries import ItemCard


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A matter in a list, in the reader's words."""

    code: str
    title: str | Markup
    says: Markup
    days: str
    days_label: str
    visits: str
    materials: str
    marks: tuple[str, ...]


def item_row(card: ItemCard, departments: Mapping[str, Department], language: str) -> ItemRow:
    """Return the row of a card."""
    label, days = duration(card, language)
    told = card.depth == "full"
    return ItemRow(
        code=card.code,
        title=local(language, card.name, card.english),
        says=_says(card, departments.get(card.department), language),
        days=days,
        days_label=label,
        visits=say(language, N_("{count} 次"), count=card.visits) if told else "",
        materials=say(language, N_("{count} 份"), count=card.materials) if told else "",
        marks=() if told else (say(language, N_("摘要")),),
    )


def _says(card: ItemCard, department: Department | None, language: str) -> Markup:
    plain = plain_words(card.plain, card.plain_english, bool(card.english), language)
    who = local(language, department.name, department.english) if department else ""
    return joined(plain, who, language)


def plain_words(chinese: str, english: str, is_titled: bool, language: str) -> Markup:
    """Return what a matter is; an English reader with an English title is spared a line of Chinese."""
    if language != "zh" and is_titled and not english:
        return Markup("")
    return escape(local(language, chinese, english))


def joined(plain: Markup, who: str | Markup, language: str) -> Markup:
    """Return what a matter is and who does it, on one line."""
    if not plain or not who:
        return Markup("{}{}").format(plain, who)
    if language != "zh":
        return Markup("{} · {}").format(plain, who)
    return Markup("{}{}{}").format(plain, "" if plain.endswith(("。", "？", "！")) else "。", who)


def duration(card: ItemCard, language: str) -> tuple[str, str]:
    """Return what kind of limit is shown and how long it is: the promise, else the law's."""
    if card.case_kind == "1" or card.promise_days == 0:
        return say(language, N_("办结")), say(language, N_("当场"))
    if card.promise_days is not None:
        return say(language, N_("承诺办完")), days_in(card.promise_days, card.promise_unit, language)
    if card.statutory_days is not None:
        return say(language, N_("法律最长")), days_in(card.statutory_days, card.statutory_unit, language)
    return say(language, N_("时限")), ""


def days_in(days: int, unit: str, language: str) -> str:
    """Return a number of days with its unit: 日 of the Licensing Law are working days."""
    sentence = N_("{count} 天") if unit == "calendar" else N_("{count} 个工作日")
    return say(language, sentence, count=days)
