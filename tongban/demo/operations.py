"""Building the history: draw the plan, play what has not been played yet, day after day, to the end.

Whoever kills the process finds the history where it was, and the next start goes on from there (``building``). What
the acts of the past bring about is delivered here, at their own time; a worker beside it delivers what happens now
(``queries.lane``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tongban.datahub.resources import queries as resources
from tongban.demo import queries, rules
from tongban.demo.building import Building
from tongban.demo.departments import publishing
from tongban.demo.errors import BuiltByAnother, NoDemonstration, OtherPlan
from tongban.demo.models import History, Told
from tongban.demo.plan import Plan, draw
from tongban.demo.plan.demands import with_demands
from tongban.demo.plan.disputes import with_disputes
from tongban.demo.plan.lines import LINES
from tongban.demo.plan.people import People
from tongban.demo.types import Status
from tongban.foundation.calendars import queries as calendars
from tongban.foundation.identity import queries as identity
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.types import Actor, Subject
from tongban.services.obtaining import operations as obtaining

LOCK = 0x7469_6465_6D6F  # any constant of our own; one builder at a time


def build(
    *,
    seed: int,
    days: int,
    cases: int,
    tell: Callable[[Status], None] = lambda status: None,
    by: Actor,
    at: dt.datetime,
) -> Status:
    """Play the history to its end and return how it stands; one that was begun is gone on with as it was drawn.

    Raises NoDemonstration in a city in service, BuiltByAnother, OtherPlan.
    """
    if not identity.is_demonstration():
        raise NoDemonstration
    with _alone():
        row = History.objects.filter(number=queries.NUMBER).first()
        if row is not None and row.finished_at is not None:
            return _status()
        plan = planned(
            seed=row.seed if row else seed, days=row.days if row else days, cases=row.cases if row else cases,
            until=row.until if row else rules.last_day(at),
        )  # fmt: skip
        if row is None:
            row = _begin(plan, cases, by=by, at=at)
        elif row.plan != rules.plan_digest(plan):
            _finish(row, by=by, at=at)
            raise OtherPlan
        with obtaining.in_this_transaction():
            Building(row, plan, tell).run()
        _finish(row, by=by, at=at)
    return _status()


def planned(*, seed: int, days: int, cases: int, until: dt.date) -> Plan:
    """Return the plan of this city's history, by its calendar and the invented people."""
    population = identity.population()
    named = frozenset(one.code for one in population.personas)
    people = People(population.citizens, population.firms, named, until)
    calendar = calendars.current_calendar()
    plan = draw(seed=seed, until=until, days=days, cases=cases, people=people, is_working=calendar.is_working)
    played = {line.code for line in LINES}
    at_districts = {one.code for one in resources.systems() if publishing.district_of(one)}
    far = {one.code for one in resources.resources() if one.system in at_districts}
    # What a district's node offers nobody has asked for yet: whether there is one is the operator's affair.
    near = [one for one in resources.demands() if one.resource not in far]
    listed = sorted(near, key=lambda one: one.item not in played)
    # A small history has few demands as it has few people: those first whose papers it needs.
    stated = with_demands(plan, [one.code for one in listed[:cases]], calendar.is_working)
    return with_disputes(stated, calendar.is_working)


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise BuiltByAnother
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@transaction.atomic
def _begin(plan: Plan, cases: int, *, by: Actor, at: dt.datetime) -> History:
    row = History.objects.create(
        seed=plan.seed, days=plan.days, cases=cases, until=plan.until, plan=rules.plan_digest(plan),
        acts=len(plan.acts), began_at=at,
    )  # fmt: skip
    Told.objects.bulk_create(
        Told(story=one.number, line=one.line.code, route=one.route.value) for one in plan.stories
    )
    detail = {"seed": plan.seed, "days": plan.days, "cases": cases}
    ledger.record(act="demo.begin", subject=Subject("city", "demonstration"), by=by, at=at, detail=detail)
    return row


@transaction.atomic
def _finish(row: History, *, by: Actor, at: dt.datetime) -> None:
    row.finished_at = at
    row.save(update_fields=["finished_at"])
    ledger.record(act="demo.finish", subject=Subject("city", "demonstration"), by=by, at=at)


def _status() -> Status:
    status = queries.status()
    assert status is not None  # noqa: S101 - it has been begun
    return status
