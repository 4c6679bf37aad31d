"""Tables of the data hub's lists. Entries keep the pack's record as it is; versions and notes are append-only.

An entry that is no longer listed stays with ``is_current`` false: requests and grants may name it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongban.datahub.resources.types import (
    GrantState,
    ListKind,
    Opening,
    Origin,
    RequestAct,
    RequestState,
    Sharing,
    Stop,
)
from tongban.kernel.ids import new_id
from tongban.kernel.records import Word


def one_of(kind: Iterable[Word]) -> list[str]:
    """Return the values of a list of codes."""
    return [one.value for one in kind]


class Entry(models.Model):
    """What every list's row has; ``position`` is its place in the pack."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=80, unique=True)
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    position = models.PositiveIntegerField()
    is_current = models.BooleanField(default=True)

    class Meta:
        abstract = True


class System(Entry):
    """信息系统."""

    department = models.CharField(max_length=80)
    subsystem = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="data_subsystem_once", fields=["subsystem"], condition=Q(is_current=True)
            )
        ]


class Theme(Entry):
    """数据主题."""


class Resource(Entry):
    """数据资源."""

    name = models.CharField(max_length=300)
    department = models.CharField(max_length=80)
    system = models.CharField(max_length=80)
    theme = models.CharField(max_length=80)
    sharing = models.CharField(max_length=20)
    opening = models.CharField(max_length=20)
    level = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["department"], name="data_resource_by_department"),
            models.Index(fields=["theme"], name="data_resource_by_theme"),
        ]
        constraints = [
            models.CheckConstraint(
                name="data_resource_sharing_known", condition=Q(sharing__in=one_of(Sharing))
            ),
            models.CheckConstraint(
                name="data_resource_opening_known", condition=Q(opening__in=one_of(Opening))
            ),
            models.CheckConstraint(name="data_resource_level_known", condition=Q(level__range=(1, 4))),
        ]


class Duty(Entry):
    """责任清单条目."""

    department = models.CharField(max_length=80)
    resource = models.CharField(max_length=80)


class Demand(Entry):
    """需求清单条目."""

    department = models.CharField(max_length=80)
    resource = models.CharField(max_length=80, blank=True)
    item = models.CharField(max_length=80)
    material = models.CharField(max_length=80)


class Negative(Entry):
    """负面清单条目."""

    resource = models.CharField(max_length=80)


class Version(models.Model):
    """One version of an entry, never changed; without a document it was taken off its list."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=10)
    code = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    origin = models.CharField(max_length=10)
    document = models.JSONField(null=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200, blank=True)
    why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="data_version_once", fields=["kind", "code", "number"]),
            models.CheckConstraint(name="data_version_kind_known", condition=Q(kind__in=one_of(ListKind))),
            models.CheckConstraint(name="data_version_origin_known", condition=Q(origin__in=one_of(Origin))),
        ]


class Request(models.Model):
    """A demand that was stated, and its answer."""

    id = models.UUIDField(primary_key=True, default=new_id)
    demand = models.CharField(max_length=80, blank=True)
    department = models.CharField(max_length=80)
    item = models.CharField(max_length=80)
    material = models.CharField(max_length=80)
    wish = models.JSONField()
    consumer = models.CharField(max_length=200)
    state = models.CharField(max_length=10)
    resource = models.CharField(max_length=80, blank=True)
    fields = ArrayField(models.CharField(max_length=80), default=list)
    refused = models.JSONField(default=list)
    owner = models.CharField(max_length=80, blank=True)
    basis = models.TextField(blank=True)
    stated_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    is_extended = models.BooleanField(default=False)
    escalated_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    renews = models.ForeignKey("Grant", models.PROTECT, null=True, related_name="renewals")
    holds = ArrayField(models.CharField(max_length=10), default=list)
    """Why the lists left it to the owner, where they could have granted it."""

    class Meta:
        indexes = [
            models.Index(fields=["department", "stated_at"], name="data_request_by_department"),
            models.Index(fields=["item", "material"], name="data_request_by_item"),
            models.Index(fields=["owner", "stated_at"], name="data_request_by_owner"),
            models.Index(fields=["due_on", "id"], name="data_request_overdue", condition=Q(state="queued")),
            models.Index(
                fields=["owner", "due_on"], name="data_request_waiting", condition=Q(state="queued")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="data_request_open_once",
                fields=["consumer", "item", "material", "resource"],
                condition=Q(state="queued"),
            ),
            models.CheckConstraint(
                name="data_request_state_known", condition=Q(state__in=one_of(RequestState))
            ),
            models.CheckConstraint(
                name="data_request_waiting_has_day",
                condition=~Q(state="queued") | Q(due_on__isnull=False, answered_at__isnull=True),
            ),
            models.CheckConstraint(
                name="data_request_answered_has_moment",
                condition=Q(state="queued") | Q(answered_at__isnull=False),
            ),
        ]


class Dispute(models.Model):
    """A refusal that was disputed: once a request."""

    id = models.UUIDField(primary_key=True, default=new_id)
    request = models.OneToOneField(Request, models.PROTECT, related_name="dispute")
    state = models.CharField(max_length=10)
    reason = models.TextField()
    opened_at = models.DateTimeField()
    turned_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    escalated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_on"], name="data_dispute_open", condition=Q(closed_at__isnull=True))
        ]
        constraints = [
            models.CheckConstraint(
                name="data_dispute_open_has_day",
                condition=Q(state__in=["answering", "referred"], due_on__isnull=False, closed_at__isnull=True)
                | Q(
                    state__in=["overturned", "upheld", "dropped"],
                    due_on__isnull=True,
                    closed_at__isnull=False,
                ),
            ),
        ]


class Note(models.Model):
    """One act on a request, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    request = models.ForeignKey(Request, models.PROTECT, related_name="notes")
    act = models.CharField(max_length=10)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="data_note_act_known", condition=Q(act__in=one_of(RequestAct)))
        ]


class Grant(models.Model):
    """授权."""

    id = models.UUIDField(primary_key=True, default=new_id)
    request = models.OneToOneField(Request, models.PROTECT, related_name="grant")
    consumer = models.CharField(max_length=200)
    provider = models.CharField(max_length=200)
    service = models.CharField(max_length=80)
    resource = models.CharField(max_length=80)
    fields = ArrayField(models.CharField(max_length=80))
    purpose = models.CharField(max_length=300)
    items = ArrayField(models.CharField(max_length=80))
    material = models.CharField(max_length=80)
    basis = models.TextField()
    valid_from = models.DateField()
    until = models.DateField()
    per_day = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default=GrantState.ACTIVE.value)
    ended_at = models.DateTimeField(null=True)
    why_ended = models.TextField(blank=True)
    stopped_by = models.CharField(max_length=10, blank=True, default="", db_default="")
    limited_to = models.PositiveIntegerField(null=True)
    """Calls a day that an owner allows, where more were wanted."""

    class Meta:
        indexes = [
            models.Index(
                fields=["consumer", "provider", "service"],
                name="data_grant_to_use",
                condition=Q(state="active"),
            ),
            models.Index(fields=["resource"], name="data_grant_of_resource"),
            models.Index(fields=["until"], name="data_grant_to_expire", condition=Q(state="active")),
        ]
        constraints = [
            models.CheckConstraint(name="data_grant_state_known", condition=Q(state__in=one_of(GrantState))),
            models.CheckConstraint(
                name="data_grant_ended_has_moment",
                condition=Q(state="active", ended_at__isnull=True)
                | (~Q(state="active") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(name="data_grant_has_fields", condition=Q(fields__len__gt=0)),
            models.CheckConstraint(
                name="data_grant_days_in_order", condition=Q(until__gte=models.F("valid_from"))
            ),
            models.CheckConstraint(name="data_grant_per_day_positive", condition=Q(per_day__gt=0)),
            models.CheckConstraint(
                name="data_grant_stop_known",
                condition=Q(stopped_by="") | Q(stopped_by__in=one_of(Stop), state="revoked"),
            ),
        ]
