"""Who issues, and the numbers they give: counted in the table, without gaps, whoever issues at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from tongban.foundation.government import queries as government
from tongban.foundation.statements import queries as statements
from tongban.services.catalogue import queries as catalogue
from tongban.services.licences.rules import issuers as rules
from tongban.services.licences.rules import numbers

TAKE = """
INSERT INTO licences_series AS series (code, last) VALUES (%s, %s)
ON CONFLICT (code) DO UPDATE SET last = series.last + excluded.last RETURNING last
"""
KNOWN = """
SELECT type, body, number FROM licences_typenumber
WHERE (type, body) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
"""
NUMBER_TYPE = """
INSERT INTO licences_typenumber (type, body, number)
SELECT %s, %s, coalesce(max(number), 0) + 1 FROM licences_typenumber WHERE body = %s
ON CONFLICT DO NOTHING
"""
TYPE_LOCK = 0x6C69_6361  # any constant of our own: types of one body are numbered one after another


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuing body as it stands on a licence."""

    department: str
    name: str
    code: str
    area: str
    seal: str


def issuers(wanted: set[tuple[str, str]]) -> dict[tuple[str, str], Issuer]:
    """Return the issuing bodies of (department, district); raise NotFound, IssuerWithoutCode."""
    city = catalogue.get_city()
    bodies = {one: government.get_body(*one, city=city.short) for one in wanted}
    return {
        one: Issuer(
            body.department, body.name, rules.code_of(body, city), rules.area_of(body, city), body.seal
        )
        for one, body in bodies.items()
    }


def take_numbers(wanted: Sequence[tuple[str, Issuer]], year: int) -> list[str]:
    """Return a number for each (name of the licence, issuing body); a rollback gives them back."""
    series = [numbers.series_of(numbers.letters_of(name), issuer.area, year) for name, issuer in wanted]
    following = {}
    # In one order everywhere, so that two who issue several kinds can not wait for each other.
    for code, count in sorted(Counter(series).items()):
        ((last,),) = statements.rows(TAKE, [code, count])
        following[code] = last - count
    taken = []
    for code in series:
        following[code] += 1
        taken.append(numbers.number_in(code, following[code]))
    return taken


def type_numbers(wanted: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return the number of each (type, body's code); a type that has none gets the body's next."""
    found = _known(wanted)
    missing = sorted(wanted - set(found))
    if missing:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TYPE_LOCK])
            for type_, body in missing:
                cursor.execute(NUMBER_TYPE, [type_, body, body])
        found = _known(wanted)
    return found


def _known(wanted: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    types, bodies = [type_ for type_, _ in wanted], [body for _, body in wanted]
    return {(type_, body): number for type_, body, number in statements.rows(KNOWN, [types, bodies])}
