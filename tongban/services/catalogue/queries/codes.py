"""The city itself and its code lists. Kept in memory per revision: they change only by publishing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Count

from tongban.foundation.government import queries as government
from tongban.foundation.government.types import Department
from tongban.foundation.packs import queries as packs
from tongban.services.catalogue import models
from tongban.services.catalogue.errors import CityMissing
from tongban.services.catalogue.queries.cards import DepartmentCard, DistrictCard, ThemeCard
from tongban.services.catalogue.types import City, DataElement, LicenceType, Source, Theme

T = TypeVar("T")
_kept: dict[str, tuple[tuple[str, int], Any]] = {}


def current_revision() -> int:
    """Return the number of the published revision: one cheap statement; 0 before the first load."""
    return packs.current_number()


def get_city() -> City:
    """Return the head of the pack; raise CityMissing before the first load."""
    return _by_revision("city", _city)


def sources() -> dict[str, Source]:
    """Return where facts were read, by code."""
    return _by_revision("sources", lambda: _records(models.Source, Source))


def themes() -> dict[str, Theme]:
    """Return the life themes in the pack's order, by code."""
    return _by_revision("themes", lambda: _records(models.Theme, Theme))


def licences() -> dict[str, LicenceType]:
    """Return the licence types, by code."""
    return _by_revision("licences", lambda: _records(models.LicenceType, LicenceType))


def elements() -> dict[str, DataElement]:
    """Return the data elements, by code."""
    return _by_revision("elements", lambda: _records(models.DataElement, DataElement))


def find_theme(code: str) -> Theme | None:
    """Return the theme with this code, None if there is none."""
    return themes().get(code)


def theme_cards(audience: str | None = None) -> tuple[ThemeCard, ...]:
    """Return the themes, of one audience (A.4 code) or all, each with how many items it leads to."""
    counts = _by_revision("theme_counts", _theme_counts)
    return tuple(
        ThemeCard(theme, counts[theme.code])
        for theme in themes().values()
        if audience in (None, theme.audience.value)
    )


def department_cards() -> tuple[DepartmentCard, ...]:
    """Return all departments in the pack's order, each with how many items it answers for."""
    return _by_revision("department_cards", _department_cards)


def departments() -> dict[str, Department]:
    """Return all departments by code."""
    return {card.department.code: card.department for card in department_cards()}


def halls() -> frozenset[str]:
    """Return the departments whose clerks accept for all: one window (行政许可法 26)."""
    return frozenset(card.department.code for card in department_cards() if card.department.is_hall)


def district_cards() -> tuple[DistrictCard, ...]:
    """Return all districts in the pack's order."""
    return _by_revision("district_cards", _district_cards)


def _by_revision(name: str, read: Callable[[], T]) -> T:
    """Return what ``read`` gave for this revision of this database; read again when either is another."""
    state = (connection.settings_dict["NAME"], current_revision())
    known = _kept.get(name)
    if known is None or known[0] != state:
        known = (state, read())
        _kept[name] = known
    return known[1]


def _city() -> City:
    document = models.City.objects.filter(is_current=True).values_list("document", flat=True).first()
    if document is None:
        raise CityMissing
    return City.model_validate(document)


def _records(table: Any, record: type[Any]) -> dict[str, Any]:
    rows = table.objects.filter(is_current=True).order_by("position").values_list("document", flat=True)
    return {document["code"]: record.model_validate(document) for document in rows}


def _theme_counts() -> Counter[str]:
    rows = models.Item.objects.filter(state="in_use").values_list("themes", flat=True)
    return Counter(theme for row in rows for theme in row)


def _department_cards() -> tuple[DepartmentCard, ...]:
    rows = models.Item.objects.filter(state="in_use").values_list("department_id").annotate(Count("id"))
    counts = dict(rows)
    return tuple(
        DepartmentCard(department, counts.get(department.code, 0)) for department in government.departments()
    )


def _district_cards() -> tuple[DistrictCard, ...]:
    rows = models.Item.objects.filter(state="in_use").values_list("variants", flat=True)
    better = Counter(district for row in rows for district in row)
    halls = Counter(centre.district for centre in government.centres())
    return tuple(
        DistrictCard(district, better[district.code], halls[district.code])
        for district in government.districts()
    )
