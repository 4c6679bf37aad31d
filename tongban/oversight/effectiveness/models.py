"""Tables of effectiveness. Notes are append-only: a trigger refuses."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.kernel.ids import new_id
from tongban.oversight.effectiveness.types import EntryAct, EntryKind, EntryState


class Entry(models.Model):
    """督办单."""

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=200)
    """What it is about; the same thing opens one entry only, however often it is told."""
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=10, default="open")
    case_id = models.UUIDField(db_index=True, null=True)
    branch_id = models.UUIDField(null=True)
    item = models.CharField(max_length=80, blank=True)
    department = models.CharField(max_length=80)
    owner = models.CharField(max_length=80, blank=True)
    what = models.TextField()
    law = models.CharField(max_length=200)
    missed_on = models.DateField(null=True)
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["department", "due_on"],
                name="entry_by_department",
                condition=Q(closed_at__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint("key", name="entry_once"),
            models.CheckConstraint(
                name="entry_kind_known", condition=Q(kind__in=[one.value for one in EntryKind])
            ),
            models.CheckConstraint(
                name="entry_state_known", condition=Q(state__in=[one.value for one in EntryState])
            ),
            models.CheckConstraint(
                name="entry_closed_has_moment",
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
            ),
        ]


class Note(models.Model):
    """One act of an entry, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="notes")
    act = models.CharField(max_length=10)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="entry_note_act_known", condition=Q(act__in=[one.value for one in EntryAct])
            )
        ]
