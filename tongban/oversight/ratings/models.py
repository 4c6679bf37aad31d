"""Tables of ratings. Ratings and notes are append-only: a trigger refuses; what somebody wrote is sealed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongban.kernel.ids import new_id
from tongban.oversight.ratings.types import FollowUpAct, FollowUpState, Level


class Rating(models.Model):
    """评价."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case_id = models.UUIDField()
    level = models.CharField(max_length=20)
    tags = ArrayField(models.CharField(max_length=3), default=list)
    tags_version = models.CharField(max_length=10)
    words = models.BinaryField()
    department = models.CharField(max_length=80)
    service_name = models.CharField(max_length=300)
    number = models.CharField(max_length=16)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["department", "at"], name="rating_by_department")]
        constraints = [
            models.UniqueConstraint("case_id", name="rating_once"),
            models.CheckConstraint(
                name="rating_level_known", condition=Q(level__in=[one.value for one in Level])
            ),
        ]


class FollowUp(models.Model):
    """差评整改单."""

    id = models.UUIDField(primary_key=True, default=new_id)
    rating = models.OneToOneField(Rating, models.PROTECT, related_name="follow_up")
    state = models.CharField(max_length=10, default="open")
    department = models.CharField(max_length=80)
    is_complex = models.BooleanField(null=True)
    due_on = models.DateField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["department", "due_on"],
                name="follow_up_by_department",
                condition=Q(closed_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="follow_up_state_known", condition=Q(state__in=[one.value for one in FollowUpState])
            ),
            models.CheckConstraint(
                name="follow_up_closed_has_moment",
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
            ),
        ]


class Note(models.Model):
    """One act of a follow-up, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="notes")
    act = models.CharField(max_length=10)
    text = models.BinaryField()
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="follow_up_note_act_known", condition=Q(act__in=[one.value for one in FollowUpAct])
            )
        ]
