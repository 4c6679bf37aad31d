"""A department's own systems at a glance: keys, services, the last call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tongban.datahub.exchange import models
from tongban.datahub.exchange.errors import SubsystemUnknown
from tongban.datahub.exchange.types import Subsystem, SystemLine
from tongban.foundation.statements import queries as statements
from tongban.kernel.pages import Page

OWN = "(%(departments)s::text[] IS NULL OR split_part(s.code, '/', 3) = ANY(%(departments)s))"
COUNT = f"SELECT count(*) FROM exchange_subsystem s WHERE {OWN}"  # noqa: S608 - of constants
LINES = f"""
SELECT s.code, s.name, coalesce(k.valid, 0),
    ((k.until - interval '1 microsecond') AT TIME ZONE 'Asia/Shanghai')::date, coalesce(v.offered, 0),
    (SELECT max(r.at) FROM exchange_record r WHERE r.consumer = s.code AND r.at > %(at)s::timestamptz - interval '40 days')
FROM exchange_subsystem s
LEFT JOIN (SELECT subsystem_id, count(*) AS valid, min(valid_until) AS until FROM exchange_key
    WHERE revoked_at IS NULL AND valid_until > %(at)s::timestamptz GROUP BY 1) k ON k.subsystem_id = s.code
LEFT JOIN (SELECT provider_id, count(*) AS offered FROM exchange_service GROUP BY 1) v ON v.provider_id = s.code
WHERE {OWN} ORDER BY split_part(s.code, '/', 3), s.code LIMIT %(size)s OFFSET %(first)s
"""  # noqa: S608 - of constants


def systems_of(
    departments: Sequence[str] | None, *, at: dt.datetime, page: int = 1, size: int = 50
) -> Page[SystemLine]:
    """Return the systems of some departments, of all where None is given, by department and code."""
    asked = {
        "departments": None if departments is None else list(departments), "at": at, "size": size,
        "first": (page - 1) * size,
    }  # fmt: skip
    total = statements.rows(COUNT, asked)[0][0]
    return Page(tuple(SystemLine(*row) for row in statements.rows(LINES, asked)), page, size, total)


def get_subsystem(code: str) -> Subsystem:
    """Return a subsystem; raise SubsystemUnknown."""
    row = models.Subsystem.objects.filter(code=code).first()
    if row is None:
        raise SubsystemUnknown(code[:200])
    return Subsystem(row.code, row.name, row.registered_at)
