"""Tables of the account: contests, what was done with them, calls beside their purpose, who wants to be told, how far.

Notes are append-only: a trigger refuses.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongban.kernel.ids import new_id
from tongban.services.disclosures.types import ContestAct, ContestKind, ContestState, Kind, Verdict, Why

ASKED_ABOUT = [one.value for one in Kind if one is not Kind.FAILED]
"""The kinds of readings that a question keeps: a call that gave nothing is kept as a call."""


class Contest(models.Model):
    """质疑."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=10, default=ContestState.OPEN.value)
    reading = models.UUIDField()
    reading_kind = models.CharField(max_length=10)
    reading_at = models.DateTimeField()
    owner_kind = models.CharField(max_length=10)
    owner_id = models.CharField(max_length=80)
    by_id = models.CharField(max_length=200)
    department = models.CharField(max_length=80)
    office = models.CharField(max_length=80, blank=True)
    district = models.CharField(max_length=6, blank=True)
    is_named = models.BooleanField(default=False)
    handed_on_at = models.DateTimeField(null=True)
    reader = models.CharField(max_length=200)
    resource = models.CharField(max_length=80, blank=True)
    grant = models.UUIDField(null=True)
    number = models.CharField(max_length=200, blank=True)
    case_id = models.UUIDField(null=True)
    says = models.TextField(blank=True)
    stated_at = models.DateTimeField()
    due_on = models.DateField()
    escalated_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=10, blank=True)
    answer = models.TextField(blank=True)
    measure = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner_kind", "owner_id", "stated_at"], name="contest_of_owner"),
            models.Index(fields=["department", "due_on"], name="contest_waiting", condition=Q(state="open")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="contest_once", fields=["reading", "kind", "owner_kind", "owner_id"],
                condition=~Q(state="withdrawn"),
            ),
            models.CheckConstraint(
                name="contest_kind_known", condition=Q(kind__in=[one.value for one in ContestKind])
            ),
            models.CheckConstraint(
                name="contest_reading_kind_known", condition=Q(reading_kind__in=ASKED_ABOUT)
            ),
            models.CheckConstraint(
                name="contest_state_known", condition=Q(state__in=[one.value for one in ContestState])
            ),
            models.CheckConstraint(
                name="contest_answered_says_why",
                condition=(Q(state="answered", answered_at__isnull=False) & ~Q(answer="")
                           & Q(verdict__in=[one.value for one in Verdict]))
                | (~Q(state="answered") & Q(verdict="", answered_at__isnull=True)),
            ),
        ]  # fmt: skip


class Note(models.Model):
    """One act on a contest, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    contest = models.ForeignKey(Contest, models.PROTECT, related_name="notes")
    act = models.CharField(max_length=10)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contest_note_act_known", condition=Q(act__in=[one.value for one in ContestAct])
            )
        ]


class Beside(models.Model):
    """A case that a grant was used for though it is not for it, with the calls of the day; found once."""

    id = models.UUIDField(primary_key=True, default=new_id)
    grant = models.UUIDField()
    consumer = models.CharField(max_length=200)
    holder = models.CharField(max_length=80)
    owner = models.CharField(max_length=80)
    resource = models.CharField(max_length=80)
    issue = models.CharField(max_length=200)
    items = ArrayField(models.CharField(max_length=80))
    why = models.CharField(max_length=10)
    calls = models.PositiveIntegerField()
    first = models.UUIDField()
    on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["owner"], name="beside_of_owner"),
            models.Index(fields=["holder"], name="beside_of_holder"),
        ]
        constraints = [
            models.UniqueConstraint(name="beside_once", fields=["grant", "issue"]),
            models.CheckConstraint(name="beside_why_known", condition=Q(why__in=[one.value for one in Why])),
        ]


class Checked(models.Model):
    """Up to which day a node's calls were held against the purposes of their grants; this node's stand under no code."""

    node = models.CharField(primary_key=True, max_length=40)
    until = models.DateField()


class Wish(models.Model):
    """Somebody who wants to be told of each reading, by the digest under which the exchange has them.

    ``asked_at`` is when the districts' nodes were asked for them last, ``heard_at`` up to when all of them have answered.
    """

    digest = models.BinaryField(primary_key=True)
    owner_kind = models.CharField(max_length=10)
    owner_id = models.CharField(max_length=80)
    since = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(models.F("asked_at").asc(nulls_first=True), name="wish_to_ask")]


class Told(models.Model):
    """Up to which transaction those who wish it were told of calls and, a look later, of feeds; when that was; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    until = models.DateTimeField()
    mark = models.BigIntegerField(null=True)
    feeds_mark = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="told_one_row", condition=Q(id=1))]
