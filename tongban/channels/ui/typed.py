"""What was typed into a form of the pages of staff: values, days, times; nothing typed is lost."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from django.http import HttpRequest

from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_, Invalid

LONGEST = 4000
MOST = 500
MSG_DAY = N_("“{said}”不是一个日期。")
MSG_TIME = N_("“{said}”不是一个时间。")
MSG_NUMBER = N_("“{said}”不是一个数。")
MSG_CHOICE = N_("请从给出的几项里选一项。")
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent: one value a field, or several."""

    values: dict[str, list[str]] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return what was typed into a field, without spaces around it."""
        return next(iter(self.values.get(name, ())), "").strip()

    def all(self, name: str) -> tuple[str, ...]:
        """Return everything that was chosen in a field."""
        return tuple(self.values.get(name, ()))

    def starting(self, before: str) -> Iterable[str]:
        """Return the ends of the fields' names that begin so, in the order of the page."""
        return [name.removeprefix(before) for name in self.values if name.startswith(before)]

    def day(self, name: str) -> dt.date:
        """Return a day; raise Invalid."""
        try:
            return dt.date.fromisoformat(self.get(name))
        except ValueError as error:
            raise Invalid("typed-day", MSG_DAY, said=self.get(name)[:40]) from error

    def day_or_none(self, name: str) -> dt.date | None:
        """Return a day, None where the field is empty; raise Invalid."""
        return self.day(name) if self.get(name) else None

    def moment(self, day: str, time: str) -> dt.datetime:
        """Return the moment that two fields name, in the city's time; raise Invalid."""
        try:
            hour = dt.time.fromisoformat(self.get(time))
        except ValueError as error:
            raise Invalid("typed-time", MSG_TIME, said=self.get(time)[:40]) from error
        return dt.datetime.combine(self.day(day), hour.replace(tzinfo=None), SHANGHAI)

    def number(self, name: str) -> int:
        """Return a whole number of at most six figures; raise Invalid."""
        said = self.get(name)
        if not (said.isascii() and said.isdigit() and len(said) <= 6):
            raise Invalid("typed-number", MSG_NUMBER, said=said[:40])
        return int(said)

    def choice(self, name: str, words: type[Word]) -> Word:
        """Return the word that was chosen; raise Invalid."""
        said = self.get(name)
        if said not in list(words):
            raise Invalid("typed-choice", MSG_CHOICE)
        return words(said)


def read(request: HttpRequest) -> Typed:
    """Return the form that was sent; an empty one for a page that is only opened."""
    if request.method != "POST":
        return Typed()
    names = list(request.POST)[:MOST]
    return Typed(
        {
            name: [one[:LONGEST].replace("\x00", "") for one in request.POST.getlist(name)[:MOST]]
            for name in names
        }
    )


def identifier(said: str) -> uuid.UUID | None:
    """Return an identifier, None if it is none."""
    try:
        return uuid.UUID(said)
    except ValueError:
        return None
