"""Tables of feeds. Changes, deliveries and calls are partitioned by month and append-only (migration 0001).

What is published waits in ``Pending`` until its transaction has committed; then the placer moves it into ``PlacedChange``,
one position after the other, so that a reader who goes by positions never passes one that comes later. Contents are
encrypted: they hold data about people.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from tongban.datahub.subscriptions.rules.cloudevents import MOST_EVENTS
from tongban.datahub.subscriptions.types import FileState, Kind, State
from tongban.kernel.ids import new_id


class FeedRow(models.Model):
    """A feed as it is declared now; what it was before stands in the ledger."""

    provider = models.ForeignKey("exchange.Subsystem", models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=300)
    resource = models.CharField(max_length=80)
    fields = ArrayField(models.CharField(max_length=80))
    keys = ArrayField(models.CharField(max_length=80))
    subject = models.CharField(max_length=80, blank=True)
    kept_days = models.PositiveIntegerField()
    position = models.BigIntegerField(default=0)
    placed_at = models.DateTimeField(null=True)
    personal = ArrayField(models.CharField(max_length=80), default=list)
    names_nobody = models.BooleanField(default=False)
    """It tells of persons by now, and does not say which field names them: nothing is published in it."""
    forgotten = models.BigIntegerField(default=0)
    """The position of the last change that is not kept any more."""

    class Meta:
        db_table = "subscriptions_feed"
        constraints = [
            models.UniqueConstraint(name="subscriptions_feed_once", fields=["provider", "code"]),
            models.CheckConstraint(name="subscriptions_feed_has_keys", condition=Q(keys__len__gt=0)),
            models.CheckConstraint(
                name="subscriptions_feed_forgets_what_was",
                condition=Q(forgotten__gte=0, forgotten__lte=F("position")),
            ),
        ]


class Known(models.Model):
    """That a change was published, by the provider's own id; ``digest`` is the keyed one of its content."""

    pk = models.CompositePrimaryKey("feed", "own_id")
    feed = models.IntegerField()
    own_id = models.CharField(max_length=200)
    digest = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        db_table = "subscriptions_known"
        indexes = [BrinIndex("at", name="subscriptions_known_by_moment", autosummarize=True)]


class Pending(models.Model):
    """A change that has no position yet."""

    number = models.BigAutoField(primary_key=True)
    feed = models.IntegerField()
    happened_at = models.DateTimeField()
    kind = models.CharField(max_length=10)
    row = models.BinaryField()
    subject = models.BinaryField(null=True)
    content = models.BinaryField()
    named = models.JSONField(null=True)
    """Who else is named: pairs of a field and of the digest of a number in it."""

    class Meta:
        db_table = "subscriptions_pending"


class PlacedChange(models.Model):
    """A change at its position. ``row`` and ``subject`` are keyed digests: of the key fields, of whose data it is."""

    pk = models.CompositePrimaryKey("feed", "position", "placed_at")
    feed = models.IntegerField()
    position = models.BigIntegerField()
    placed_at = models.DateTimeField()
    happened_at = models.DateTimeField()
    kind = models.CharField(max_length=10)
    row = models.BinaryField()
    subject = models.BinaryField(null=True)
    content = models.BinaryField()

    class Meta:
        db_table = "subscriptions_change"
        constraints = [
            models.CheckConstraint(
                name="subscriptions_change_kind", condition=Q(kind__in=[one.value for one in Kind])
            )
        ]


class About(models.Model):
    """Whom a change is about, by the keyed digest of their number: kept longer than what the change says.

    ``field`` is where the number of somebody stands whose row it is not; with an empty one the row is theirs, and their
    change is forgotten.
    """

    pk = models.CompositePrimaryKey("feed", "position", "placed_at", "field", "subject")
    feed = models.IntegerField()
    position = models.BigIntegerField()
    placed_at = models.DateTimeField()
    kind = models.CharField(max_length=10)
    field = models.CharField(max_length=80)
    subject = models.BinaryField()

    class Meta:
        db_table = "subscriptions_about"


class ChangeSeal(models.Model):
    """What the changes of a feed from one position to another were when they were placed: a leaf of 32 bytes for each.

    ``entry`` is the ledger's record that says the digest of the leaves. Kept as long as the changes are.
    """

    pk = models.CompositePrimaryKey("feed", "first")
    feed = models.IntegerField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    leaves = models.BinaryField()
    entry = models.UUIDField()

    class Meta:
        db_table = "subscriptions_change_seal"
        constraints = [
            models.CheckConstraint(
                name="subscriptions_seal_of_changes", condition=Q(first__gt=0, last__gte=F("first"))
            )
        ]


class SubscriptionRow(models.Model):
    """A subscription and how far it is."""

    id = models.UUIDField(primary_key=True, default=new_id)
    feed = models.ForeignKey(FeedRow, models.PROTECT, related_name="+")
    grant = models.UUIDField()
    consumer = models.ForeignKey("exchange.Subsystem", models.PROTECT, related_name="+")
    address = models.CharField(max_length=500)
    batch = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default=State.PROVING.value)
    position = models.BigIntegerField()
    placed_at = models.DateTimeField()
    epoch = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    per_minute = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=240)
    taken_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)
    reached = models.BigIntegerField(default=0)
    """The highest position that was ever sent."""
    again = models.BigIntegerField(default=0)
    """What is told up to here was told to the consumer before: it counts under the grant."""

    class Meta:
        db_table = "subscriptions_subscription"
        indexes = [models.Index("grant", name="subscriptions_by_grant")]
        constraints = [
            models.UniqueConstraint(
                name="subscriptions_address_once", fields=["feed", "consumer", "address"], condition=~Q(state="ended")
            ),
            models.CheckConstraint(
                name="subscriptions_state_known", condition=Q(state__in=[one.value for one in State])
            ),
            models.CheckConstraint(
                name="subscriptions_batch_bounds", condition=Q(batch__gte=1, batch__lte=MOST_EVENTS)
            ),
            models.CheckConstraint(
                name="subscriptions_failing_since",
                condition=Q(failures=0, failing_since__isnull=True)
                | Q(failures__gt=0, failing_since__isnull=False),
            ),
        ]  # fmt: skip


class DeliveryRow(models.Model):
    """An attempt to deliver the changes from ``first`` to ``last``; ``digest`` is SHA-256 of the body as sent.

    On record before it is sent; ``status``, ``micros`` and ``problem`` are written once, when they are known.
    """

    pk = models.CompositePrimaryKey("subscription", "at", "id")
    id = models.UUIDField()
    subscription = models.UUIDField()
    at = models.DateTimeField()
    feed = models.IntegerField()
    consumer = models.CharField(max_length=200)
    grant = models.UUIDField()
    fields = ArrayField(models.CharField(max_length=80))
    epoch = models.IntegerField(default=0)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    count = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    micros = models.PositiveIntegerField(null=True)
    digest = models.BinaryField()
    problem = models.CharField(max_length=80)

    class Meta:
        db_table = "subscriptions_delivery"


class CallRow(models.Model):
    """A signed call upon a feed, and what it did: positions or bytes from ``first`` to ``last``."""

    pk = models.CompositePrimaryKey("signed_at", "key", "nonce")
    id = models.UUIDField()
    signed_at = models.DateTimeField()
    at = models.DateTimeField()
    key = models.BigIntegerField()
    nonce = models.CharField(max_length=64)
    client = models.CharField(max_length=200)
    act = models.CharField(max_length=20)
    feed = models.IntegerField()
    grant = models.UUIDField(null=True)
    fields = ArrayField(models.CharField(max_length=80), null=True)
    file = models.UUIDField(null=True)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    count = models.BigIntegerField()
    signed = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        db_table = "subscriptions_call"


class FileRow(models.Model):
    """A file that comes in parts, one after the other."""

    id = models.UUIDField(primary_key=True, default=new_id)
    feed = models.ForeignKey(FeedRow, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    media = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.BinaryField()
    received = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, default=FileState.RECEIVING.value)
    begun_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "subscriptions_file"
        constraints = [
            models.UniqueConstraint(
                name="subscriptions_file_once",
                fields=["feed", "name", "sha256"],
                condition=~Q(state__in=["broken", "forgotten"]),
            ),
            models.CheckConstraint(
                name="subscriptions_file_state", condition=Q(state__in=[one.value for one in FileState])
            ),
            models.CheckConstraint(
                name="subscriptions_file_received",
                condition=Q(size__gt=0, received__gte=0, received__lte=F("size")),
            ),
            models.CheckConstraint(
                name="subscriptions_file_ready_whole",
                condition=~Q(state="ready") | Q(received=F("size"), ready_at__isnull=False),
            ),
        ]


class Piece(models.Model):
    """Some bytes of a file, encrypted: those from ``first`` on."""

    pk = models.CompositePrimaryKey("file_id", "first")
    file = models.ForeignKey(FileRow, models.PROTECT, related_name="+", db_index=False)
    first = models.BigIntegerField()
    size = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        db_table = "subscriptions_piece"
