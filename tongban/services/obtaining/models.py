"""Table of what is obtained: one row for each grant that a case uses. What came back is encrypted, and erased in its time."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongban.kernel.ids import new_id
from tongban.services.obtaining.types import State


class Want(models.Model):
    """Data wanted for a paper of a case.

    ``asked_by`` are the data elements of the form that it is asked by, ``said`` the keyed digest of their values, ``tries`` by
    how many different ones it has been asked; ``owner`` is, sealed, the field of the answer that has to be whose.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=200)
    item = models.CharField(max_length=80)
    material = models.CharField(max_length=80)
    grant = models.UUIDField()
    consumer = models.CharField(max_length=200)
    provider = models.CharField(max_length=200)
    service = models.CharField(max_length=80)
    resource = models.CharField(max_length=80)
    resource_name = models.CharField(max_length=300)
    department = models.CharField(max_length=300)
    parameters = models.BinaryField()
    owner = models.BinaryField(default=b"")
    asked_by = ArrayField(models.CharField(max_length=80), default=list)
    said = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=1)
    field_names = models.JSONField()
    elements = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default=State.WANTED.value)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    wanted_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    exchange = models.UUIDField(null=True)
    content = models.BinaryField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    fields = ArrayField(models.CharField(max_length=80), default=list)
    valid_until = models.DateField(null=True)
    problem = models.CharField(max_length=80, blank=True)
    erase_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("subject_kind", "subject_id", "grant", name="obtaining_once"),
            models.CheckConstraint(
                name="obtaining_state_known", condition=Q(state__in=[one.value for one in State])
            ),
            models.CheckConstraint(
                name="obtaining_obtained_has_exchange",
                condition=~Q(state="obtained") | Q(exchange__isnull=False, asked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="obtaining_by_form_has_digest", condition=Q(asked_by=[]) | ~Q(said="")
            ),
        ]
        indexes = [
            models.Index("erase_on", name="obtaining_to_erase", condition=Q(erase_on__isnull=False)),
            models.Index("provider", "service", name="obtaining_waiting", condition=Q(state="wanted")),
        ]
