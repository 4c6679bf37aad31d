"""What stands around every page: the city, its districts, departments and hotline. Kept for one revision of the pack."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.db import DatabaseError

from tongban.channels.ui import revision
from tongban.foundation.government import queries as government
from tongban.foundation.government.types import Centre, Department, District, Outline
from tongban.kernel.errors import N_, Failure
from tongban.kernel.language import translate
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.types import City


@dataclass(frozen=True, slots=True)
class Frame:
    """The city around a page; ``city`` is None before the first load and while the database is away."""

    city: City | None
    districts: tuple[District, ...]
    departments: dict[str, Department]
    revision: int

    def city_name(self, language: str) -> str:
        """Return the city's name as short as people say it."""
        if self.city is None:
            return translate(N_("本市"), language)
        # “Shanghai (demonstration city)”: what is in brackets is said at the foot of the page.
        return self.city.short if language == "zh" else self.city.english.partition(" (")[0]

    def district(self, code: str) -> District | None:
        """Return the district with this code."""
        return next((one for one in self.districts if one.code == code), None)

    @property
    def hotline(self) -> str:
        """Return the number to call for help."""
        return self.city.hotline if self.city else "12345"


def frame() -> Frame:
    """Return the frame of the published revision; without a database, a bare one that still stands."""
    try:
        return _frame(revision.current())
    except (DatabaseError, Failure):
        return Frame(None, (), {}, 0)


def centres() -> tuple[Centre, ...]:
    """Return all halls of the published revision."""
    return _centres(revision.current())


def outlines() -> tuple[Outline, ...]:
    """Return how the districts of the published revision are drawn; none where the city has no map."""
    return _outlines(revision.current())


@lru_cache(maxsize=2)
def _outlines(number: int) -> tuple[Outline, ...]:
    return government.outlines()


@lru_cache(maxsize=2)
def _centres(number: int) -> tuple[Centre, ...]:
    return government.centres()


@lru_cache(maxsize=2)
def _frame(number: int) -> Frame:
    departments = {one.code: one for one in government.departments()}
    return Frame(catalogue.get_city(), government.districts(), departments, number)
