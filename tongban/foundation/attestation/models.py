"""Signed heads. A trigger forbids UPDATE, DELETE and TRUNCATE."""

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
