"""Tables of the demonstration: how far the history has been played, and which story has become which case."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class History(models.Model):
    """The one history of this city: what was drawn, how far it is, since when it is built."""

    number = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seed = models.PositiveIntegerField()
    days = models.PositiveIntegerField()
    cases = models.PositiveIntegerField()
    until = models.DateField()
    plan = models.CharField(max_length=64)
    """The digest of the plan: another version of this program may draw another."""
    acts = models.PositiveIntegerField()
    acts_done = models.PositiveIntegerField(default=0)
    played_to = models.DateTimeField(null=True)
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="demo_history_once", condition=Q(number=1)),
            models.CheckConstraint(
                name="demo_history_not_beyond", condition=Q(acts_done__lte=models.F("acts"))
            ),
        ]


class Told(models.Model):
    """A story and the case that it has become; ``left_because`` says why the rest of it was not played."""

    story = models.PositiveIntegerField(primary_key=True)
    case_id = models.UUIDField(null=True)
    line = models.CharField(max_length=80)
    route = models.CharField(max_length=30)
    left_because = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint("case_id", name="demo_case_once")]
