"""Tables of the outbox: what happened, and who has not been told yet.

A delivery's row is deleted when its handler has done its work, in the handler's own transaction: what remains
is what is still to do, so the worker's index stays small however long the history grows.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class Happened(models.Model):
    """An event, kept."""

    number = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    about = models.CharField(max_length=200)
    fields = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        db_table = "outbox_event"
        indexes = [
            models.Index("about", "number", name="outbox_event_by_subject"),
            # Which are old enough to be forgotten: they lie together, so the smallest index will do.
            BrinIndex("at", name="outbox_event_by_moment", autosummarize=True),
        ]
        constraints = [
            models.CheckConstraint(
                name="outbox_event_named", condition=models.Q(name__regex=r"^[a-z_]+\.[a-z_]+$")
            )
        ]


class Delivery(models.Model):
    """One handler that has not yet reacted to one event, or to one timer (``timer`` is its key)."""

    number = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Happened, models.PROTECT, null=True, db_index=False, related_name="+")
    timer = models.CharField(max_length=200, null=True)
    handler = models.CharField(max_length=160)
    about = models.CharField(max_length=200)
    payload = models.JSONField(null=True)
    due_at = models.DateTimeField(null=True)
    """When it is tried (again); empty: left to a person."""
    can_wait = models.BooleanField(default=False, db_default=False)
    """Long work that nobody waits for: out of the way of what is looked for all the time."""
    attempts = models.SmallIntegerField(default=0, db_default=0)
    error = models.TextField(blank=True, default="", db_default="")

    class Meta:
        indexes = [
            models.Index("can_wait", "due_at", "number", name="outbox_delivery_next"),
            models.Index("about", "handler", "number", name="outbox_delivery_in_order"),
            models.Index("number", name="outbox_delivery_failed", condition=models.Q(attempts__gt=0)),
        ]
        constraints = [
            models.UniqueConstraint("event", "handler", name="outbox_handler_once_an_event"),
            models.UniqueConstraint("timer", name="outbox_timer_once"),
            models.CheckConstraint(
                name="outbox_event_or_timer",
                condition=models.Q(event__isnull=True, timer__isnull=False)
                | models.Q(event__isnull=False, timer__isnull=True),
            ),
        ]
