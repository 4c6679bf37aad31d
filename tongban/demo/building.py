"""The loop that plays what is left of a plan: some acts, what they bring about, and the mark of how far it is.

All of that is one transaction, so that a kill undoes it whole, and its commits need not reach the disk one by one:
a crash of the database loses some acts together with their mark, and they are played again.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, connection, transaction

from tongban.demo import queries, rules
from tongban.demo.models import History, Told
from tongban.demo.plan import Act, Plan
from tongban.demo.playing.player import Player
from tongban.demo.types import Status
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import Failure

PAGES = ("services.licences.make_page",)
"""Sealed pages are drawn afterwards by the worker, or when somebody first asks for one: they take the longest."""
AT_A_TIME = 20
"""Acts in one transaction: about a second, for which others may have to wait."""
log = logging.getLogger("tongban.demo")


@dataclass
class Building:
    """How far the plan has been played by this process."""

    row: History
    plan: Plan
    tell: Callable[[Status], None]
    left: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)

    def run(self) -> None:
        """Play everything that has not been played; tell after each day."""
        player = Player(self.plan, self._known())
        while self.row.acts_done < len(self.plan.acts):
            day = self.row.played_to.date() if self.row.played_to else None
            with transaction.atomic():
                self._hurry()
                self._play(player, self.plan.acts[self.row.acts_done : self.row.acts_done + AT_A_TIME])
            if self.row.played_to and self.row.played_to.date() != day and (status := queries.status()):
                self.tell(status)
        self._end()

    def _known(self) -> dict[int, uuid.UUID]:
        """Return the cases that stories have become, and note the stories that are left."""
        rows = list(Told.objects.all())
        self.left = {row.story for row in rows if row.left_because}
        return {row.story: row.case_id for row in rows if row.case_id}

    def _hurry(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")

    def _play(self, player: Player, acts: Sequence[Act]) -> None:
        for act in acts:
            self._go_to(act)
            if act.story not in self.left:
                self._play_one(player, act)
            self.row.played_to = act.at
        self._deliver(acts[-1].at)
        self.row.acts_done += len(acts)
        values = {"acts_done": self.row.acts_done, "played_to": self.row.played_to}
        History.objects.filter(number=queries.NUMBER).update(**values)

    def _go_to(self, act: Act) -> None:
        """Let the time pass up to an act: limits end at midnight, and a story goes on when its last act is heard of."""
        for morning in rules.mornings(self.row.played_to, act.at):
            self._deliver(morning)
        if act.story and act.story in self.touched:
            self._deliver(act.at)

    def _play_one(self, player: Player, act: Act) -> None:
        try:
            with transaction.atomic():
                case_id = player.play(act)
        except DatabaseError:
            raise
        except Exception as failure:
            # Somebody who visits the city while it is built was first, or the pack has changed what the plan believes:
            # the rest of the story is left, and said so.
            log.warning(
                "story %s, %s: %s", act.story, act.step, failure, exc_info=not isinstance(failure, Failure)
            )
            self.left.add(act.story)
            Told.objects.filter(story=act.story).update(left_because=f"{act.step}: {failure!r}"[:500])
            return
        self.touched.add(act.story)
        if case_id is not None:
            player.cases[act.story] = case_id
            Told.objects.filter(story=act.story).update(case_id=case_id)

    def _deliver(self, at: datetime) -> None:
        while outbox.deliver(at=at, since=at - 2 * rules.ONE_DAY, leaving=PAGES):
            pass
        self.touched.clear()

    def _end(self) -> None:
        """Deliver what was due between the last act and the moment in which the building began."""
        began = self.row.began_at
        for morning in rules.mornings(self.row.played_to, began):
            self._deliver(morning)
        self._deliver(began)
