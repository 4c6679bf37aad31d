"""Signed heads, who has signed them beside us, and a time stamp a day. A trigger forbids UPDATE, DELETE and TRUNCATE."""

from __future__ import annotations

from django.db import models


class HeadRow(models.Model):
    """A head as it was signed."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    suite = models.CharField(max_length=20)
    signer = models.CharField(max_length=64)
    """Fingerprint of the signer's certificate: SHA-256, hexadecimal."""
    signature = models.BinaryField(max_length=100)

    class Meta:
        db_table = "attestation_head"
        constraints = [
            models.CheckConstraint(name="attestation_head_of_something", condition=models.Q(size__gt=0))
        ]


class WitnessRow(models.Model):
    """Who signs our heads beside us: another node, known by its own root certificate."""

    code = models.CharField(max_length=80, primary_key=True)
    name = models.CharField(max_length=200)
    root = models.BinaryField()
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "attestation_witness"


class CosignatureRow(models.Model):
    """A witness's signature over one of our heads."""

    pk = models.CompositePrimaryKey("head", "witness")
    head = models.ForeignKey(HeadRow, models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(WitnessRow, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    suite = models.CharField(max_length=20)
    certificate = models.BinaryField()
    signature = models.BinaryField(max_length=100)

    class Meta:
        db_table = "attestation_cosignature"


class SeenRow(models.Model):
    """A log that this node is a witness of: the largest head of it that was signed here."""

    log = models.CharField(max_length=80, primary_key=True)
    certificate = models.BinaryField()
    """The root certificate of the log's node."""
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        db_table = "attestation_seen"


class StampRow(models.Model):
    """The time stamp (RFC 3161) over the last head of a day."""

    day = models.DateField(primary_key=True)
    head = models.ForeignKey(HeadRow, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    suite = models.CharField(max_length=20)
    token = models.BinaryField()

    class Meta:
        db_table = "attestation_stamp"
