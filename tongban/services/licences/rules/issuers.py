"""Who issues: the body's name as it stands on a licence, its code, its area."""

from __future__ import annotations

from tongban.foundation.government.types import Department, District, Level
from tongban.services.catalogue.types import City
from tongban.services.licences.errors import IssuerWithoutCode
from tongban.services.licences.rules import numbers


def name_of(department: Department, district: District | None, city: City) -> str:
    """Return the whole name: 区市场监督管理局 in 徐汇区 is 上海市徐汇区市场监督管理局."""
    is_local = department.level is Level.DISTRICT and department.name.startswith("区")
    if not is_local or district is None:
        return department.name
    place = district.name.removesuffix("区")
    return f"{city.short}{place}{department.name}"


def area_of(department: Department, district: District | None, city: City) -> str:
    """Return the area code that counts the numbers: the district's for its own bodies, else the city's."""
    is_local = department.level in (Level.DISTRICT, Level.STREET, Level.VILLAGE)
    return district.code if district is not None and is_local else city.code


def code_of(department: Department, district: District | None, city: City) -> str:
    """Return the body's unified social credit code.

    A demonstration whose pack does not know it gets a stand-in that no real body can have; any other city is told
    by IssuerWithoutCode what is missing.
    """
    if department.credit_code:
        return department.credit_code
    if city.demonstration is None:
        raise IssuerWithoutCode(department.name)
    return numbers.stand_in_code(f"{department.code}/{area_of(department, district, city)}")
