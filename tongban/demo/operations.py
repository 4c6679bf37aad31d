"""Building the history: draw the plan, play what has not been played yet, day after day, to the end.

Every act stands in one transaction with its mark: whoever kills the process finds the history where it was, and the
next start goes on from there. What the acts of the past bring about is delivered here, at their own time; a worker
beside it delivers what happens now (``queries.lane``).
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction

from tongban.demo import queries, rules
from tongban.demo.errors import BuiltByAnother, NoDemonstration, OtherPlan
from tongban.demo.models import History, Told
from tongban.demo.plan import Act, Plan, draw
from tongban.demo.plan.people import People
from tongban.demo.playing.player import Player
from tongban.demo.types import Status
from tongban.foundation.calendars import queries as calendars
from tongban.foundation.identity import queries as identity
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import Failure
from tongban.kernel.types import Actor, Subject

LOCK = 0x7469_6465_6D6F  # any constant of our own; one builder at a time
PAGES = ("services.licences.make_page",)
"""Sealed pages are drawn afterwards by the worker, or when somebody first asks for one: they take the longest."""
AT_ONCE = 30
"""Stories that may go on before what they have brought about is delivered."""
log = logging.getLogger("tongban.demo")


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
        _Building(row, plan, tell).run()
        _finish(row, by=by, at=at)
    return _status()


def planned(*, seed: int, days: int, cases: int, until: dt.date) -> Plan:
    """Return the plan of this city's history, by its calendar and the invented people."""
    population = identity.population()
    named = frozenset(one.code for one in population.personas)
    people = People(population.citizens, population.firms, named, until)
    calendar = calendars.current_calendar()
    return draw(seed=seed, until=until, days=days, cases=cases, people=people, is_working=calendar.is_working)


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


@dataclass
class _Building:
    """The loop over the acts that are left."""

    row: History
    plan: Plan
    tell: Callable[[Status], None]
    touched: set[int] = field(default_factory=set)

    def run(self) -> None:
        """Play, deliver, tell once a day."""
        known: dict[int, uuid.UUID] = {}
        left: set[int] = set()
        for told in Told.objects.all():
            if told.case_id:
                known[told.story] = told.case_id
            if told.left_because:
                left.add(told.story)
        player = Player(self.plan, known)
        for number in range(self.row.acts_done, len(self.plan.acts)):
            act = self.plan.acts[number]
            self._go_to(act)
            if act.story not in left and not self._played(player, act, number):
                left.add(act.story)
        self._deliver_until(self.row.began_at)

    def _go_to(self, act: Act) -> None:
        """Let the time pass up to an act: what was brought about is delivered, day by day."""
        before = self.row.played_to
        mornings = rules.mornings(before, act.at)
        if mornings:
            for morning in mornings:
                self._deliver(morning)
            ledger.link_pending()
            self.tell(_status())
        elif (act.story and act.story in self.touched) or len(self.touched) >= AT_ONCE:
            self._deliver(act.at)

    def _deliver_until(self, end: dt.datetime) -> None:
        for morning in rules.mornings(self.row.played_to, end):
            self._deliver(morning)
        self._deliver(end)
        ledger.link_pending()

    def _deliver(self, at: dt.datetime) -> None:
        since = at - 2 * rules.ONE_DAY
        while outbox.deliver(at=at, since=since, leaving=PAGES):
            pass
        self.touched.clear()

    def _played(self, player: Player, act: Act, number: int) -> bool:
        try:
            with transaction.atomic():
                case_id = player.play(act)
                if case_id is not None:
                    Told.objects.filter(story=act.story).update(case_id=case_id)
                self._mark(act, number)
        except Failure as failure:
            # Somebody who visits the city while it is built has got there first: the rest of the story is left.
            log.warning("story %s, %s: %s", act.story, act.step, failure)
            with transaction.atomic():
                Told.objects.filter(story=act.story).update(left_because=f"{act.step}: {failure}")
                self._mark(act, number)
            return False
        if case_id is not None:
            player.cases[act.story] = case_id
        self.touched.add(act.story)
        return True

    def _mark(self, act: Act, number: int) -> None:
        self.row.acts_done, self.row.played_to = number + 1, act.at
        History.objects.filter(number=queries.NUMBER).update(acts_done=number + 1, played_to=act.at)
