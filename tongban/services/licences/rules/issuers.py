"""Who issues: the body's code as it stands in a licence's identifier, and the area that counts its numbers."""

from __future__ import annotations

from tongban.foundation.government.types import Body
from tongban.services.catalogue.types import City
from tongban.services.licences.errors import IssuerWithoutCode
from tongban.services.licences.rules import numbers


def area_of(body: Body, city: City) -> str:
    """Return the area code that counts the numbers: the district's for its own bodies, else the city's."""
    return body.district or city.code


def code_of(body: Body, city: City) -> str:
    """Return the body's unified social credit code.

    A demonstration whose pack does not know it gets a stand-in that no real body can have; any other city is told
    by IssuerWithoutCode what is missing.
    """
    if body.credit_code:
        return body.credit_code
    if city.demonstration is None:
        raise IssuerWithoutCode(body.name)
    return numbers.stand_in_code(f"{body.department}/{area_of(body, city)}")
