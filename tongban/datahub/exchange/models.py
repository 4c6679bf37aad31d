"""Tables of the exchange. Records and answers are partitioned by month and append-only (migration 0002).

A record's row says that a call was made and whether it was authorised; its answer is a row of its own, written after it.
What the caller signed is kept encrypted: an address may hold the number of a person.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tongban.datahub.exchange.types import ServiceKind
from tongban.foundation.http_signatures.types import ALGORITHMS


class Subsystem(models.Model):
    """An information system that takes part."""

    code = models.CharField(max_length=200, primary_key=True)
    name = models.CharField(max_length=300)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exchange_subsystem_code",
                condition=Q(code__regex=r"^[A-Za-z0-9'()+,.=?-]+(/[A-Za-z0-9'()+,.=?-]+){3}$"),
            )
        ]


class Key(models.Model):
    """A public key of a subsystem; a key is never changed, only revoked."""

    number = models.BigAutoField(primary_key=True)
    id = models.CharField(max_length=43, unique=True)
    subsystem = models.ForeignKey(Subsystem, models.PROTECT, related_name="keys")
    algorithm = models.CharField(max_length=40)
    public = models.BinaryField(max_length=200)
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=240)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="exchange_key_algorithm", condition=Q(algorithm__in=ALGORITHMS)),
            models.CheckConstraint(
                name="exchange_key_revoked_after",
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("registered_at")),
            ),
        ]


class Service(models.Model):
    """A service as it is published now; what it was before stands in the ledger."""

    provider = models.ForeignKey(Subsystem, models.PROTECT, related_name="services")
    code = models.CharField(max_length=100)
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=10)
    target = models.TextField()
    resource = models.CharField(max_length=80)
    parameters = ArrayField(models.CharField(max_length=80), default=list)
    subject = models.CharField(max_length=80, blank=True)
    database = models.CharField(max_length=80, blank=True)
    seconds = models.FloatField(default=5.0)
    most_bytes = models.PositiveIntegerField(default=10_000_000)
    is_enabled = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="exchange_service_once", fields=["provider", "code"]),
            models.CheckConstraint(
                name="exchange_service_kind", condition=Q(kind__in=[one.value for one in ServiceKind])
            ),
            models.CheckConstraint(
                name="exchange_service_bounds",
                condition=Q(seconds__gt=0, seconds__lte=60, most_bytes__lte=100_000_000),
            ),
        ]


class Record(models.Model):
    """A call that was verified. The same signature a second time is not recorded, and not answered."""

    pk = models.CompositePrimaryKey("signed_at", "key", "nonce")
    id = models.UUIDField()
    signed_at = models.DateTimeField()
    at = models.DateTimeField()
    key = models.BigIntegerField()
    nonce = models.CharField(max_length=64)
    consumer = models.CharField(max_length=200)
    provider = models.CharField(max_length=200)
    service = models.CharField(max_length=100)
    outcome = models.CharField(max_length=40)
    grant = models.UUIDField(null=True)
    message_id = models.CharField(max_length=200)
    user = models.CharField(max_length=200)
    issue = models.CharField(max_length=200)
    subject = models.BinaryField(null=True)
    signed = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        managed = False
        db_table = "exchange_record"


class Answered(models.Model):
    """What a call was answered; ``digest`` is SHA-256 of the body as sent."""

    pk = models.CompositePrimaryKey("at", "record")
    record = models.UUIDField()
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    micros = models.PositiveIntegerField()
    digest = models.BinaryField()
    problem = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "exchange_answer"


class Meter(models.Model):
    """How often a grant was used on a day; each connection counts in a row of its own, so that none waits."""

    pk = models.CompositePrimaryKey("grant", "day", "shard")
    grant = models.UUIDField()
    day = models.DateField()
    shard = models.PositiveSmallIntegerField()
    calls = models.PositiveIntegerField()

    class Meta:
        managed = False
        db_table = "exchange_meter"
