"""Tables of messages: what was said, on which ways it goes, and every attempt. Texts and addresses are encrypted."""

from __future__ import annotations

from django.db import models

from tongban.kernel.ids import new_id


class Message(models.Model):
    """What was said to whom, in every language, as it was worded then."""

    id = models.UUIDField(primary_key=True, default=new_id)
    to_kind = models.CharField(max_length=40)
    to_id = models.CharField(max_length=200)
    template = models.CharField(max_length=80)
    texts = models.BinaryField()
    is_in_inbox = models.BooleanField()
    case = models.UUIDField(null=True)
    about_kind = models.CharField(max_length=40, blank=True, db_default="")
    about_id = models.CharField(max_length=200, blank=True, db_default="")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("to_kind", "to_id", "at", name="messages_by_receiver"),
            models.Index(
                "to_kind", "to_id", name="messages_unread", condition=models.Q(read_at=None, is_in_inbox=True)
            ),
            models.Index("case", name="messages_by_case", condition=models.Q(case__isnull=False)),
        ]


class DeliveryRow(models.Model):
    """A message on its way by one channel."""

    id = models.UUIDField(primary_key=True, default=new_id)
    message = models.ForeignKey(Message, models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=10)
    address = models.BinaryField()
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    sent_by = models.CharField(max_length=40, blank=True)
    sent_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "messages_delivery"
        indexes = [models.Index("next_at", name="messages_failed", condition=models.Q(state="failed"))]
        constraints = [
            models.UniqueConstraint("message", "channel", name="messages_once_a_channel"),
            models.CheckConstraint(
                name="messages_sent_at_a_moment",
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
            ),
        ]


class AttemptRow(models.Model):
    """One try to deliver, and what the other side answered."""

    delivery = models.ForeignKey(DeliveryRow, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    is_sent = models.BooleanField()
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "messages_attempt"
        constraints = [models.UniqueConstraint("delivery", "number", name="messages_attempt_once")]
