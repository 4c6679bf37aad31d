"""The queue: what waits for somebody, by the clock. One statement, however many cases there are.

Each source (a department, one's own work, what halls accept) gives its first rows from an index that is in the
queue's order; the statement merges them. Counts beside the tabs stop at ``MOST``: nobody reads “12 804”.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

from tongban.foundation.calendars import queries as calendars
from tongban.foundation.calendars.rules import Calendar
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel import clock
from tongban.kernel.pages import Page
from tongban.services.approvals.rules import access
from tongban.services.approvals.rules.access import Reach
from tongban.services.approvals.rules.clocks import day_of
from tongban.services.approvals.rules.lights import WorkingDays, light_of
from tongban.services.approvals.types import Light, Queue, QueueFilters, QueueRow, WorkKind
from tongban.services.approvals.unsealing import name_index
from tongban.services.catalogue import queries as catalogue

MOST = 1000
SIZE = 100
VIEWS = ("department", "mine", "unassigned", "stopped", "handed", "done")
END_OF_TIME = dt.date.max
COLUMNS = """id, case_id, branch_id, kind, queue_on, opened_on, allowed_days, stopped_days, item, item_name, service,
    service_name, number, applicant, department, assignee, is_immediate, papers, papers_exempt, papers_missing,
    closed_at"""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question to the table: conditions and their values."""

    sources: tuple[str, ...]
    where: str
    narrowed: str
    order: str
    values: dict[str, Any]


def queue(
    staff: StaffAccess,
    filters: QueueFilters | None = None,
    page: int = 1,
    *,
    size: int = SIZE,
    at: dt.datetime | None = None,
) -> Queue:
    """Return a page of what waits for a member of staff, what is due first on top; raise NotAllowed.

    Only departments in which one of their posts works on cases, and of these only the districts that it reaches; a
    hall's clerk sees all that waits to be accepted there.
    """
    filters = filters or QueueFilters()
    reach = access.reach(staff, catalogue.halls())
    days = _days(calendars.current_calendar(), day_of(at or clock.now()))
    asked = _asked(staff, reach, filters, days)
    number = max(1, page)
    values = asked.values | {
        "size": size,
        "offset": (number - 1) * size,
        "reach": number * size,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(asked), values)
        rows, counted = cursor.fetchone()
    found = tuple(_row(one, days) for one in _plain(rows))
    return _queue(found, _plain(counted), filters, days, number, size)


@lru_cache(maxsize=8)
def _days(calendar: Calendar, today: dt.date) -> WorkingDays:
    return WorkingDays(calendar, today)


def _statement(asked: _Asked) -> str:
    """Return the one statement: the page as JSON, and how many there are by kind and last day."""
    rows = _union(
        COLUMNS, [f"{one} AND {asked.where} AND {asked.narrowed}" for one in asked.sources], asked, "reach"
    )
    counted = _union("kind, queue_on", [f"{one} AND {asked.where}" for one in asked.sources], asked, "most")
    return f"""
        SELECT
            (SELECT coalesce(json_agg(r), '[]') FROM (
                SELECT * FROM ({rows}) AS w ORDER BY {asked.order} LIMIT %(size)s OFFSET %(offset)s) AS r),
            (SELECT coalesce(json_agg(c), '[]') FROM (
                SELECT kind, queue_on, count(*) AS n FROM ({counted}) AS k GROUP BY kind, queue_on) AS c)
    """  # noqa: S608


def _union(columns: str, conditions: Iterable[str], asked: _Asked, most: str) -> str:
    """Return the sources one under the other, each its first rows; only our own words are in the text."""
    parts = (
        f"(SELECT {columns} FROM approvals_work WHERE {one} ORDER BY {asked.order} LIMIT %({most})s)"  # noqa: S608
        for one in conditions
    )
    return " UNION ALL ".join(parts)


def _asked(staff: StaffAccess, reach: Reach, filters: QueueFilters, days: WorkingDays) -> _Asked:
    values: dict[str, Any] = {"me": [staff.code, *staff.stands_in_for]}
    is_done = filters.view == "done" or filters.light is Light.DONE
    where = ["closed_at IS NOT NULL" if is_done else "closed_at IS NULL", *_views(filters)]
    if filters.search.strip():
        where.append(_search(filters.search.strip(), values))
    for name in ("item", "service"):
        if getattr(filters, name):
            where.append(f"{name} = %({name})s")
            values[name] = getattr(filters, name)
    return _Asked(
        sources=_sources(reach, filters, values),
        where=" AND ".join(where),
        narrowed=" AND ".join(_narrowed(filters, days, values)) or "true",
        order="closed_at DESC, id" if is_done else "queue_on, id",
        values=values,
    )


def _sources(reach: Reach, filters: QueueFilters, values: dict[str, Any]) -> tuple[str, ...]:
    """Return one condition a source, each answered in order by an index."""
    departments = [
        f"department = {_value(values, code)}" + _within(districts, values)
        for code, districts in sorted(reach.departments.items())
    ]
    if filters.view == "mine":
        theirs = " OR ".join(departments)
        return tuple(
            f"assignee = {_value(values, code)} AND assignee <> '' AND ({theirs})" for code in values["me"]
        )
    if not reach.is_hall:
        return tuple(departments)
    hall = "kind IN ('accept', 'supplement')" + _within(reach.hall, values)
    return (*(f"{one} AND NOT ({hall})" for one in departments), hall)


def _within(districts: frozenset[str] | None, values: dict[str, Any]) -> str:
    """Return the condition that keeps to some districts and to what belongs to none; nothing for the whole city."""
    return "" if districts is None else f" AND district = ANY({_value(values, ['', *sorted(districts)])})"


def _value(values: dict[str, Any], value: Any) -> str:
    """Return the place in the statement of a value of its own."""
    name = f"value{len(values)}"
    values[name] = value
    return f"%({name})s"


def _views(filters: QueueFilters) -> list[str]:
    return {
        "unassigned": ["assignee = ''"],
        "stopped": ["kind IN ('stopped', 'supplement')"],
        "handed": ["handed_by <> '' AND assignee = ANY(%(me)s)"],
    }.get(filters.view, [])


def _narrowed(filters: QueueFilters, days: WorkingDays, values: dict[str, Any]) -> list[str]:
    """Return the conditions of the chosen tabs; counts beside the tabs do without them."""
    values |= {"today": days.today, "amber": days.amber_until, "never": END_OF_TIME}
    narrowed = {
        Light.RED: ["queue_on < %(today)s"],
        Light.AMBER: ["queue_on >= %(today)s AND queue_on <= %(amber)s"],
        Light.GREEN: ["queue_on > %(amber)s AND queue_on < %(never)s"],
        Light.STOPPED: ["queue_on = %(never)s AND kind = 'stopped'"],
        Light.WAITING: ["queue_on = %(never)s AND kind <> 'stopped'"],
    }.get(filters.light, []) if filters.light else []  # fmt: skip
    if filters.kind is not None:
        narrowed = [*narrowed, "kind = %(kind)s"]
        values["kind"] = filters.kind.value
    return narrowed


def _search(text: str, values: dict[str, Any]) -> str:
    """Return the condition that finds a number by its beginning, an applicant, an item."""
    digits = text.replace(" ", "")
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values |= {
        "number": f"{digits}%" if digits.isascii() and digits.isdigit() else "-",
        "words": f"%{escaped}%",
        "whole": name_index(text),
    }
    return (
        "(number LIKE %(number)s OR applicant_index = %(whole)s OR applicant LIKE %(words)s "
        "OR item_name LIKE %(words)s OR service_name LIKE %(words)s)"
    )


def _plain(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _light(kind: str, on: dt.date, days: WorkingDays) -> Light:
    if kind == WorkKind.DONE.value:
        return Light.DONE
    if on == END_OF_TIME:
        return Light.STOPPED if kind == WorkKind.STOPPED.value else Light.WAITING
    return light_of(on, days)


def _row(one: dict[str, Any], days: WorkingDays) -> QueueRow:
    on = dt.date.fromisoformat(one["queue_on"])
    due_on = None if on == END_OF_TIME else on
    opened = one["opened_on"]
    until = day_of(dt.datetime.fromisoformat(one["closed_at"])) if one["closed_at"] else days.today
    used = days.between(dt.date.fromisoformat(opened), until) - one["stopped_days"] if opened else 0
    return QueueRow(
        work_id=one["id"],
        case_id=one["case_id"],
        branch_id=one["branch_id"],
        kind=WorkKind(one["kind"]),
        light=_light(one["kind"], on, days),
        due_on=due_on,
        left_days=days.left(due_on) if due_on and not one["closed_at"] else None,
        used_days=max(0, used),
        allowed_days=one["allowed_days"],
        item=one["item"],
        item_name=one["item_name"],
        service=one["service"],
        service_name=one["service_name"],
        number=one["number"],
        applicant=one["applicant"],
        department=one["department"],
        assignee=one["assignee"],
        is_immediate=one["is_immediate"],
        papers=one["papers"],
        papers_exempt=one["papers_exempt"],
        papers_missing=one["papers_missing"],
    )


def _queue(
    rows: tuple[QueueRow, ...],
    counted: list[dict[str, Any]],
    filters: QueueFilters,
    days: WorkingDays,
    number: int,
    size: int,
) -> Queue:
    by_light: Counter[Light] = Counter()
    by_kind: Counter[WorkKind] = Counter()
    total = 0
    for one in counted:
        kind, light = WorkKind(one["kind"]), _light(one["kind"], dt.date.fromisoformat(one["queue_on"]), days)
        by_light[light] += one["n"]
        by_kind[kind] += one["n"]
        if filters.light in (None, light) and filters.kind in (None, kind):
            total += one["n"]
    return Queue(Page(rows, number, size, total), dict(by_light), dict(by_kind), MOST)
