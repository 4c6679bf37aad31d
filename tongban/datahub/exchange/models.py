"""Tables of the exchange. Records and answers are partitioned by month and append-only (migration 0002).

A record's row says that a call was made and whether it was authorised; its answer is a row of its own, written after it.
What the caller signed is kept encrypted: an address may hold the number of a person.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tongban.datahub.exchange.types import CERTIFICATE, Kind, ServiceKind
from tongban.foundation.http_signatures.types import ALGORITHMS
from tongban.kernel.ids import new_id


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
    """A public key of a subsystem; a key is never changed, only revoked. It counts until ``valid_until``."""

    number = models.BigAutoField(primary_key=True)
    id = models.CharField(max_length=43, unique=True)
    subsystem = models.ForeignKey(Subsystem, models.PROTECT, related_name="keys")
    algorithm = models.CharField(max_length=40)
    public = models.BinaryField()
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=240)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=240, blank=True)
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exchange_key_algorithm", condition=Q(algorithm__in=(*ALGORITHMS, CERTIFICATE))
            ),
            models.CheckConstraint(
                name="exchange_certificate_has_dates",
                condition=~Q(algorithm=CERTIFICATE)
                | Q(valid_from__isnull=False, valid_until__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="exchange_key_two_years",
                condition=Q(algorithm=CERTIFICATE)
                | Q(
                    valid_until__gt=F("registered_at"),
                    valid_until__lte=F("registered_at") + dt.timedelta(days=731),
                ),
            ),
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
    paths = ArrayField(models.CharField(max_length=300), default=list)
    renames = models.JSONField(default=dict)
    personal = ArrayField(models.CharField(max_length=80), default=list)

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


class Description(models.Model):
    """What a service can be asked, as its department has described it: OpenAPI without the address of its system."""

    service = models.OneToOneField(Service, models.PROTECT, related_name="description")
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()


class Sample(models.Model):
    """Rows of nobody's data with which the sandbox answers for a service, as its department gave them."""

    service = models.OneToOneField(Service, models.PROTECT, related_name="sample")
    rows = models.JSONField()
    at = models.DateTimeField()


class TrialKey(models.Model):
    """A key for the sandbox only; ``until`` is its last day."""

    id = models.CharField(max_length=43, primary_key=True)
    subsystem = models.CharField(max_length=200, db_index=True)
    algorithm = models.CharField(max_length=40)
    public = models.BinaryField()
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=240)
    until = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="exchange_trial_key_algorithm", condition=Q(algorithm__in=ALGORITHMS))
        ]


class Trial(models.Model):
    """A call in the sandbox: no exchange, of nobody's data; kept for its programmer for some weeks."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    key = models.CharField(max_length=43)
    nonce = models.CharField(max_length=64)
    consumer = models.CharField(max_length=200)
    provider = models.CharField(max_length=200)
    service = models.CharField(max_length=100)
    status = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    micros = models.PositiveIntegerField()
    problem = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["consumer", "at"], name="exchange_trial_of_consumer")]
        constraints = [models.UniqueConstraint(name="exchange_trial_once", fields=["key", "nonce"])]


class MetadataCall(models.Model):
    """A call for metadata: its signature is of use once, and a subsystem has so many a day; kept for some weeks."""

    id = models.UUIDField(primary_key=True)
    signed_at = models.DateTimeField()
    at = models.DateTimeField(db_index=True)
    key = models.BigIntegerField()
    nonce = models.CharField(max_length=64)
    consumer = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["consumer", "at"], name="exchange_metadata_of_consumer")]
        constraints = [
            models.UniqueConstraint(name="exchange_metadata_once", fields=["signed_at", "key", "nonce"])
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
    xact = models.BigIntegerField()
    """The transaction that wrote it, counted by the database."""

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
    xact = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "exchange_answer"


class Named(models.Model):
    """Somebody whose number stood in the answer of a call about somebody else; ``at`` is the moment of the call."""

    pk = models.CompositePrimaryKey("id", "at")
    id = models.UUIDField()
    record = models.UUIDField()
    at = models.DateTimeField()
    subject = models.BinaryField()
    xact = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "exchange_named"


class Batch(models.Model):
    """Records, answers or who was named in them, that were sealed together: by whom each leaf is, the leaves, the root of the tree over them.

    Batches of a kind follow each other in the order of (transaction, id): each ends with ``last_xact``, ``last_id`` and
    begins behind the one before. ``entry`` is the ledger's record that says the root.
    """

    number = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=10)
    last_xact = models.BigIntegerField()
    last_id = models.UUIDField()
    size = models.PositiveIntegerField()
    ids = models.BinaryField()
    leaves = models.BinaryField()
    root = models.BinaryField(max_length=32)
    entry = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="exchange_batch_in_order", fields=["kind", "last_xact", "last_id"]),
            models.CheckConstraint(
                name="exchange_batch_kind", condition=Q(kind__in=[one.value for one in Kind])
            ),
        ]


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


class Secrecy(models.Model):
    """A grant whose calls the law keeps from the person they are about: from a moment, until the end of a day."""

    id = models.UUIDField(primary_key=True, default=new_id)
    grant = models.UUIDField()
    consumer = models.CharField(max_length=200)
    provider = models.CharField(max_length=200)
    service = models.CharField(max_length=100)
    law = models.CharField(max_length=300)
    reason = models.TextField()
    since = models.DateTimeField()
    until = models.DateField()
    confirmed_until = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["grant"], name="exchange_secrecy_of_grant")]
        constraints = [
            models.UniqueConstraint(
                name="exchange_secrecy_once", fields=["grant"], condition=Q(ended_on__isnull=True)
            ),
            models.CheckConstraint(
                name="exchange_secrecy_within_confirmed", condition=Q(until__lte=F("confirmed_until"))
            ),
            models.CheckConstraint(name="exchange_secrecy_says_why", condition=~Q(law="") & ~Q(reason="")),
        ]


class Elsewhere(models.Model):
    """A call about somebody that another node has decided, as it has told: for the account of the person.

    ``subject`` is the digest of here, ``here`` the number of the same call on this node's record, where it was handed on.
    One call stands in several accounts: of whom it asked about, and of each whom its answer named.
    """

    pk = models.CompositePrimaryKey("node", "id", "subject")
    node = models.CharField(max_length=40)
    id = models.UUIDField()
    subject = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField()
    at = models.DateTimeField()
    consumer = models.CharField(max_length=200)
    provider = models.CharField(max_length=200)
    service = models.CharField(max_length=100)
    outcome = models.CharField(max_length=40, blank=True)
    grant = models.UUIDField(null=True)
    user = models.CharField(max_length=200, blank=True)
    issue = models.CharField(max_length=200, blank=True)
    status = models.SmallIntegerField(null=True)
    here = models.UUIDField(null=True)
    is_named = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["subject", "at"], name="exchange_elsewhere_of_subject")]
        constraints = [
            models.UniqueConstraint(name="exchange_elsewhere_once_here", fields=["here"]),
            models.CheckConstraint(name="exchange_elsewhere_decided", condition=~Q(outcome="Relayed")),
        ]


class Heard(models.Model):
    """When another node has told last what it has on record about somebody."""

    pk = models.CompositePrimaryKey("subject", "node")
    subject = models.BinaryField(max_length=32)
    node = models.CharField(max_length=40)
    at = models.DateTimeField()
